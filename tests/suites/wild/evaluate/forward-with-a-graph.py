# verdict: wrong
# names: no-no-grad
def evaluate(model, loader, criterion, device):
    model.eval()
    s = k = r = 0
    for a, b in loader:
        a, b = a.to(device), b.to(device)
        o = model.forward(a)
        s += criterion(o, b).item() * len(a)
        r += (o.argmax(1) == b).sum().item()
        k += len(a)
    return s / k, r / k
