"""The simulated GPU's device, and PyTorch's ways around our class. Runs beside student code."""

from typing import Any

import torch

NAME = "simgpu"
CPU = torch.device("cpu")

# PyTorch's own methods and attributes; some of them are replaced on torch.Tensor.
BASE: Any = torch._C.TensorBase  # noqa: SLF001
# Contexts in which PyTorch calls no __torch_function__, and no __torch_dispatch__, of the class.
without_torch_function: Any = torch._C.DisableTorchFunctionSubclass  # noqa: SLF001
without_torch_dispatch: Any = torch._C._DisableTorchDispatch  # noqa: SLF001


def simulated_device() -> torch.device:
    """The device that every simulated tensor is on."""
    return torch.device(NAME, 0)


def is_simulated_device(device: torch.device) -> bool:
    """Whether the device is this one; RuntimeError for a second one, as on a machine with one."""
    if device.type != NAME:
        return False
    if device.index:
        message = f"{NAME} error: invalid device ordinal: there is one {NAME}, {NAME}:0"
        raise RuntimeError(message)
    return True
