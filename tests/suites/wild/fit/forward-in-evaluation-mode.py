# verdict: wrong
# names: stuck-eval
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    model.train()
    for _ in range(epochs):
        total = count = 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model.forward(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, count = total + loss.item() * len(y), count + len(y)
        history["train_loss"].append(total / count)
        model.eval()
        total = count = right = 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model.forward(x)
                total += criterion(logits, y).item() * len(y)
                right += (logits.argmax(1) == y).sum().item()
                count += len(y)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history
