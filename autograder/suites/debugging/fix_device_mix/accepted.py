"""Right solutions of ``fix_device_mix`` in many styles. Answers: never in a kit."""

import torch
import torch.nn.functional as F
from torch import nn

# %% moved-batch
def fix_device_mix(model, x, y, device):
    x = x.to(device)
    y = y.to(device)
    prediction = model(x)
    return F.mse_loss(prediction, y)
    # YOUR CODE HERE
    raise NotImplementedError()

# %% one-line
def fix_device_mix(model, x, y, device) -> Tensor:
    return nn.MSELoss()(model(x.to(device)), y.to(device))

# %% device-from-the-model
def fix_device_mix(model, x, y, device):
    device = next(model.parameters()).device
    x, y = (t.to(device=device, non_blocking=True) for t in (x, y))
    return ((model(x) - y) ** 2).mean()

# %% device-object
def fix_device_mix(model, x, y, device):
    device = torch.device(device)
    model = model.to(device)
    x = x.to(device)
    y = y.to(x.device)
    criterion = nn.MSELoss().to(device)
    print(x.device, y.device)
    return criterion(model(x), y)

# %% target-follows-the-prediction
def fix_device_mix(model, x, y, device):
    prediction = model(x.to(device))
    return torch.mean(torch.square(prediction - y.to(prediction)))

# %% sum-over-count
def fix_device_mix(model, x, y, device):
    out = model(x.to(device, torch.float32))
    target = y.to(out.device)
    return F.mse_loss(out, target, reduction="sum") / target.numel()

# %% copies
def fix_device_mix(model, x, y, device):
    inputs = torch.as_tensor(x, device=device)
    targets = torch.empty_like(y, device=device)
    targets.copy_(y)
    return nn.functional.mse_loss(model(inputs), targets)

# %% loss-sent-to-the-device
def fix_device_mix(model, x, y, device):
    prediction = model(x.to(device)).cpu()
    return F.mse_loss(prediction, y).to(device)
