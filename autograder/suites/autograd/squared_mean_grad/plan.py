"""How ``squared_mean_grad`` is called. Public: runs beside student code and is part of the kit."""

from contextlib import nullcontext
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from autograder.model.exercise import Scenario
from autograder.probe.derivatives import DerivativeWitness
from autograder.probe.recorder import Recorder

SHAPE = (4, 3)
# The slots of PyTorch's own type, which nobody can replace: a property put over them may lie.
_is_leaf = torch._C.TensorBase.is_leaf.__get__  # type: ignore[attr-defined]  # noqa: SLF001
_requires_grad = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]  # noqa: SLF001


def plan(squared_mean_grad: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for pairs, then train on the first ``x`` as on any leaf.

    Options: ``order`` (which of the drawn tensors to pass, one call each), ``scale`` (of the
    drawn values), ``watched`` (report whether a derivative of PyTorch's was seen at work).
    """
    options: dict[str, Any] = {"order": [0], "scale": 1.0, "watched": False, **scenario.options}
    order = options["order"]
    tensors = [options["scale"] * torch.randn(SHAPE) for _ in range(max(order) + 1)]
    weights = torch.randn(SHAPE)
    pairs: list[tuple[object, object]] = []
    witness = DerivativeWitness()
    try:
        for index in order:
            with witness if options["watched"] else nullcontext():
                returned = recorder.call(squared_mean_grad, tensors[index])
            pairs.append(_pair(returned))
            recorder.value(f"x_{len(pairs)}", pairs[-1][0])
            recorder.value(f"g_{len(pairs)}", pairs[-1][1])
    finally:
        if options["watched"]:
            recorder.value("automatic", witness.saw_one)
    recorder.value("values", list(tensors))
    recorder.value("values_require_grad", [_requires_grad(t) for t in tensors])
    recorder.value("first_pair_afterwards", list(pairs[0]))
    recorder.explain("symptoms", _symptoms(pairs[0][0]))
    recorder.value("trained_x", _train(pairs[0][0], weights))


def _pair(returned: object) -> tuple[object, object]:
    """What stands for x and for g; a lone tensor is taken for g."""
    if isinstance(returned, tuple | list) and len(returned) == 2:
        return returned[0], returned[1]
    return None, returned if isinstance(returned, Tensor) else None


def _symptoms(x: object) -> dict[str, bool]:
    if not isinstance(x, Tensor):
        return {}
    return {"is_leaf": x.is_leaf, "has_grad": x.grad is not None}


def _train(x: object, weights: Tensor) -> Tensor | None:
    """One step down sum(x · weights), which only a leaf that requires grad can take.

    An optimizer accepts a non-leaf that retains its grad, so the step is made on a deep copy.
    """
    if not isinstance(x, Tensor) or not _is_leaf(x):
        return None
    x.grad = None
    try:
        leaf = deepcopy(x)
        (leaf * weights).sum().backward()
    except (RuntimeError, TypeError, ValueError):
        return None
    return None if leaf.grad is None else leaf.detach() - 0.5 * leaf.grad
