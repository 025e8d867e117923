# verdict: wrong
# names: no-zero
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    s = k = 0
    for a, b in loader:
        a, b = a.to(device), b.to(device)
        e = criterion(model.forward(a), b)
        e.backward()
        optimizer.step()
        s, k = s + e.item() * len(a), k + len(a)
    return s / k
