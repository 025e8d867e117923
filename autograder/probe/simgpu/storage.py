"""Saves tensors of the simulated GPU and loads them again, here or on the CPU. Beside student code.

``torch.save`` notes a storage's device, and ``torch.load`` puts it there or where ``map_location``
says. The memory is really on the CPU, so the storage's class says which device it is.
"""

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn
from torch.serialization import register_package

from autograder.probe.simgpu.device import NAME, is_simulated_device, simulated_device
from autograder.probe.simgpu.tensor import as_cpu_tensor

# Before PyTorch's own for such devices (priority 23), which would ask C++ for memory on the device.
_PRIORITY = 9


class _SimulatedStorage(torch.UntypedStorage):
    """Bytes on the CPU that say they are on the simulated GPU."""

    device = property(lambda _self: simulated_device())


def reduce(tensor: Tensor) -> tuple[Any, ...]:
    """What pickle keeps: the values, their device, and whether they are a parameter."""
    no_hooks: OrderedDict[str, object] = OrderedDict()
    if isinstance(tensor, nn.Parameter):
        kept = tensor.detach(), tensor.requires_grad, no_hooks
        return torch._utils._rebuild_parameter, kept  # noqa: SLF001
    values = as_cpu_tensor(tensor).clone()
    storage = values.untyped_storage()
    storage.__class__ = _SimulatedStorage
    typed = torch.storage.TypedStorage(wrap_storage=storage, dtype=tensor.dtype, _internal=True)
    kept_tensor = typed, 0, tuple(values.shape), values.stride(), tensor.requires_grad, no_hooks
    return torch._utils._rebuild_tensor_v2, kept_tensor  # noqa: SLF001


def register() -> None:
    """Let ``torch.load`` put storages on this device."""
    register_package(_PRIORITY, _tag, _restore)


def _tag(storage: Any) -> str | None:
    return str(simulated_device()) if isinstance(storage, _SimulatedStorage) else None


def _restore(storage: Any, location: str) -> Any:
    if location.partition(":")[0] != NAME or not is_simulated_device(torch.device(location)):
        return None
    restored = torch.UntypedStorage(storage.size())
    restored.copy_(storage, non_blocking=False)
    restored.__class__ = _SimulatedStorage
    return restored
