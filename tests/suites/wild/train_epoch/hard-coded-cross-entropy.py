# verdict: wrong
# names: hard-coded-loss
def train_epoch(model, loader, criterion, optimizer, device):
    criterion = nn.CrossEntropyLoss()
    model.train()
    total, samples = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        samples += len(x)
    return total / samples
