"""Right solutions of ``fix_accumulation`` in many styles. Answers: never in a kit."""

import torch

# %% zero-first
def fix_accumulation(model, optimizer, criterion, batches) -> list[float]:
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
    # YOUR CODE HERE
    raise NotImplementedError()

# %% zero-before-backward
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for batch in batches:
        x, y = batch
        pred = model(x)
        loss = criterion(pred, y)
        losses += [float(loss)]
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
    return losses

# %% zero-before-the-loop-and-after-each-step
def fix_accumulation(model, optimizer, criterion, batches):
    optimizer.zero_grad()
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.detach().item())
    return losses

# %% model-zero-grad
def fix_accumulation(model, optimizer, criterion, batches):
    model.train()
    losses = []
    for i, (inputs, targets) in enumerate(batches):
        model.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.tolist())
        print(f"batch {i}: {losses[-1]:.4f}")
    return losses

# %% grad-none
def fix_accumulation(model, optimizer, criterion, batches):
    def one(x, y):
        for p in model.parameters():
            p.grad = None
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return [one(x, y) for x, y in batches]

# %% grad-zeroed-in-place
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.zero_()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% closure
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        def closure():
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            return loss
        losses.append(float(optimizer.step(closure).detach()))
    return losses

# %% autograd-grad
def fix_accumulation(model, optimizer, criterion, batches):
    parameters = [p for p in model.parameters() if p.requires_grad]
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = g
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% floats-at-the-end
def fix_accumulation(model, optimizer, criterion, batches):
    kept = []
    for x, y in list(batches):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        kept.append(loss.detach())
    return torch.stack(kept).tolist()

# %% while-next
def fix_accumulation(model, optimizer, criterion, batches):
    iterator = iter(batches)
    losses = []
    while (batch := next(iterator, None)) is not None:
        optimizer.zero_grad()
        loss = criterion(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
