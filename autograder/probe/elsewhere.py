"""Batches that are not on the CPU, on a machine that has nothing else. Runs beside student code.

An :class:`ElsewhereTensor` holds its values on the CPU but behaves as if it were on another device:
among its own kind it calculates, ``.to("cpu")`` and ``.cpu()`` give the plain tensor, and whatever
mixes it with a CPU tensor raises what PyTorch raises. The wrapper is Python only: a registered
device backend would start autograd's device threads, and a forked child could not run backward.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map

# A device that no machine here lends data to: `tensor.device != device` holds for every other.
ELSEWHERE = torch.device("meta")
_MIXED = "Expected all tensors to be on the same device, but found at least two devices, {} and {}!"
_FACTS: Mapping[Any, Any] = {
    Tensor.device.__get__: ELSEWHERE,
    Tensor.is_cpu.__get__: False,  # type: ignore[attr-defined]
}
_MAY_MIX = frozenset({Tensor.copy_})
_NEEDS_CPU = (Tensor.numpy, Tensor.__array__)
_COPYING_FACTORIES = frozenset({torch.tensor, torch.as_tensor, torch.asarray})


class ElsewhereTensor(Tensor):
    """Values that must be moved before they can meet a tensor on the CPU."""

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Answer as a tensor on another device would."""
        keywords = dict(kwargs or {})
        if func in _FACTS:
            return _FACTS[func]
        if func in _NEEDS_CPU:
            message = (
                f"can't convert {ELSEWHERE} device type tensor to numpy. "
                "Use Tensor.cpu() to copy the tensor to host memory first."
            )
            raise TypeError(message)
        target = _target(func, args, keywords)
        if target is None and func not in _MAY_MIX:
            _refuse_mixture(args, keywords)
        if target == ELSEWHERE:
            args, keywords = _without_device(args, keywords)
        with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - as Tensor's own default does
            result = func(*tree_map(_plain, tuple(args)), **tree_map(_plain, keywords))
        if target is not None and target != ELSEWHERE:
            return result
        return tree_map(put_elsewhere, result)


class ElsewhereFactories(TorchFunctionMode):
    """While it is entered, ``torch.as_tensor(batch, device=...)`` moves a batch, too.

    PyTorch does not ask a tensor's class about these few functions, only a mode.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Where the argument lies elsewhere, so does the result unless a device is asked for."""
        result = func(*args, **(kwargs or {}))
        if func not in _COPYING_FACTORIES or not isinstance(
            next(iter(args), None), ElsewhereTensor
        ):
            return result
        target = (kwargs or {}).get("device")
        moved = target is not None and torch.device(target) != ELSEWHERE
        return _plain(result) if moved else put_elsewhere(result)


def put_elsewhere(value: Any) -> Any:
    """The tensor as if it were on another device, sharing its memory; anything else unchanged."""
    if isinstance(value, Tensor) and not isinstance(value, ElsewhereTensor):
        return value.as_subclass(ElsewhereTensor)
    return value


def _plain(value: Any) -> Any:
    return value.as_subclass(Tensor) if isinstance(value, ElsewhereTensor) else value


def _target(
    func: Callable[..., Any], args: Sequence[Any], keywords: Mapping[str, Any]
) -> torch.device | None:
    """The device that the call asks for, or None when it asks for none."""
    if func is Tensor.cpu:
        return torch.device("cpu")
    if keywords.get("device") is not None:
        return torch.device(keywords["device"])
    if func not in (Tensor.to, Tensor.type_as):
        return None
    wanted = next(iter([*args[1:2], *keywords.values()]), None)
    if isinstance(wanted, Tensor):
        return wanted.device
    if isinstance(wanted, str | int | torch.device):
        return torch.device(wanted)
    return None


def _without_device(
    args: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The same call on the CPU, where the values of this device really lie."""
    cpu = torch.device("cpu")
    moved = [cpu if isinstance(item, torch.device | str) else item for item in args]
    return moved, {key: cpu if key == "device" else item for key, item in keywords.items()}


def _refuse_mixture(args: Sequence[Any], keywords: Mapping[str, Any]) -> None:
    others = [
        tensor
        for tensor in _tensors((args, keywords))
        # A 0-d CPU tensor may meet any device, as it may on a GPU.
        if not isinstance(tensor, ElsewhereTensor) and tensor.dim() > 0
    ]
    if others:
        raise RuntimeError(_MIXED.format(ELSEWHERE, others[0].device))


def _tensors(tree: Any) -> Iterator[Tensor]:
    return (leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor))
