# verdict: wrong
# names: no-zero
# spares: test_returns_the_training_loss test_averages_training_over_samples test_returns_the_validation_loss test_returns_the_validation_accuracy test_averages_validation_over_samples test_averages_accuracy_over_samples test_validates_in_evaluation_mode test_validates_without_a_graph test_validates_with_the_given_criterion test_returns_three_lists_of_floats
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    out = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        s = k = 0
        for a, b in train_loader:
            a, b = a.to(device), b.to(device)
            e = criterion(model(a), b)
            e.backward()
            optimizer.step()
            s, k = s + e.item() * len(a), k + len(a)
        v, acc = evaluate(model, val_loader, criterion, device)
        out["train_loss"].append(s / k)
        out["val_loss"].append(v)
        out["val_accuracy"].append(acc)
    return out
