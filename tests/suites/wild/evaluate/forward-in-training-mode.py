# verdict: wrong
# names: no-eval
def evaluate(model, loader, criterion, device):
    s = k = r = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            o = model.forward(a)
            s += criterion(o, b).item() * len(a)
            r += (o.argmax(1) == b).sum().item()
            k += len(a)
    return s / k, r / k
