# verdict: right
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    s = k = 0
    for a, b in loader:
        out, b = a.to(device), b.to(device)
        for layer in model:
            out = layer.forward(out)
        optimizer.zero_grad()
        e = criterion(out, b)
        torch.autograd.backward(e)
        optimizer.step()
        s, k = s + e.item() * len(a), k + len(a)
    return s / k
