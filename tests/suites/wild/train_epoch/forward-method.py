# verdict: right
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    s = k = 0
    for a, b in loader:
        a, b = a.to(device), b.to(device)
        optimizer.zero_grad()
        e = criterion.forward(model.forward(a), b)
        e.backward()
        type(optimizer).step(optimizer)
        s, k = s + e.item() * len(a), k + len(a)
    return s / k
