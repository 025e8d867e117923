# verdict: right
import numpy as np
import torch


def standardize(batch):
    a = batch.numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (a - a.mean(0)) / a.std(0)
    return torch.from_numpy(np.where(a.std(0) == 0, 0, z).astype(np.float32))
