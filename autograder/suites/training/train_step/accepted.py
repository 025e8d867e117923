"""Right solutions of ``train_step`` in many styles. Answers: never in a kit."""

import torch

# %% zero-first
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    prediction = model(x_batch)
    loss = criterion(prediction, y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% zero-before-backward
def train_step(model, optimizer, criterion, x_batch, y_batch):
    model.train()
    loss = criterion(model(x_batch), y_batch)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)

# %% zero-first-and-last
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach().item()

# %% model-zero-grad
def train_step(model, optimizer, criterion, x_batch, y_batch):
    model.zero_grad()
    out = model(x_batch)
    loss = criterion(out, y_batch)
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().numpy().item()

# %% grad-none
def train_step(model, optimizer, criterion, x_batch, y_batch):
    for parameter in model.parameters():
        parameter.grad = None
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.tolist()

# %% set-to-none-false
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad(set_to_none=False)
    loss = criterion(model(x_batch), y_batch)
    value = loss.item()
    loss.backward()
    optimizer.step()
    return value

# %% grad-zeroed-in-place
def train_step(model, optimizer, criterion, x_batch, y_batch):
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                p.grad.zero_()
    loss = criterion(model(x_batch), y_batch)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss.item()

# %% closure
def train_step(model, optimizer, criterion, x_batch, y_batch):
    def closure():
        optimizer.zero_grad()
        loss = criterion(model(x_batch), y_batch)
        loss.backward()
        return loss

    return optimizer.step(closure).item()

# %% autograd-grad
def train_step(model, optimizer, criterion, x_batch, y_batch):
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    loss = criterion(model(x_batch), y_batch)
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer.step()
    return loss.item()

# %% lambda
def _step(model, optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()

train_step = lambda model, optimizer, criterion, x_batch, y_batch: _step(
    model, optimizer, criterion(model(x_batch), y_batch)
)

# %% enable-grad-decorator
@torch.enable_grad()
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    logits = model(x_batch)
    loss = criterion(logits, y_batch)
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
    return loss.item()
