"""Which kernels accept tensors of two devices, as on CUDA. Runs beside student code.

*Source:* aten/src/ATen/native/native_functions.yaml and TensorIterator.cpp of PyTorch 2.13. A CUDA
kernel checks that all its tensors are on one device (``device_check``, on by default). Pointwise
kernels leave it to TensorIterator, which lets a 0-d CPU tensor in as a number, though never as the
output. Indices may be on the CPU. ``copy_`` is how anything crosses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

_ANYWHERE = frozenset({"copy_", "_copy_from", "result_type", "is_same_size", "lift_fresh"})
_INDEXING = frozenset({"index", "_unsafe_index", "index_put", "index_put_", "_index_put_impl_"})
# Pointwise kernels without the tag: each is built on TensorIterator, or of kernels that are.
_TAKES_NUMBERS = frozenset({
    "mse_loss", "smooth_l1_loss", "binary_cross_entropy_with_logits", "masked_fill",
    "masked_fill_", "fill_", "fill", "index_fill", "index_fill_",
})  # fmt: skip


def holds_other(items: Iterable[Any], ours: type) -> bool:
    """Whether a tensor of another class than ``ours`` is among the items, however deep."""
    for item in items:
        if isinstance(item, Tensor):
            if not isinstance(item, ours):
                return True
        elif isinstance(item, list | tuple):
            if holds_other(item, ours):
                return True
        elif isinstance(item, dict) and holds_other(item.values(), ours):
            return True
    return False


def refuse_mixture(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], ours: type) -> None:
    """Raise RuntimeError, in PyTorch's words, where a CUDA kernel would refuse these tensors."""
    if kwargs.get("generator") is not None or any(isinstance(a, torch.Generator) for a in args):
        message = "Expected a 'simgpu' device type for generator but found 'cpu'"
        raise RuntimeError(message)
    if not holds_other((*args, *kwargs.values()), ours):
        return
    name = func.overloadpacket.__name__
    if name in _ANYWHERE:
        return
    if name in _INDEXING:
        _refuse_indices(args, ours)
        # The indexed tensor and the values must be on one device.
        args = (args[0], *args[2:])
    tensors = list(_named_tensors(func, args, kwargs))
    if name in _INDEXING or name in _TAKES_NUMBERS or _is_pointwise(func):
        _refuse_pointwise(tensors, ours)
    else:
        _refuse_any(name, tensors, ours)


@cache
def _is_pointwise(func: Any) -> bool:
    # A foreach kernel falls back to one pointwise kernel after the other.
    return torch.Tag.pointwise in func.tags or func.overloadpacket.__name__.startswith("_foreach_")


def _named_tensors(
    func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Iterator[tuple[str, bool, Tensor]]:
    """Every tensor with its argument's name, and whether the kernel writes into it."""
    schema = func._schema.arguments  # noqa: SLF001
    named = {argument.name: argument for argument in schema}
    given = [*zip(schema, args, strict=False), *((named[key], kwargs[key]) for key in kwargs)]
    for argument, value in given:
        is_output = argument.alias_info is not None and argument.alias_info.is_write
        for item in value if isinstance(value, list | tuple) else [value]:
            if isinstance(item, Tensor):
                yield argument.name, is_output, item


def _refuse_indices(args: Sequence[Any], ours: type) -> None:
    if isinstance(args[0], ours) or not holds_other([args[0]], ours):
        return
    if any(isinstance(index, ours) for index in args[1] if index is not None):
        place = args[0].device
        message = (
            f"indices should be either on {place} or on the same device as the indexed tensor "
            f"({place})"
        )
        raise RuntimeError(message)


def _refuse_pointwise(tensors: Sequence[tuple[str, bool, Tensor]], ours: type) -> None:
    """Raise unless every tensor of the CPU has no dimensions and is only read."""
    for _, is_output, tensor in tensors:
        is_number = tensor.dim() == 0 and tensor.is_cpu and not is_output
        if not isinstance(tensor, ours) and not is_number:
            message = (
                "Expected all tensors to be on the same device, but found at least two devices, "
                f"{_first_of(tensors, ours).device} and {tensor.device}!"
            )
            raise RuntimeError(message)


def _refuse_any(name: str, tensors: Sequence[tuple[str, bool, Tensor]], ours: type) -> None:
    odd, place = next((n, t.device) for n, _, t in tensors if not isinstance(t, ours))
    message = (
        f"Expected all tensors to be on the same device, but got {odd} is on {place}, different "
        f"from other tensors on {_first_of(tensors, ours).device} "
        f"(when checking argument in method wrapper_SIMGPU_{name})"
    )
    raise RuntimeError(message)


def _first_of(tensors: Sequence[tuple[str, bool, Tensor]], ours: type) -> Tensor:
    return next(tensor for _, _, tensor in tensors if isinstance(tensor, ours))
