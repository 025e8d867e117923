"""Checks of ``fix_double_sigmoid`` on its public scenarios. Part of the kit.

Every check builds on the loss's value, which the bug gets wrong: as it was given, it earns nothing.
"""

from autograder.checks.check import check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation

_NOT_DIFFERENTIABLE = (
    "The loss has the right value, but no gradient comes back from it to the model: it was "
    "detached, turned into a Python number, computed without a graph, or its graph was used up."
)


@check("ordinary", weight=1.25)
def test_loss(actual: Observation, expected: Observation) -> None:
    """It is the loss that BCEWithLogitsLoss gives on the model's raw output."""
    require_same_losses(actual, expected)


@check("ordinary", weight=1, requires=["test_loss"])
def test_gradient(actual: Observation, expected: Observation) -> None:
    """backward() on it gives every parameter of the model the right gradient."""
    require_same_gradients(actual, expected)


@check("large", weight=0.75, requires=["test_gradient"])
def test_large_outputs(actual: Observation, expected: Observation) -> None:
    """Loss and gradient are right for raw outputs of up to ±200, too."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check("ordinary", weight=0.25, requires=["test_loss"], attested=True)
def test_returns_a_0d_tensor(actual: Observation, expected: Observation) -> None:
    """The loss is a 0-d tensor: one number, of shape ()."""
    del expected
    require(
        actual["is_0d_tensor_1"] is True,
        "The value is right, but it is not a 0-d tensor: it has axes, or it is no tensor at all.",
    )


test_leaves_settings_alone = settings_check(
    __name__, "ordinary", weight=0.1, requires=["test_loss"]
)


def require_same_losses(actual: Observation, expected: Observation) -> None:
    """Every call's loss is the same number, whatever it came in."""
    for name in names(expected, "loss"):
        require_same(actual[name], expected[name], what="The loss")


def require_same_gradients(actual: Observation, expected: Observation) -> None:
    """Every call's gradients are there and the same."""
    for name in names(expected, "gradients"):
        require(actual[name] is not None, _NOT_DIFFERENTIABLE)
        require_same(actual[name], expected[name], what="The gradient")


def names(expected: Observation, kind: str) -> list[str]:
    """What was observed of this kind: ``loss_1``, ``loss_2`` and so on."""
    return [name for name in expected.values if name.startswith(f"{kind}_")]
