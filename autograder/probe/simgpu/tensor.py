"""The tensors of the simulated GPU. Runs beside student code.

A :class:`SimulatedTensor` is an ordinary CPU tensor of a class of its own: it has real storage, so
views alias and in-place operations, hooks and graphs are PyTorch's own. The class sees every
operation twice. ``__torch_function__`` sees each call and looks for an override. It answers as a
GPU's tensor would. ``__torch_dispatch__`` sees each kernel below autograd, refuses devices that do
not mix, and puts the result on the device.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.utils._pytree import tree_map_only

from autograder.probe.simgpu.device import (
    BASE,
    CPU,
    is_simulated_device,
    simulated_device,
    without_torch_dispatch,
    without_torch_function,
)
from autograder.probe.simgpu.mixing import holds_other, refuse_mixture

# PyTorch's function → ours; autograder.probe.simgpu.overrides fills it.
OVERRIDES: dict[Any, Callable[..., Any]] = {}


class _RunningCall(threading.local):
    """Whether all tensors that the running call was given are on this device.

    PyTorch's composite functions make helper tensors on the device that C++ sees, which is the CPU:
    ``one_hot`` scatters into a CPU tensor. Such a mixture is not the caller's mistake.
    """

    is_all_simulated = False


_RUNNING_CALL = _RunningCall()


class SimulatedTensor(Tensor):
    """A tensor on the simulated GPU."""

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Answer as a tensor on a GPU would."""
        keywords = dict(kwargs or {})
        answer = OVERRIDES.get(func)
        if answer is not None:
            return answer(*args, **keywords)
        if keywords.get("device") is not None:
            return _make_on(func, args, keywords)
        is_alone = not holds_other((*args, *keywords.values()), cls)
        before, _RUNNING_CALL.is_all_simulated = _RUNNING_CALL.is_all_simulated, is_alone
        try:
            with without_torch_function():
                result = func(*args, **keywords)
        finally:
            _RUNNING_CALL.is_all_simulated = before
        return _place_results(result) if is_alone else result

    @classmethod
    def __torch_dispatch__(  # type: ignore[override] # the stub leaves the function out
        cls,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one kernel on the CPU, where the values really are."""
        return run_kernel(func, args, kwargs or {})


# Messages and printed types name the class, and a tensor on a GPU is a "Tensor".
SimulatedTensor.__name__ = SimulatedTensor.__qualname__ = "Tensor"


def as_simulated(values: Tensor) -> SimulatedTensor:
    """A tensor on this device that shares the memory of a CPU tensor without a graph."""
    if values._is_zerotensor():  # noqa: SLF001
        # Autograd's placeholder for a gradient of zeros has no memory to share.
        values = torch.zeros(values.shape, dtype=values.dtype, device=CPU)
    lent: SimulatedTensor = Tensor._make_subclass(SimulatedTensor, values)  # noqa: SLF001
    return lent


def as_cpu_tensor(tensor: Tensor) -> Tensor:
    """A CPU tensor, without a graph, that shares the memory of a simulated one."""
    with torch.no_grad(), without_torch_dispatch(), without_torch_function():
        # A view would keep the flag that sends operations to the class; a new tensor has none.
        values = torch.empty(0, dtype=tensor.dtype, device=CPU)
        storage, start = tensor.untyped_storage(), tensor.storage_offset()
        values.set_(storage, start, tensor.shape, tensor.stride())
        values = values.conj() if tensor.is_conj() else values
        return torch._neg_view(values) if tensor.is_neg() else values  # noqa: SLF001


class _Move(Function):
    """A copy on another device; the gradient goes the other way.

    For autograd's C++ both devices are the CPU, so PyTorch's own copy would send a gradient back to
    the wrong one.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(source: Tensor, target: torch.device) -> Tensor:
        values = as_cpu_tensor(source) if isinstance(source, SimulatedTensor) else source.detach()
        is_arriving = is_simulated_device(target)
        copied: Tensor = BASE.to(values, CPU if is_arriving else target, copy=True)
        return as_simulated(copied) if is_arriving else copied

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, torch.device], output: Tensor) -> None:  # noqa: ARG004
        ctx.source, ctx.target = inputs[0].device, inputs[1]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return move(gradient, ctx.source), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _target: None) -> Tensor:
        return move(tangent, ctx.target)


def move(tensor: Tensor, target: torch.device) -> Tensor:
    """The tensor on the target device, a copy unless it is there already."""
    is_moving_home = is_simulated_device(target)
    if is_moving_home == isinstance(tensor, SimulatedTensor) and (
        is_moving_home or tensor.device == target
    ):
        return tensor
    moved: Tensor = _Move.apply(tensor, target)  # type: ignore[no-untyped-call]
    return moved


def place_result(tensor: Tensor) -> Tensor:
    """The result of a composite function, on this device if C++ has made it on the CPU."""
    if type(tensor) is not Tensor or tensor.device != CPU:
        return tensor
    if tensor.requires_grad:
        return move(tensor, simulated_device())
    return as_simulated(tensor)


def _place_results(result: Any) -> Any:
    if isinstance(result, Tensor):
        return place_result(result)
    if isinstance(result, list | tuple) and any(type(item) is Tensor for item in result):
        return tree_map_only(Tensor, place_result, result)
    return result


def run_kernel(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """One kernel on the CPU; its result is on this device unless another one was asked for."""
    # Backward formulas make helpers on the CPU. A real mixture was refused in the forward pass.
    if not _RUNNING_CALL.is_all_simulated and torch._C._current_graph_task_id() == -1:  # noqa: SLF001
        refuse_mixture(func, args, kwargs, SimulatedTensor)
    device = kwargs.get("device")
    if device is not None:
        kwargs = {**kwargs, "device": CPU if is_simulated_device(device) else device}
    with without_torch_dispatch():
        result = func(*args, **kwargs)
    if type(result) is Tensor:
        return _place_kernel_result(result, args)
    if isinstance(result, list | tuple):
        return type(result)([_place_kernel_result(item, args) for item in result])
    return result


def _place_kernel_result(result: Any, args: Sequence[Any]) -> Any:
    """The kernel's result, on this device if it is a new tensor."""
    if type(result) is not Tensor or result.device != CPU:
        return result
    if any(result is given for given in args):
        return result
    return as_simulated(result)


def _make_on(func: Callable[..., Any], args: Sequence[Any], keywords: dict[str, Any]) -> Any:
    """The result of ``zeros_like``, ``new_tensor`` and the like with an argument ``device``."""
    device = torch.device(keywords.pop("device"))
    requires_grad = bool(keywords.pop("requires_grad", False))
    with torch.no_grad():
        made = move(place_result(func(*args, **keywords)), device)
    return made.requires_grad_() if requires_grad else made
