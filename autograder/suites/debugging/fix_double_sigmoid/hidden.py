"""Hidden scenarios of ``fix_double_sigmoid`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.debugging.fix_double_sigmoid.test_fix_double_sigmoid import (
    names,
    require_same_gradients,
    require_same_losses,
)

SCENARIOS = (
    Scenario("sizes", {"sizes": [1, 9, 2]}, hidden=True),
    Scenario("large_again", {"sizes": [5, 4], "large": True}, hidden=True),
    Scenario("left_alone", {"sizes": [4, 6], "times": 2}, hidden=True),
    Scenario("modes", {"sizes": [6], "model": "both"}, hidden=True),
)


@check("sizes", weight=0.25, requires=["test_loss"])
def test_any_size(actual: Observation, expected: Observation) -> None:
    """Any number of samples will do, even one."""
    require_same_losses(actual, expected)


@check("large_again", weight=0.25, requires=["test_large_outputs"])
def test_other_large_outputs(actual: Observation, expected: Observation) -> None:
    """Other large outputs give the right loss and gradient as well."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check("left_alone", "modes", weight=0.25, requires=["test_loss"])
def test_leaves_its_arguments_alone(actual: Observation, expected: Observation) -> None:
    """Model and batch stay as they were, and a second call gives the same again."""
    require_same_losses(actual, expected)
    for name in names(expected, "batch_as_before"):
        require(actual[name] == expected[name], "The inputs or the targets were changed.")
    for name in names(expected, "outputs"):
        require_same(actual[name], expected[name], what="What the model answers afterwards")
