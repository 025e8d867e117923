"""Right solutions of ``standardize`` in many styles. Answers: never in a kit."""

import torch

# %% broadcasting
def standardize(batch):
    mean = batch.mean(dim=0)
    std = batch.std(dim=0, unbiased=False)
    std = torch.where(std == 0, torch.ones_like(std), std)
    return (batch - mean) / std

# %% correction
def standardize(batch):
    std, mean = torch.std_mean(batch, dim=0, correction=0, keepdim=True)
    return (batch - mean) / (std + 1e-8)

# %% mean-of-squares
def standardize(batch):
    centred = batch - batch.mean(0, keepdim=True)
    std = centred.pow(2).mean(0).sqrt()
    std[std == 0] = 1.0
    return centred / std

# %% loop-over-features
def standardize(batch):
    columns = []
    for j in range(batch.shape[1]):
        x = batch[:, j]
        m = x.sum() / len(x)
        v = ((x - m) ** 2).sum() / len(x)
        columns.append(torch.zeros_like(x) if v == 0 else (x - m) / torch.sqrt(v))
    return torch.stack(columns, dim=1)

# %% nan-to-num
def standardize(batch):
    z = (batch - batch.mean(dim=0)) / batch.var(dim=0, unbiased=False).sqrt()
    print(z)
    return torch.nan_to_num(z)

# %% batch-norm
def standardize(batch):
    return torch.nn.functional.batch_norm(batch, None, None, training=True, eps=1e-10)

# %% numpy
import numpy as np

def standardize(batch):
    x = batch.numpy().astype(np.float64)
    std = x.std(axis=0)
    std[std == 0] = 1
    return torch.tensor((x - x.mean(axis=0)) / std, dtype=torch.float32)

# %% clone-in-place
def standardize(batch):
    out = batch.clone()
    out -= out.mean(dim=0)
    length = out.norm(dim=0) / len(out) ** 0.5
    out /= length.clamp(min=1e-8)
    return out

# %% double
def standardize(batch):
    x = batch.double().T
    m = x.mean(dim=1, keepdim=True)
    s = x.std(dim=1, keepdim=True, correction=0)
    return torch.where(s > 1e-12, (x - m) / s, 0.0).T
