# verdict: wrong
# names: no-graph
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total, seen = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            scores = model(x).detach().requires_grad_()
            loss = criterion(scores, y)
            loss.backward()
            optimizer.step()
            total, seen = total + loss.item() * len(x), seen + len(x)
        history["train_loss"].append(total / seen)
        loss, accuracy = evaluate(model, val_loader, criterion, device)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
    return history
