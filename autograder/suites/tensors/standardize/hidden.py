"""Hidden scenarios of ``standardize`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.tensors.standardize.test_standardize import (
    ROOM_FOR_ZEROS,
    require_same_outputs,
)

_RIGHT = ["test_standardizes_each_feature"]
_CONSTANT = ["test_turns_a_constant_feature_into_zeros"]

SCENARIOS = (
    Scenario(
        "sizes",
        {"batches": [[2, [1.0, 3.0]], [5, [2.0]], [4, [1.0, 2.0, 3.0, 4.0]], [150, [1.0] * 7]]},
        hidden=True,
    ),
    Scenario("scales", {"batches": [[20, [0.1, 100.0, 0.1, 10.0]]]}, hidden=True),
    Scenario("constant_0", {"batches": [[6, [0.0, 1.0]]], "constant": 0.0}, hidden=True),
    Scenario(
        "all_constant", {"batches": [[7, [0.0, 0.0]], [2, [0.0]]], "constant": -2.5}, hidden=True
    ),
)


@check("sizes", weight=0.25, requires=_RIGHT)
def test_takes_any_size(actual: Observation, expected: Observation) -> None:
    """Any number of samples from two on, and any number of features, will do."""
    require_same_outputs(actual, expected)


@check("scales", weight=0.25, requires=_RIGHT)
def test_takes_small_and_large_features(actual: Observation, expected: Observation) -> None:
    """Features with a standard deviation from 0.1 to 100 come out alike."""
    require_same_outputs(actual, expected)


@check("constant_0", "all_constant", weight=0.25, requires=_CONSTANT)
def test_takes_any_constant(actual: Observation, expected: Observation) -> None:
    """Features that are constant at another value become zeros, too, even all of them."""
    require_same_outputs(actual, expected, tolerance=ROOM_FOR_ZEROS)
