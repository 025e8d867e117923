"""Right solutions of ``train_epoch`` in many styles. Answers: never in a kit."""

import torch
from torch import nn

# %% zero-first
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * x.size(0)
        count += x.size(0)
    return total / count

# %% own-train-step
def _one_step(model, optimizer, criterion, x_batch, y_batch):
    prediction = model(x_batch)
    loss = criterion(prediction, y_batch)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)

def train_epoch(model, loader, criterion, optimizer, device):
    sizes, losses = [], []
    for batch in loader:
        x, y = [t.to(device, non_blocking=True) for t in batch]
        model.train()
        losses.append(_one_step(model, optimizer, criterion, x, y))
        sizes.append(len(y))
    return sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)

# %% weighted-mean-in-torch
def train_epoch(model, loader, criterion, optimizer, device):
    model = model.to(device).train()
    losses, ns = [], []
    for inputs, targets in loader:
        for p in model.parameters():
            p.grad = None
        loss = criterion(model(inputs.to(device)), targets.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        ns.append(targets.shape[0])
    weights = torch.tensor(ns, dtype=torch.float32)
    return (torch.stack(losses) * weights).sum().div(weights.sum()).item()

# %% closure
def train_epoch(model, loader, criterion, optimizer, device):
    model.train(True)
    running = 0.0
    seen = 0
    for x, y in iter(loader):
        x = x.to(device=device)
        y = y.to(device=device)

        def closure():
            optimizer.zero_grad(set_to_none=False)
            loss = criterion(model(x), y)
            loss.backward()
            return loss

        running += optimizer.step(closure).item() * len(x)
        seen += len(x)
    return running / seen

# %% while-next
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    batches = iter(loader)
    numerator = denominator = 0
    while True:
        try:
            x, y = next(batches)
        except StopIteration:
            break
        x = torch.as_tensor(x, device=device)
        y = torch.as_tensor(y, device=device)
        model.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        numerator = numerator + loss.detach().cpu().numpy() * y.numel()
        denominator = denominator + y.numel()
    return float(numerator / denominator)

# %% running-mean
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    mean, n = 0.0, 0
    for step, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        n += x.shape[0]
        mean += (loss.item() - mean) * x.shape[0] / n
        print(f"step {step}: {mean:.4f}")
    return mean

# %% list-first
def train_epoch(model, loader, criterion, optimizer, device):
    batches = [(x.to(device), y.to(device)) for x, y in loader]
    model.train()
    total = torch.zeros((), device=device)
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            total += loss * len(x)
    return total.item() / sum(len(y) for _, y in batches)

# %% autograd-grad
def train_epoch(model, loader, criterion, optimizer, device):
    for module in model.modules():
        module.training = True
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    total, count = 0.0, 0
    for x, y in loader:
        loss = criterion(model(x.to(device)), y.to(device))
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = g
        optimizer.step()
        total += loss.tolist() * len(y)
        count += len(y)
    return total / count

# %% zero-after-step-and-on-entry
@torch.enable_grad()
def train_epoch(model, loader, criterion, optimizer, device) -> float:
    model.train()
    optimizer.zero_grad()
    history = []
    for (x, y) in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        history += [loss.item()] * len(x)
    model.eval()
    return sum(history) / len(history)

# %% moves-if-needed
def train_epoch(model, loader, criterion, optimizer, device):
    device = torch.device(device)
    stats = {"loss": 0.0, "n": 0}
    if not model.training:
        model.train()
    for x, y in loader:
        if x.device != device:
            x = x.to(device)
        if y.device != device:
            y = y.to(device)
        predictions = model(x)
        loss = criterion(predictions, y)
        optimizer.zero_grad()
        torch.autograd.backward([loss])
        optimizer.step()
        stats["loss"] += loss.item() * y.size(0)
        stats["n"] += y.size(0)
    return stats["loss"] / stats["n"]
