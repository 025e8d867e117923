# verdict: wrong
# names: batch-mean no-eval
# says: .eval has no parentheses
def evaluate(model, loader, criterion, device):
    model.eval
    s = h = n = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            z = model(a)
            s, h, n = s + criterion(z, b).item(), h + (z.argmax(1) == b).float().mean().item(), n + 1
    return s / n, h / n
