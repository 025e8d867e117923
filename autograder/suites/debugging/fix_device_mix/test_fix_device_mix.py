"""Checks of ``fix_device_mix`` on its public scenarios. Part of the kit.

Every check builds on the loss's value on another device, where the bug raises: as it was given,
the function earns nothing. Where a tensor lies is what the simulated device says, in the student's
process; it counts only together with values that depend on the inputs.
"""

from autograder.checks.check import check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation

_NOT_DIFFERENTIABLE = (
    "The loss has the right value, but no gradient comes back from it to the model: it was "
    "detached, turned into a Python number, computed without a graph, or its graph was used up."
)


@check("another_device", weight=1)
def test_loss(actual: Observation, expected: Observation) -> None:
    """With the model on another device and the batch on the CPU, it is the MSE loss."""
    require_same_losses(actual, expected)


@check("another_device", weight=0.75, requires=["test_loss"])
def test_loss_is_on_the_device(actual: Observation, expected: Observation) -> None:
    """The loss is a 0-d tensor on the given device."""
    require_same_losses_there(actual, expected)


@check("another_device", weight=1, requires=["test_loss"])
def test_gradient(actual: Observation, expected: Observation) -> None:
    """backward() on it gives the model's parameters, still on the device, the right gradients."""
    require_same_gradients(actual, expected)


@check("by_name", weight=0.25, requires=["test_loss"])
def test_device_by_name(actual: Observation, expected: Observation) -> None:
    """The device may be given as a torch.device or by its name."""
    require_same_losses(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "another_device", weight=0.1, requires=["test_loss"]
)


def require_same_losses(actual: Observation, expected: Observation) -> None:
    """Every call's loss is the same number, whatever it came in and wherever it lies."""
    for name in names(expected, "loss"):
        if not name.startswith("loss_there_"):
            require_same(actual[name], expected[name], what="The loss")


def require_same_losses_there(actual: Observation, expected: Observation) -> None:
    """Every call's loss is the same 0-d tensor on the same device."""
    for name in names(expected, "loss_there"):
        require_same(actual[name], expected[name], what="The loss")


def require_same_gradients(actual: Observation, expected: Observation) -> None:
    """Every call's gradients are there, on the same device, and the same."""
    for name in names(expected, "gradients"):
        require(actual[name] is not None, _NOT_DIFFERENTIABLE)
        require_same(actual[name], expected[name], what="The gradient")


def names(expected: Observation, kind: str) -> list[str]:
    """What was observed of this kind: ``loss_1``, ``loss_2`` and so on."""
    return [name for name in expected.values if name.startswith(f"{kind}_")]
