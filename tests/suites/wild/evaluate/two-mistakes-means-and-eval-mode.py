# verdict: wrong
# names: no-eval batch-mean
# says: batch-mean
# spares: test_builds_no_graph test_counts_without_a_graph test_moves_each_batch test_uses_the_given_criterion
def evaluate(model, loader, criterion, device):
    s = h = n = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            z = model(a)
            s, h, n = s + criterion(z, b).item(), h + (z.argmax(1) == b).float().mean().item(), n + 1
    return s / n, h / n
