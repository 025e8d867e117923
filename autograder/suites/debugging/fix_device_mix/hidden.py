"""Hidden scenarios of ``fix_device_mix`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.debugging.fix_device_mix.test_fix_device_mix import (
    names,
    require_same_gradients,
    require_same_losses,
    require_same_losses_there,
)

SCENARIOS = (
    Scenario("shapes", {"sizes": [1, 7], "outputs": 3, "device": "simgpu:0"}, hidden=True),
    Scenario("cpu", {"sizes": [5], "device": "cpu"}, hidden=True),
    Scenario("cpu_by_name", {"sizes": [3], "device": "cpu", "as_name": True}, hidden=True),
    Scenario("left_alone", {"sizes": [4, 6], "times": 2}, hidden=True),
    Scenario("modes", {"sizes": [6], "model": "batch_norm"}, hidden=True),
)


@check("shapes", weight=0.25, requires=["test_loss"])
def test_other_shapes(actual: Observation, expected: Observation) -> None:
    """Any number of samples and of outputs will do, even one."""
    require_same_losses(actual, expected)


@check("cpu", "cpu_by_name", weight=0.5, requires=["test_loss_is_on_the_device", "test_gradient"])
def test_on_the_cpu(actual: Observation, expected: Observation) -> None:
    """The device is the one that is given: with the model on the CPU, everything happens there."""
    require_same_losses_there(actual, expected)
    require_same_gradients(actual, expected)


@check("left_alone", "modes", weight=0.25, requires=["test_loss"])
def test_leaves_its_arguments_alone(actual: Observation, expected: Observation) -> None:
    """Model and batch stay as and where they were, and a second call gives the same again."""
    require_same_losses(actual, expected)
    for name in names(expected, "batch_as_before"):
        require(actual[name] == expected[name], "The inputs or the targets were changed or moved.")
    for name in names(expected, "outputs"):
        require_same(actual[name], expected[name], what="What the model answers afterwards")
