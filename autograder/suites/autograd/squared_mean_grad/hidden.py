"""Hidden scenarios of ``squared_mean_grad`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.autograd.squared_mean_grad.test_squared_mean_grad import (
    require_same_gradient,
)

_GRADIENT = "test_gives_the_gradient"
_LEAF = "test_x_is_a_leaf_with_these_values"

SCENARIOS = (
    Scenario("large_values", {"scale": 100.0}, hidden=True),
    Scenario("again", {"order": [0, 0, 1]}, hidden=True),
    Scenario("left_alone", {"order": [0, 0]}, hidden=True),
)


@check("large_values", weight=0.5, requires=[_GRADIENT])
def test_gives_the_gradient_of_other_values(actual: Observation, expected: Observation) -> None:
    """The gradient is right for other values, too."""
    require_same_gradient(actual["g_1"], expected["g_1"], what="g")


@check("again", weight=1, requires=[_GRADIENT])
def test_calls_are_independent(actual: Observation, expected: Observation) -> None:
    """A later call gives the right gradient, and does not change what an earlier one gave."""
    for name in ("g_1", "g_2", "g_3"):
        require_same_gradient(actual[name], expected[name], what=name)
    found, wanted = actual["first_pair_afterwards"], expected["first_pair_afterwards"]
    require(isinstance(found, list) and len(found) == 2, "The first pair is no pair.")
    require_same_gradient(found[1], wanted[1], what="The first g after later calls")  # type: ignore[index]


@check("left_alone", weight=0.75, requires=[_GRADIENT, _LEAF])
def test_leaves_values_alone(actual: Observation, expected: Observation) -> None:
    """The tensor that was passed in keeps its values: a second call with it gives the same."""
    require_same_gradient(actual["g_2"], expected["g_2"], what="g of a second call")
    require_same(actual["x_2"], expected["x_2"], what="x of a second call")
    require_same(actual["values"], expected["values"], what="values after the calls")


@check("left_alone", weight=0.2, requires=["test_leaves_values_alone"], attested=True)
def test_leaves_the_flag_alone(actual: Observation, expected: Observation) -> None:
    """The requires_grad flag of the tensor that was passed in stays as it was."""
    require_same(
        actual["values_require_grad"],
        expected["values_require_grad"],
        what="values.requires_grad after the calls",
    )
