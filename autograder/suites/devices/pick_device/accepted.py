"""Right solutions of ``pick_device`` in many styles. Answers: never in a kit."""

import torch

# %% if-else
def pick_device():
    if torch.cuda.is_available():
        return torch.device("cuda")
    else:
        return torch.device("cpu")

# %% with-index
def pick_device() -> torch.device:
    return torch.device("cuda:0") if torch.cuda.is_available() else torch.device("cpu")

# %% type-and-index
def pick_device():
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu", 0)

# %% imported-name
from torch.cuda import is_available

def pick_device():
    return torch.device("cuda" if is_available() else "cpu")

# %% imported-module
from torch import cuda, device

pick_device = lambda: device("cuda" if cuda.is_available() else "cpu")

# %% current-device
def pick_device():
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device(f"cuda:{torch.cuda.current_device()}")

# %% last-of-several
def pick_device():
    count = torch.cuda.device_count()
    return torch.device("cuda", count - 1) if count > 0 else torch.device("cpu")

# %% indexed-by-truth
def pick_device():
    name = ["cpu", "cuda"][torch.cuda.is_available()]
    print("using", name)
    return torch.device(type=name)

# %% early-default
_CPU = torch.device("cpu")

def pick_device(cpu=_CPU, gpu=torch.device("cuda")):
    return gpu if torch.cuda.is_available() else cpu
