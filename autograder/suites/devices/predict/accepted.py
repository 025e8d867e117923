"""Right solutions of ``predict`` in many styles. Answers: never in a kit."""

import torch
from torch import Tensor

# %% no-grad
def predict(model, x, device):
    model = model.to(device)
    x = x.to(device)
    with torch.no_grad():
        return model(x)

# %% detach
def predict(model, x, device):
    model.to(device)
    return model(x.to(device)).detach()

# %% inference-mode-late
def predict(model, x: Tensor, device) -> Tensor:
    model.to(device)
    model.eval()
    inputs = x.to(device, non_blocking=True)
    with torch.inference_mode():
        out = model(inputs)
    return out

# %% decorated
@torch.no_grad()
def predict(model, x, device):
    device = torch.device(device)
    model.eval().to(device)
    return model(x.to(device=device))

# %% device-of-parameters
def predict(model, x, device):
    model.to(torch.device(device))
    where = next(model.parameters()).device
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        return model(x.to(where)).to(where)
    finally:
        torch.set_grad_enabled(before)

# %% mode-restored
def predict(model, x, device):
    was_training = model.training
    model.eval()
    with torch.set_grad_enabled(False):
        result = model.to(device)(x.clone().to(device))
    model.train(was_training)
    return result.clone()

# %% by-hand
def predict(model, x, device):
    for parameter in model.parameters():
        parameter.data = parameter.data.to(device)
    for buffer in model.buffers():
        buffer.data = buffer.data.to(device)
    return model(torch.as_tensor(x, device=device)).data

# %% functional-call
def predict(model, x, device):
    model.to(device)
    weights = {name: value.detach() for name, value in model.named_parameters()}
    return torch.func.functional_call(model, weights, (x.to(device),))

# %% row-by-row
def predict(model, x, device):
    model.to(device)
    rows = []
    with torch.no_grad():
        for row in x:
            rows.append(model(row.to(device).unsqueeze(0)))
    return torch.cat(rows, dim=0)

# %% lambda
predict = lambda model, x, device: model.to(device)(x.to(device)).detach()
