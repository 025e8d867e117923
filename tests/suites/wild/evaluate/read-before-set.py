# verdict: wrong
# names: none
# says: It is about “s”.
def evaluate(model, loader, criterion, device):
    model.eval()
    h = n = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            z = model(a)
            s, h, n = s + criterion(z, b).item(), h + (z.argmax(1) == b).float().mean().item(), n + 1
    return s / n, h / n
