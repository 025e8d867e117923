# verdict: wrong
# names: argmax-dim0
def evaluate(model, loader, criterion, device):
    model.eval()
    s = h = k = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            z = model(a)
            h += (z.argmax(0) == b).sum().item()
            s, k = s + criterion(z, b).item() * len(a), k + len(a)
    return s / k, h / k
