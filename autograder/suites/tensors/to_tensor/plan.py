"""How ``to_tensor`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from autograder.model.exercise import Scenario
from autograder.probe.recorder import Recorder


def plan(to_tensor: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Convert one array after the other, then change each array and look at its tensor.

    Options: ``arrays`` (rows of [dtype, shape]), ``order`` (``C`` or ``F``), ``twice`` (whether
    each is converted a second time). What is left alone is kept as a value, which a process that
    only claims to have left it alone does not know; what was changed is not.
    """
    options: dict[str, Any] = {"order": "C", "twice": False, **scenario.options}
    for number, (dtype, shape) in enumerate(options["arrays"], start=1):
        array = _array(dtype, shape, order=options["order"])
        given = array.copy()
        returned = recorder.call(to_tensor, array)
        if options["twice"]:
            returned = recorder.call(to_tensor, array)
        recorder.value(f"tensor_{number}", returned)
        recorder.value(
            f"array_{number}", torch.tensor(given) if np.array_equal(array, given) else None
        )
        recorder.value(f"later_{number}", _unless_shared(array, returned))


def _array(dtype: str, shape: list[int], *, order: str) -> NDArray[Any]:
    """Numbers of up to about ±300; those of float64 are mostly not exact in float32."""
    drawn = 100 * torch.randn(shape, dtype=torch.float64).numpy()
    return np.array(np.rint(drawn) if dtype == "int64" else drawn, dtype=dtype, order=order)  # type: ignore[call-overload,no-any-return]


def _unless_shared(array: NDArray[Any], returned: object) -> object:
    """The tensor after a change of the array; None where the change shows in it."""
    if not isinstance(returned, Tensor):
        return None
    before = returned.detach().clone()
    array += 1
    return returned if torch.equal(before, returned.detach()) else None
