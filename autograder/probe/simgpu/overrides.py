"""Methods and attributes that differ between a GPU's tensor and the CPU's. Beside student code.

Each override is registered twice. As an attribute of the class, PyTorch's Python code finds it even
where it has switched ``__torch_function__`` off. Under PyTorch's own function, it is found by a
call such as ``torch.Tensor.numpy(x)``.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from autograder.probe.simgpu.device import BASE, CPU, NAME, simulated_device, without_torch_function
from autograder.probe.simgpu.moving import get_gradient, set_data, set_gradient, to, to_type
from autograder.probe.simgpu.storage import reduce
from autograder.probe.simgpu.tensor import (
    OVERRIDES,
    SimulatedTensor,
    as_cpu_tensor,
    move,
    place_result,
)


def _refuse_numpy(self: Tensor, *_args: Any, **_keywords: Any) -> NoReturn:
    message = (
        f"can't convert {self.device} device type tensor to numpy. "
        "Use Tensor.cpu() to copy the tensor to host memory first."
    )
    raise TypeError(message)


def _numpy(self: Tensor, *, force: bool = False) -> Any:
    return self.detach().cpu().numpy(force=True) if force else _refuse_numpy(self)


def _tolist(self: Tensor) -> Any:
    return as_cpu_tensor(self).tolist()


def _cpu(self: Tensor, memory_format: torch.memory_format | None = None) -> Tensor:
    moved = move(self, CPU)
    return moved if memory_format is None else moved.contiguous(memory_format=memory_format)


def _type(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:  # noqa: ARG001, FBT001, FBT002
    if dtype is None:
        return as_cpu_tensor(self).type().replace("torch.", f"torch.{NAME}.", 1)
    return self.to(dtype) if isinstance(dtype, torch.dtype) else to_type(self, dtype)


def _type_as(self: Tensor, other: Tensor) -> Tensor:
    return self.to(other.device, other.dtype)


def _copy(self: Tensor, source: Tensor, non_blocking: bool = False) -> Tensor:  # noqa: FBT001, FBT002
    if isinstance(source, Tensor):
        source = source.to(self.device)
    with without_torch_function():
        BASE.copy_(self, source, non_blocking)
    return self


def _refuse_pinning(self: Tensor, *_args: Any, **_keywords: Any) -> NoReturn:
    message = f"cannot pin '{self.type()}' only dense CPU tensors can be pinned"
    raise RuntimeError(message)


def _repr(self: Tensor, *, tensor_contents: str | None = None) -> str:
    if isinstance(self, nn.Parameter):
        return "Parameter containing:\n" + _repr(self.detach().requires_grad_(self.requires_grad))
    # PyTorch prints the class's name, Tensor(...), and a plain tensor as tensor(...).
    text: str = torch._tensor_str._str(self, tensor_contents=tensor_contents)  # noqa: SLF001
    return "t" + text[1:]


def _format(self: Tensor, specification: str) -> str:
    if self.dim() == 0:
        return format(self.item(), specification)
    return object.__format__(self, specification)


def _deepcopy(self: Tensor, memo: dict[int, Any]) -> Tensor:
    if id(self) in memo:
        done: Tensor = memo[id(self)]
        return done
    if not isinstance(self, nn.Parameter):
        with without_torch_function():
            copied: Tensor = _DEEPCOPY(self, memo)
            return copied
    # As Parameter.__deepcopy__ does, without the gradient.
    values = self.detach().clone(memory_format=torch.preserve_format)
    copied = nn.Parameter(values, self.requires_grad)
    memo[id(self)] = copied
    copied.__dict__.update(deepcopy(self.__dict__, memo))
    return copied


def _reduce(self: Tensor, _protocol: int) -> tuple[Any, ...]:
    return reduce(self)


def _backward(self: Tensor, *args: Any, **keywords: Any) -> None:
    # PyTorch's own way switches __torch_function__ off, also in every hook that runs.
    names = ("gradient", "retain_graph", "create_graph", "inputs")
    given = dict(zip(names, args, strict=False)) | keywords
    gradient = given.get("gradient")
    if isinstance(gradient, Tensor) and gradient.device != self.device and gradient.dim():
        message = (
            f"invalid gradient at index 0 - expected device {self.device} but got {gradient.device}"
        )
        raise RuntimeError(message)
    torch.autograd.backward(
        self,
        gradient,
        given.get("retain_graph"),
        bool(given.get("create_graph", False)),
        inputs=given.get("inputs"),
    )


def _get_data(self: Tensor) -> Tensor:
    with without_torch_function():
        data: Tensor = BASE.data.__get__(self)
    return place_result(data)


_DEEPCOPY: Any = Tensor.__deepcopy__
_METHODS: Mapping[str, Callable[..., Any]] = {
    "numpy": _numpy,
    "__array__": _refuse_numpy,
    "tolist": _tolist,
    "to": to,
    "cpu": _cpu,
    "type": _type,
    "type_as": _type_as,
    "copy_": _copy,
    "pin_memory": _refuse_pinning,
    "backward": _backward,
    "get_device": lambda _self: 0,
    "__repr__": _repr,
    "__format__": _format,
    "__deepcopy__": _deepcopy,
    "__reduce_ex__": _reduce,
}
_FACTS: Mapping[str, property] = {
    "device": property(lambda _self: simulated_device()),
    "is_cpu": property(lambda _self: False),
    "data": property(_get_data, set_data),
    "grad": property(get_gradient, set_gradient),
}


def install_overrides() -> None:
    """Register every override, on the class and under PyTorch's own function."""
    for name, method in _METHODS.items():
        setattr(SimulatedTensor, name, method)
        OVERRIDES[getattr(Tensor, name)] = method
    OVERRIDES[torch.get_device] = lambda _tensor: 0
    for name, fact in _FACTS.items():
        setattr(SimulatedTensor, name, fact)
        slot = getattr(BASE, name)
        for asked, answer in ((slot.__get__, fact.fget), (slot.__set__, fact.fset)):
            if answer is not None:
                OVERRIDES[asked] = answer
