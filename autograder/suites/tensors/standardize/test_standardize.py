"""Checks of ``standardize`` on its public scenarios. Part of the kit.

Source of the tolerance (the default one): against the accepted solution in float64, the others
were off by at most 4e-7 of the largest value over 30 secrets, a tenth of what is allowed; an ε of
1e-8 adds 1e-7 at the smallest deviation, 0.1. An ε of 1e-5 under the root, as batch norm has, is
off by 5e-4 there.

Constant features get more room: ``F.batch_norm`` with a permitted ε of 3e-10 leaves up to 6e-3 of
them (sizes 2 to 160), where mistakes leave NaN, the constant itself or a 1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.check import check, require, require_same
from autograder.checks.comparison import DEFAULT, Tolerance, difference, to_numpy
from autograder.checks.settings import settings_check
from autograder.model.observation import Array, Observation, Value

_CENTRED = ["test_moves_each_feature_to_mean_0"]
_RIGHT = ["test_standardizes_each_feature"]
_CLOSE = 1e-4
ROOM_FOR_ZEROS = Tolerance(absolute=1e-2)


@check("batch", weight=1)
def test_moves_each_feature_to_mean_0(actual: Observation, expected: Observation) -> None:
    """Every feature is moved so that its mean is 0, whatever its scale is then."""
    for name in names(expected, "out"):
        require(
            _same_but_for_scale(actual[name], expected[name]),
            "The mean of a feature (of a column) is not 0 afterwards, or its values are not in the "
            "proportions that they had.",
        )


@check("batch", weight=1, requires=_CENTRED)
def test_standardizes_each_feature(actual: Observation, expected: Observation) -> None:
    """Every feature gets mean 0 and (population) standard deviation 1."""
    require_same_outputs(actual, expected)


@check("constant", weight=0.75, requires=_RIGHT)
def test_turns_a_constant_feature_into_zeros(actual: Observation, expected: Observation) -> None:
    """A constant feature becomes all zeros, and the others are standardized as ever."""
    require_same_outputs(actual, expected, tolerance=ROOM_FOR_ZEROS)


@check("batch", "constant", weight=0.5, requires=_CENTRED)
def test_leaves_the_batch_alone(actual: Observation, expected: Observation) -> None:
    """The result is a new tensor: the batch stays as it was."""
    require_untouched(actual, expected)


test_leaves_settings_alone = settings_check(__name__, "batch", weight=0.1, requires=_CENTRED)


def require_same_outputs(
    actual: Observation, expected: Observation, *, tolerance: Tolerance = DEFAULT
) -> None:
    """Every batch gave the same as in the reference."""
    for name in names(expected, "out"):
        require_same(actual[name], expected[name], what="The result", tolerance=tolerance)


def require_untouched(actual: Observation, expected: Observation) -> None:
    """No batch was changed by the call."""
    for name in names(expected, "batch"):
        require(
            difference(actual[name], expected[name]) is None,
            "The batch that was passed in has been changed.",
        )


def names(expected: Observation, kind: str) -> list[str]:
    """What was observed of this kind: ``out_1``, ``out_2`` and so on."""
    return [name for name in expected.values if name.startswith(f"{kind}_")]


def _same_but_for_scale(actual: Value, expected: Value) -> bool:
    if not isinstance(actual, Array) or not isinstance(expected, Array):
        return False
    if (actual.dtype, actual.shape) != (expected.dtype, expected.shape):
        return False
    return bool(np.allclose(_unit(actual), _unit(expected), atol=_CLOSE))


def _unit(array: Array) -> NDArray[Any]:
    """The columns divided by the root of their mean square; NaN for a column of zeros."""
    values = to_numpy(array).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        unit: NDArray[Any] = values / np.sqrt((values**2).mean(axis=0))
    return unit
