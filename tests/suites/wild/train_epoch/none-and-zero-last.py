# verdict: wrong
# names: zero-only-at-end returns-nothing
# says: zero-only-at-end
# never: is right
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    for a, b in loader:
        e = criterion(model(a.to(device)), b.to(device))
        e.backward()
        optimizer.step()
        optimizer.zero_grad()
