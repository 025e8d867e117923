"""Right solutions of ``fit`` in many styles. Answers: never in a kit."""

import copy
import torch
from torch import nn

# %% calls-evaluate
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        running, n = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            running += loss.item() * x.size(0)
            n += x.size(0)
        loss, accuracy = evaluate(model, val_loader, criterion, device)
        history["train_loss"].append(running / n)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        print(f"epoch {epoch + 1}/{epochs}: {running / n:.4f} {loss:.4f} {accuracy:.2%}")
    return history

# %% own-helpers
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    losses, sizes = [], []
    for batch in loader:
        x, y = (t.to(device) for t in batch)
        loss = criterion(model(x), y)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(y))
    return sum(l * s for l, s in zip(losses, sizes)) / sum(sizes)

@torch.no_grad()
def validate(model, loader, criterion, device):
    model.eval()
    loss = hits = n = 0
    for x, y in loader:
        logits = model(x.to(device))
        y = y.to(device)
        loss += float(criterion(logits, y)) * len(y)
        hits += int((logits.argmax(1) == y).sum())
        n += len(y)
    return loss / n, hits / n

def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    train_losses, validations = [], []
    for _ in range(epochs):
        train_losses.append(train_epoch(model, train_loader, criterion, optimizer, device))
        validations.append(validate(model, val_loader, criterion, device))
    val_losses, val_accuracies = map(list, zip(*validations))
    return dict(train_loss=train_losses, val_loss=val_losses, val_accuracy=val_accuracies)

# %% redefines-evaluate
def evaluate(model, loader, criterion, device, _mode=torch.inference_mode):
    was = model.training
    model.eval()
    with _mode():
        rows = [(model(x.to(device)), y.to(device)) for x, y in loader]
        logits, targets = torch.cat([r[0] for r in rows]), torch.cat([r[1] for r in rows])
        result = criterion(logits, targets).item(), (logits.argmax(1) == targets).float().mean().item()
    model.train(was)
    return result

def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    curves = {name: [] for name in ("train_loss", "val_loss", "val_accuracy")}
    for _ in range(epochs):
        model.train(True)
        seen = []
        for x, y in train_loader:
            for p in model.parameters():
                p.grad = None
            loss = criterion(model(x.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            seen += [loss.item()] * len(x)
        curves["train_loss"].append(sum(seen) / len(seen))
        for name, value in zip(("val_loss", "val_accuracy"), evaluate(model, val_loader, criterion, device)):
            curves[name].append(value)
    return curves

# %% closure-and-while
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    h = {"val_accuracy": [], "val_loss": [], "train_loss": []}
    epoch = 0
    while epoch < epochs:
        model.train()
        total = torch.zeros((), dtype=torch.float64)
        n = 0
        for x, y in iter(train_loader):
            x, y = x.to(device), y.to(device)

            def closure():
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                return loss

            total += optimizer.step(closure).detach().cpu().double() * len(x)
            n += len(x)
        h["train_loss"] += [(total / n).item()]
        result = evaluate(model, val_loader, criterion, device)
        h["val_loss"] += [result[0]]
        h["val_accuracy"] += [result[1]]
        epoch += 1
    return h

# %% zero-after-step-and-on-entry
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    optimizer.zero_grad()
    history = {}
    for _ in range(epochs):
        model.train()
        mean, n = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            n += len(x)
            mean += (loss.item() - mean) * len(x) / n
        val = evaluate(model, val_loader, criterion, device)
        for key, value in {"train_loss": mean, "val_loss": val[0], "val_accuracy": val[1]}.items():
            history.setdefault(key, []).append(value)
    return history

# %% phases
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    loaders = {"train": train_loader, "val": val_loader}
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        for phase in ("train", "val"):
            model.train(phase == "train")
            loss_sum, correct, n = 0.0, 0, 0
            for inputs, labels in loaders[phase]:
                inputs, labels = inputs.to(device), labels.to(device)
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    outputs = model(inputs)
                    loss = criterion(outputs, labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                loss_sum += loss.item() * inputs.size(0)
                correct += torch.sum(outputs.argmax(1) == labels).item()
                n += inputs.size(0)
            history[f"{phase}_loss"].append(loss_sum / n)
            if phase == "val":
                history["val_accuracy"].append(correct / n)
    return history

# %% autograd-grad-and-copy
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    owned = [p for group in optimizer.param_groups for p in group["params"]]
    train_loss, val_loss, val_accuracy = [], [], []
    for _ in range(int(epochs)):
        model.train()
        weighted, sizes = [], []
        for x, y in train_loader:
            loss = criterion(model(x.to(device)), y.to(device))
            for p, g in zip(owned, torch.autograd.grad(loss, owned)):
                p.grad = g
            optimizer.step()
            weighted.append(loss.detach() * len(y))
            sizes.append(len(y))
        train_loss.append((torch.stack(weighted).sum() / sum(sizes)).item())
        frozen = copy.deepcopy(model).eval()
        with torch.no_grad():
            parts = [(frozen(x.to(device)), y.to(device)) for x, y in val_loader]
        count = sum(len(y) for _, y in parts)
        val_loss.append(sum(criterion(z, y).item() * len(y) for z, y in parts) / count)
        val_accuracy.append(sum((z.argmax(1) == y).sum().item() for z, y in parts) / count)
    return {"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy}

# %% class-of-curves
class Curves(dict):
    def __init__(self):
        super().__init__(train_loss=[], val_loss=[], val_accuracy=[])

    def note(self, **values):
        for key, value in values.items():
            self[key].append(float(value))

def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    curves = Curves()
    for _ in range(epochs):
        total, n = 0.0, 0
        for x, y in train_loader:
            model.train()
            optimizer.zero_grad()
            loss = criterion(model(x.to(device)), y.to(device))
            torch.autograd.backward(loss)
            optimizer.step()
            total, n = total + loss.tolist() * y.numel(), n + y.numel()
        val_loss, val_accuracy = evaluate(model=model, loader=val_loader, criterion=criterion, device=device)
        curves.note(train_loss=total / n, val_loss=val_loss, val_accuracy=val_accuracy)
    return curves
