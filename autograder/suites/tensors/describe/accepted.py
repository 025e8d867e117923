"""Right solutions of ``describe`` in many styles. Answers: never in a kit."""

import torch

# %% dict-display
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% torch-size
def describe(batch):
    return dict(
        shape=batch.shape,
        dtype=batch.dtype,
        device=batch.device,
        requires_grad=batch.requires_grad,
    )

# %% getattr
def describe(batch):
    return {key: getattr(batch, key) for key in ("shape", "dtype", "device", "requires_grad")}

# %% step-by-step
def describe(batch):
    info = {}
    info["requires_grad"] = bool(batch.requires_grad)
    info["device"] = torch.device(batch.device)
    info["dtype"] = batch.dtype
    info["shape"] = tuple(batch.size(i) for i in range(batch.dim()))
    print(info)
    return info

# %% size-method
describe = lambda batch: {
    "shape": batch.size(), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad
}

# %% zip
def describe(batch):
    keys = ["shape", "dtype", "device", "requires_grad"]
    values = [(*batch.shape,), batch.dtype, batch.device, batch.requires_grad is True]
    return dict(zip(keys, values))

# %% ordered-dict
from collections import OrderedDict

def describe(batch):
    d = OrderedDict()
    for name in "shape dtype device requires_grad".split():
        d[name] = batch.__getattribute__(name)
    return d

# %% attrgetter
from operator import attrgetter

_KEYS = ("shape", "dtype", "device", "requires_grad")

def describe(batch):
    return dict(zip(_KEYS, attrgetter(*_KEYS)(batch)))
