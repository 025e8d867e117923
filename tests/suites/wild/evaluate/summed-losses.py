# verdict: wrong
# names: sum-not-mean
# spares: test_trains_nothing test_changes_nothing test_keeps_the_grad_mode test_moves_each_batch test_counts_in_evaluation_mode test_counts_without_a_graph test_averages_the_accuracy_over_samples
def evaluate(model, loader, criterion, device):
    model.eval()
    s = h = k = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            z = model(a)
            s, h, k = s + criterion(z, b).item() * len(b), h + (z.argmax(1) == b).sum().item(), k + len(b)
    return s, h / k
