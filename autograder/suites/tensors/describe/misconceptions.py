"""Wrong solutions of ``describe``, each with its name and hint. Answers: never in a kit."""

import torch

# %% shape-as-list
# hint: The shape is a list. Asked for is a tuple.
def describe(batch):
    return {"shape": list(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% shape-as-text
# hint: The shape is a text. Asked for is a tuple of ints, with which one can go on calculating.
def describe(batch):
    return {"shape": str(tuple(batch.shape)), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% shape-as-text.size
# hint: The shape is a text. Asked for is a tuple of ints, with which one can go on calculating.
def describe(batch):
    return {"shape": str(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% length-for-shape
# hint: Only the number of samples is given. The shape is the lengths of all axes.
def describe(batch):
    return {"shape": len(batch), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% length-for-shape.in-a-tuple
# hint: Only the number of samples is given. The shape is the lengths of all axes.
def describe(batch):
    return {"shape": (len(batch),), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% axes-for-shape
# hint: The number of axes is given. The shape is the length of each axis.
def describe(batch):
    return {"shape": batch.dim(), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% count-for-shape
# hint: The number of all values is given. The shape is the lengths of the axes.
def describe(batch):
    return {"shape": batch.numel(), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% size-not-called
# hint: The method size itself is given, not what it returns: it has to be called, or take the
# attribute shape.
def describe(batch):
    return {"shape": batch.size, "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% shape-reversed
# hint: The lengths stand in the wrong order: the samples come first.
def describe(batch):
    return {"shape": tuple(reversed(batch.shape)), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% without-samples
# hint: The number of samples is missing from the shape.
def describe(batch):
    return {"shape": tuple(batch.shape[1:]), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad}

# %% dtype-as-text
# hint: The dtype is a text. Asked for is the torch.dtype itself, which a tensor can be made with.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": str(batch.dtype), "device": batch.device, "requires_grad": batch.requires_grad}

# %% dtype-as-text.short
# hint: The dtype is a text. Asked for is the torch.dtype itself, which a tensor can be made with.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": str(batch.dtype).split(".")[1], "device": batch.device, "requires_grad": batch.requires_grad}

# %% type-for-dtype
# hint: This is the Python type of the tensor object, torch.Tensor for all of them. Asked for is
# the type of its numbers.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": type(batch), "device": batch.device, "requires_grad": batch.requires_grad}

# %% tensor-type-for-dtype
# hint: type() names the kind of tensor, as a text. Asked for is the torch.dtype.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.type(), "device": batch.device, "requires_grad": batch.requires_grad}

# %% dtype-fixed
# hint: The dtype is written in as float32, whatever the tensor is.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": torch.float32, "device": batch.device, "requires_grad": batch.requires_grad}

# %% device-as-text
# hint: The device is a text. Asked for is the torch.device itself.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": str(batch.device), "requires_grad": batch.requires_grad}

# %% device-fixed
# hint: The device is written in as the CPU, wherever the tensor is.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": torch.device("cpu"), "requires_grad": batch.requires_grad}

# %% device-fixed.as-text
# hint: The device is written in as the text "cpu", wherever the tensor is.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": "cpu", "requires_grad": batch.requires_grad}

# %% device-available
# hint: This tells which device could be used here. Asked for is where the tensor is.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": torch.device("cuda" if torch.cuda.is_available() else "cpu", 0), "requires_grad": batch.requires_grad}

# %% asks-for-cuda
# hint: This tells whether the tensor is on a GPU. Asked for is the device itself.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.is_cuda, "requires_grad": batch.requires_grad}

# %% device-number
# hint: This is the number of a GPU, or −1. Asked for is the device itself.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.get_device(), "requires_grad": batch.requires_grad}

# %% grad-for-requires-grad
# hint: This is the gradient, which is not there yet. Asked for is whether the tensor asks for one.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.grad}

# %% grad-for-requires-grad.presence
# hint: This tells whether a gradient is there already. Asked for is whether the tensor asks for
# one.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.grad is not None}

# %% leaf-for-requires-grad
# hint: This tells whether the tensor is a leaf. Asked for is whether it requires grad.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.is_leaf}

# %% requires-grad-fixed
# hint: requires_grad is written in as False, whatever the tensor says.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": False}

# %% switches-grad-on
# hint: requires_grad_() with an underscore switches recording on for the tensor. Asked for is only
# how it stands.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.detach().requires_grad_().requires_grad}

# %% method-for-requires-grad
# hint: This is the method requires_grad_ itself. Asked for is the attribute without underscore,
# which is True or False.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad_}

# %% requires-grad-as-text
# hint: requires_grad is a text. Asked for is True or False.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": str(batch.requires_grad)}

# %% everything-fixed
# hint: All four entries are those of the example. The tensor that is passed in is not looked at.
def describe(batch):
    return {"shape": (32, 10), "dtype": torch.float32, "device": torch.device("cpu"), "requires_grad": False}

# %% everything-as-text
# hint: The entries are texts. Asked for are the things themselves: a tuple, a torch.dtype, a
# torch.device and a bool.
def describe(batch):
    return {"shape": str(tuple(batch.shape)), "dtype": str(batch.dtype), "device": str(batch.device), "requires_grad": str(batch.requires_grad)}

# %% types-as-text
# hint: dtype and device are texts. Asked for are the torch.dtype and the torch.device themselves.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": str(batch.dtype), "device": str(batch.device), "requires_grad": batch.requires_grad}

# %% too-many-keys
# hint: There are more entries than the four that are asked for.
def describe(batch):
    return {"shape": batch.shape, "dtype": batch.dtype, "device": batch.device, "requires_grad": batch.requires_grad, "ndim": batch.ndim}

# %% returns-tuple
# hint: The four facts come in a tuple. Asked for is a dict, with their names as keys.
def describe(batch):
    return tuple(batch.shape), batch.dtype, batch.device, batch.requires_grad

# %% returns-set
# hint: Braces without colons make a set, which has no keys. Asked for is a dict.
def describe(batch):
    return {batch.shape, batch.dtype, batch.device, batch.requires_grad}

# %% returns-text
# hint: The facts come as a text. Asked for is a dict.
def describe(batch):
    return f"shape={tuple(batch.shape)}, dtype={batch.dtype}, device={batch.device}, requires_grad={batch.requires_grad}"

# %% returns-nothing
# hint: Nothing is returned: the caller gets None. Printing something does not return it.
def describe(batch):
    print("shape:", batch.shape)
    print("dtype:", batch.dtype)
    print("device:", batch.device)
    print("requires_grad:", batch.requires_grad)

# %% requires-grad-fixed.true
# hint: requires_grad is written in as True, whatever the tensor says.
def describe(batch):
    return {"shape": tuple(batch.shape), "dtype": batch.dtype, "device": batch.device, "requires_grad": True}

# %% everything-as-text.size
# hint: The entries are texts. Asked for are the things themselves: a tuple, a torch.dtype, a
# torch.device and a bool.
def describe(batch):
    return {"shape": str(batch.shape), "dtype": str(batch.dtype), "device": str(batch.device), "requires_grad": str(batch.requires_grad)}
