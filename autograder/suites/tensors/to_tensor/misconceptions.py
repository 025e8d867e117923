"""Wrong solutions of ``to_tensor``, each with its name and hint. Answers: never in a kit."""

import numpy as np
import torch

# %% numpy-alias
# hint: The tensor shares its memory with the array: when one changes, the other does. For a
# float32 array, from_numpy and as_tensor copy nothing, and neither does .float() after them.
def to_tensor(a):
    return torch.from_numpy(a).float()

# %% float64-leak
# hint: The tensor keeps the array's type, float64 or int64. NumPy calculates in double precision;
# models expect float32.
def to_tensor(a):
    return torch.tensor(a)

# %% float64-leak.shared
# hint: The tensor keeps the array's type, float64 or int64, and its memory as well. Models expect
# float32, in memory of its own.
def to_tensor(a):
    return torch.from_numpy(a)

# %% float64-leak.double
# hint: The tensor is in double precision, float64. Models expect float32.
def to_tensor(a):
    return torch.tensor(a, dtype=torch.float64)

# %% float64-leak.floats-only
# hint: A float64 array stays float64. Models expect float32.
def to_tensor(a):
    x = torch.tensor(a)
    return x if x.is_floating_point() else x.float()

# %% float64-leak.floats-as-double
# hint: Whatever is not float64 is made float64. Models expect float32.
def to_tensor(a):
    x = torch.tensor(a)
    return x if x.is_floating_point() else x.double()

# %% int-kept
# hint: An int64 array becomes an int64 tensor. Models calculate in floating point: it should be
# float32 as well.
def to_tensor(a):
    x = torch.tensor(a)
    return x.float() if x.is_floating_point() else x

# %% made-integer
# hint: Everything is turned into integers, and what stands after the decimal point is lost.
def to_tensor(a):
    return torch.tensor(a).long()

# %% made-integer.int32
# hint: Everything is turned into integers, and what stands after the decimal point is lost.
def to_tensor(a):
    return torch.tensor(a).int()

# %% made-integer.and-back
# hint: The values are turned into integers on the way, and what stands after the decimal point is
# lost.
def to_tensor(a):
    return torch.tensor(a).long().float()

# %% half-precision
# hint: The tensor is in half precision, float16, which keeps three digits only.
def to_tensor(a):
    return torch.tensor(a).half()

# %% half-precision.bfloat16
# hint: The tensor is in bfloat16, which keeps two or three digits only.
def to_tensor(a):
    return torch.tensor(a).bfloat16()

# %% flattened
# hint: The values stand in one long row: the shape of the array is lost.
def to_tensor(a):
    return torch.tensor(a.flatten(), dtype=torch.float32)

# %% row-added
# hint: The tensor has an axis more than the array.
def to_tensor(a):
    return torch.tensor(a, dtype=torch.float32).unsqueeze(0)

# %% column-added
# hint: The tensor has an axis more than the array, at the end.
def to_tensor(a):
    return torch.tensor(a, dtype=torch.float32).unsqueeze(-1)

# %% squeezed
# hint: Axes of length 1 are squeezed out: the tensor no longer has the array's shape.
def to_tensor(a):
    return torch.tensor(a, dtype=torch.float32).squeeze()

# %% transposed
# hint: Rows and columns are exchanged.
def to_tensor(a):
    return torch.tensor(a.T.copy(), dtype=torch.float32)

# %% first-row-only
# hint: Only the first row of the array is there.
def to_tensor(a):
    return torch.tensor(a[0], dtype=torch.float32)

# %% stays-numpy
# hint: What is returned is still a NumPy array, of another dtype.
def to_tensor(a):
    return a.astype('float32')

# %% stays-numpy.copy
# hint: What is returned is still a NumPy array.
def to_tensor(a):
    return a.copy()

# %% returns-list
# hint: What is returned is a list of numbers, not a tensor.
def to_tensor(a):
    return a.tolist()

# %% returns-nothing
# hint: The tensor is made, but nothing is returned: the caller gets None.
def to_tensor(a):
    x = torch.tensor(a, dtype=torch.float32)
    print(x)

# %% scaled
# hint: The values are scaled, as one does with the pixels of a picture. Asked for are the same
# values.
def to_tensor(a):
    return torch.tensor(a, dtype=torch.float32) / 255

# %% standardized
# hint: The values are standardized. Asked for are the same values.
def to_tensor(a):
    x = torch.tensor(a, dtype=torch.float32)
    return (x - x.mean()) / x.std()

# %% changes-the-array
# hint: The array that was passed in is changed on the way.
def to_tensor(a):
    x = torch.tensor(a, dtype=torch.float32)
    a[...] = 0
    return x

# %% shape-assigned
# hint: The array that was passed in is reshaped in place, so it comes back flat.
def to_tensor(a):
    a.shape = (-1,)
    return torch.tensor(a, dtype=torch.float32)
