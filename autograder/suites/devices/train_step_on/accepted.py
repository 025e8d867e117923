"""Right solutions of ``train_step_on`` in many styles. Answers: never in a kit."""

import torch

# %% plain
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% loss-on-cpu
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch = x_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch).cpu(), y_batch.cpu())
    loss.backward()
    optimizer.step()
    return float(loss)

# %% redundant-move
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    model.to(device)
    x_batch = x_batch.to(device, non_blocking=True)
    y_batch = y_batch.to(device, non_blocking=True)
    model.train()
    model.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().item()

# %% device-of-parameters
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    where = next(model.parameters()).device
    x_batch = x_batch.to(where)
    y_batch = y_batch.to(where)
    optimizer.zero_grad(set_to_none=False)
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% like-the-prediction
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    prediction = model(x_batch.to(device))
    optimizer.zero_grad()
    loss = criterion(prediction, y_batch.to(prediction.device))
    loss.backward()
    optimizer.step()
    return loss.tolist()

# %% there-and-back
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    model.to('cpu')
    x_batch, y_batch = x_batch.to('cpu'), y_batch.to('cpu')
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    model.to(device)
    return loss.item()

# %% grad-none
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    device = torch.device(device)
    x, y = (t.to(device) for t in (x_batch, y_batch))
    for p in model.parameters():
        p.grad = None
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()

# %% closure
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x, y = x_batch.to(device), y_batch.to(device)

    def closure():
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure).item()

# %% autograd-grad
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch.to(device)), y_batch.to(device))
    parameters = list(model.parameters())
    for p, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        p.grad = gradient
    optimizer.step()
    return loss.detach().cpu().numpy().item()

# %% as-tensor
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch = torch.as_tensor(x_batch, device=device)
    y_batch = torch.as_tensor(y_batch, device=device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    value = loss.detach()
    print(value)
    return float(value)
