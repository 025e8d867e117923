"""Hidden scenarios of ``to_tensor`` and the checks on them. Never in a kit, never in a sandbox."""

from autograder.checks.check import check, require
from autograder.checks.comparison import difference
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.tensors.to_tensor.test_to_tensor import (
    names,
    require_own_memory,
    require_same_tensors,
)

_FLOATS = ["test_converts_float32"]

SCENARIOS = (
    Scenario("axes", {"arrays": [["float32", [5]], ["float32", [2, 3, 1, 2]]]}, hidden=True),
    Scenario("columns_first", {"arrays": [["float32", [3, 4]]], "order": "F"}, hidden=True),
    Scenario("again", {"arrays": [["float32", [2, 2]]], "twice": True}, hidden=True),
    Scenario(
        "again_doubles",
        {"arrays": [["float64", [2, 2]], ["int64", [3]]], "twice": True},
        hidden=True,
    ),
)


@check("axes", weight=0.5, requires=_FLOATS)
def test_keeps_any_number_of_axes(actual: Observation, expected: Observation) -> None:
    """The array may have any number of axes from one on."""
    require_same_tensors(actual, expected)


@check("columns_first", weight=0.25, requires=_FLOATS)
def test_takes_either_order_in_memory(actual: Observation, expected: Observation) -> None:
    """The array may lie in memory row by row or column by column."""
    require_same_tensors(actual, expected)


@check("again", weight=0.5, requires=_FLOATS)
def test_leaves_the_array_alone(actual: Observation, expected: Observation) -> None:
    """The array is left as it was, and can be converted again."""
    require_same_tensors(actual, expected)
    require_untouched(actual, expected)


@check("again_doubles", weight=0.25, requires=["test_converts_float64", "test_converts_int64"])
def test_leaves_other_arrays_alone(actual: Observation, expected: Observation) -> None:
    """Arrays of float64 and int64 are left as they were, too."""
    require_same_tensors(actual, expected)
    require_untouched(actual, expected)
    require_own_memory(actual, expected)


def require_untouched(actual: Observation, expected: Observation) -> None:
    """No array was changed by the call."""
    for name in names(expected, "array"):
        require(difference(actual[name], expected[name]) is None, "The array was changed.")
