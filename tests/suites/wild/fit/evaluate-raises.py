# verdict: wrong
# spares: test_trains_on_every_batch test_ignores_stale_gradients test_trains_with_the_given_criterion test_trains_in_every_epoch test_trains_in_training_mode test_lets_the_given_optimizer_do_its_work test_leaves_the_model_trainable test_returns_the_training_loss test_averages_training_over_samples test_takes_each_loss_before_its_update
def evaluate(model, loader, criterion, device):
    model.eval()
    s = h = k = 0
    with torch.no_grad():
        for a, b in loader:
            a, b = a.to(device), b.to(device)
            z = model(a)
            h += (z.argmax(0) == b).sum().item()
            s, k = s + criterion(z, b).item() * len(a), k + len(a)
    return s / k, h / k


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
        out["val_accuracy"].append(acc)
    return out
