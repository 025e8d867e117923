"""Right solutions of ``to_tensor`` in many styles. Answers: never in a kit."""

import torch

# %% tensor
def to_tensor(a):
    return torch.tensor(a, dtype=torch.float32)

# %% as-tensor-and-clone
def to_tensor(a):
    return torch.as_tensor(a, dtype=torch.float32).clone()

# %% to-copy
def to_tensor(a):
    return torch.from_numpy(a).to(torch.float32, copy=True)

# %% from-numpy-of-a-copy
import numpy as np

def to_tensor(a):
    b = np.array(a, dtype=np.float32)  # a copy
    return torch.from_numpy(b)

# %% default-constructor
def to_tensor(a):
    x = torch.Tensor(a.tolist())
    print(x.shape, x.dtype)
    return x

# %% copy-into-empty
def to_tensor(a):
    out = torch.empty(a.shape, dtype=torch.float32)
    out.copy_(torch.from_numpy(a))
    return out

# %% float-of-a-copy
to_tensor = lambda a: torch.from_numpy(a.copy()).float()

# %% astype
def to_tensor(a):
    return torch.from_numpy(a.astype('float32', copy=True))

# %% float-tensor
def to_tensor(a):
    x = torch.FloatTensor(a.tolist())
    return x.reshape(a.shape)
