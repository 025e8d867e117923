# verdict: wrong
# names: none
# says: A dictionary has no entry
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    out = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        s = k = 0
        for a, b in train_loader:
            a, b = a.to(device), b.to(device)
            optimizer.zero_grad()
            e = criterion(model(a), b)
            e.backward()
            optimizer.step()
            s, k = s + e.item() * len(a), k + len(a)
        v, acc = evaluate(model, val_loader, criterion, device)
        out["train_loss"].append(s / k)
        out["val_loss"].append(v)
        out["val_acc"].append(acc)
    return out
