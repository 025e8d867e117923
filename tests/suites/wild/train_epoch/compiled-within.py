# verdict: right
import torch


def train_epoch(model, loader, criterion, optimizer, device):
    model.compile()
    step = torch.compile(optimizer.step, backend="aot_eager")
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(torch.compile(model)(x), y)
        loss.backward()
        step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count
