# verdict: wrong
# names: none
# says: It is about “train_epoch”.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    out = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        out["train_loss"].append(train_epoch(model, train_loader, criterion, optimizer, device))
        v, acc = evaluate(model, val_loader, criterion, device)
        out["val_loss"].append(v)
        out["val_accuracy"].append(acc)
    return out
