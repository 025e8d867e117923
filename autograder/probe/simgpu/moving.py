"""``to``, ``type``, ``data`` and ``grad`` across the two devices. Runs beside student code.

A tensor's device is its class, so a parameter that changes device changes what it is.
"""

from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn

from autograder.probe.simgpu.device import BASE, CPU, NAME, simulated_device, without_torch_function
from autograder.probe.simgpu.tensor import SimulatedTensor, as_simulated, move

_TO = BASE.to
_MAY_SHARE = torch._has_compatible_shallow_copy_type  # noqa: SLF001


def to(tensor: Tensor, /, *args: Any, **keywords: Any) -> Tensor:
    """``Tensor.to`` where the tensor, or the tensor it is to be like, is simulated."""
    wanted = keywords.pop("tensor", None)
    if args and isinstance(args[0], Tensor):
        wanted, args = args[0], args[1:]
    if wanted is not None:
        args = (wanted.device, wanted.dtype, *args)
    device, dtype, is_copy, memory_format = _parse(args, keywords)
    moved = tensor if device is None else move(tensor, device)
    is_copied = is_copy and moved is tensor
    if moved.dtype == (dtype or moved.dtype) and memory_format is None and not is_copied:
        return moved
    options = {} if memory_format is None else {"memory_format": memory_format}
    with without_torch_function():
        converted: Tensor = BASE.to(moved, dtype or moved.dtype, copy=is_copied, **options)
    return converted


def _parse(
    args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[torch.device | None, torch.dtype | None, bool, torch.memory_format | None]:
    # Either a device and a type come first, or a type alone.
    copy_at = 2 if args and isinstance(args[0], torch.dtype) else 3
    is_copy = keywords.pop("copy", args[copy_at] if len(args) > copy_at else False)
    device, dtype, _, memory_format = torch._C._nn._parse_to(*args[:copy_at], **keywords)  # noqa: SLF001
    return device, dtype, bool(is_copy), memory_format


def to_type(tensor: Tensor, name: Any) -> Tensor:
    """``tensor.type(name)``: a name such as "torch.LongTensor" stands for a device as well."""
    mark = f".{NAME}."
    is_ours = isinstance(name, str) and mark in name
    like = BASE.type(torch.empty(0, device=CPU), name.replace(mark, ".") if is_ours else name)
    return to(tensor, simulated_device() if is_ours else like.device, like.dtype)


def to_from_anywhere(self: Tensor, /, *args: Any, **keywords: Any) -> Tensor:
    """``Tensor.to`` instead of PyTorch's own, whose gradient would not move back."""
    moved: Tensor = _TO(self, *args, **keywords)
    is_arrival = type(moved) is SimulatedTensor and type(self) is not SimulatedTensor
    if is_arrival and moved.requires_grad and torch.is_grad_enabled():
        return to(self, *args, **keywords)
    return moved


def set_data(this: Tensor, content: Tensor) -> None:
    """``this.data = content``: the tensor takes the content and its device."""
    if isinstance(this, SimulatedTensor) == isinstance(content, SimulatedTensor):
        with without_torch_function():
            BASE.data.__set__(this, content)
        return
    with without_torch_function():
        gradient = BASE.grad.__get__(this)
        other = _made_like(this, content)
        BASE.grad.__set__(this, None)
        this.__class__, other.__class__ = other.__class__, this.__class__
        this.__dict__, other.__dict__ = other.__dict__, this.__dict__
        # torch.utils.swap_tensors refuses while a graph holds the parameter: an old `loss` would.
        torch._C._swap_tensor_impl(this, other)  # noqa: SLF001
        BASE.grad.__set__(this, gradient)


def _made_like(this: Tensor, content: Tensor) -> Tensor:
    """A tensor of the content's class with everything else from ``this``."""
    # C++'s own assignment fills it, so that content made in inference mode spoils it, as on CUDA.
    with torch.inference_mode(mode=False):
        shell = torch.empty(0, dtype=content.dtype, device=CPU)
        shell = as_simulated(shell) if isinstance(content, SimulatedTensor) else shell
        made = nn.Parameter(shell, False) if isinstance(this, nn.Parameter) else shell  # noqa: FBT003
        made.requires_grad_(this.requires_grad)
    BASE.data.__set__(made, content)
    made.__dict__.update({key: item for key, item in this.__dict__.items() if key != "_is_param"})
    return made


def get_gradient(this: Tensor) -> Tensor | None:
    """``this.grad`` of a simulated tensor, on its device wherever a formula has made it."""
    with without_torch_function():
        gradient: Tensor | None = BASE.grad.__get__(this)
        if gradient is not None and type(gradient) is Tensor and gradient.device == CPU:
            gradient = as_simulated(gradient.detach())
            BASE.grad.__set__(this, gradient)
    return gradient


def set_gradient(this: Tensor, gradient: Tensor | None) -> None:
    """``this.grad = gradient``, which must be on the same device."""
    if isinstance(gradient, Tensor) and not isinstance(gradient, SimulatedTensor):
        message = (
            f"attempting to assign a gradient with device type '{gradient.device.type}' to a "
            f"tensor with device type '{NAME}'. Please ensure that the gradient and the tensor are "
            "on the same device"
        )
        raise RuntimeError(message)  # noqa: TRY004 - as PyTorch does
    with without_torch_function():
        BASE.grad.__set__(this, gradient)


@wraps(_MAY_SHARE)
def may_share_data(this: Tensor, content: Tensor, /) -> bool:
    """Whether ``this.data = content`` may keep the same tensor.

    ``module.to`` asks this. A parameter belongs to Python, so :func:`set_data` can change it. A
    gradient belongs to its parameter in C++, where set_data cannot reach, so ``module.to`` has to
    make a new one.
    """
    if isinstance(this, SimulatedTensor) != isinstance(content, SimulatedTensor):
        return isinstance(this, nn.Parameter)
    return _MAY_SHARE(this, content)
