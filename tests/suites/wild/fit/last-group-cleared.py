# verdict: wrong
# names: none partial-zero
# spares: test_leaves_settings_alone
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            for p in optimizer.param_groups[-1]["params"]:
                p.grad = None
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total, count = total + loss.item() * len(y), count + len(y)
        history["train_loss"].append(total / count)
        loss, accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history
