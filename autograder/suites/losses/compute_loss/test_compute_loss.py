"""Checks of ``compute_loss`` on its public scenarios. Part of the kit.

The default tolerance holds at ±200 as well. Source: against the accepted solution in float64, the
others (logsumexp, softplus, logsigmoid, log_softmax, in float32) were off by at most 2e-7 of the
largest value over 20 secrets, as a loss and as a gradient: 2% of what is allowed.
"""

from autograder.checks.check import check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation

_NOT_DIFFERENTIABLE = (
    "The loss has the right value, but no gradient comes back from it to the logits: it was "
    "detached, turned into a Python number or computed without a graph."
)


@check("regression", weight=1)
def test_regression_loss(actual: Observation, expected: Observation) -> None:
    """For "regression" it is the mean squared error."""
    require_same_losses(actual, expected)


@check("binary", weight=1)
def test_binary_loss(actual: Observation, expected: Observation) -> None:
    """For "binary" it is the mean binary cross-entropy of raw outputs."""
    require_same_losses(actual, expected)


@check("multiclass", weight=1)
def test_multiclass_loss(actual: Observation, expected: Observation) -> None:
    """For "multiclass" it is the mean cross-entropy of raw outputs."""
    require_same_losses(actual, expected)


@check("regression", weight=0.5, requires=["test_regression_loss"])
def test_regression_gradient(actual: Observation, expected: Observation) -> None:
    """For "regression" the gradient with respect to the logits is right."""
    require_same_gradients(actual, expected)


@check("binary", weight=0.5, requires=["test_binary_loss"])
def test_binary_gradient(actual: Observation, expected: Observation) -> None:
    """For "binary" the gradient with respect to the logits is right."""
    require_same_gradients(actual, expected)


@check("multiclass", weight=0.5, requires=["test_multiclass_loss"])
def test_multiclass_gradient(actual: Observation, expected: Observation) -> None:
    """For "multiclass" the gradient with respect to the logits is right."""
    require_same_gradients(actual, expected)


@check("large_binary", weight=0.75, requires=["test_binary_gradient"])
def test_large_binary_logits(actual: Observation, expected: Observation) -> None:
    """For "binary" loss and gradient are right for logits of up to ±200, too."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check("large_multiclass", weight=0.75, requires=["test_multiclass_gradient"])
def test_large_multiclass_logits(actual: Observation, expected: Observation) -> None:
    """For "multiclass" loss and gradient are right for logits of up to ±200, too."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check("regression", weight=0.25, requires=["test_regression_loss"], attested=True)
def test_returns_a_0d_tensor(actual: Observation, expected: Observation) -> None:
    """The loss is a 0-d tensor: one number, of shape ()."""
    del expected
    require(
        actual["is_0d_tensor_1"] is True,
        "The value is right, but it is not a 0-d tensor: it has axes, or it is no tensor at all.",
    )


@check("another_task", weight=0.5, requires=["test_regression_loss"])
def test_refuses_another_task(actual: Observation, expected: Observation) -> None:
    """Another task, such as "ranking", raises ValueError."""
    require_refused(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "regression", weight=0.2, requires=["test_regression_loss"]
)


def require_same_losses(actual: Observation, expected: Observation) -> None:
    """Every call's loss is the same number, whatever it came in."""
    for name in names(expected, "loss"):
        require_same(actual[name], expected[name], what="The loss")


def require_same_gradients(actual: Observation, expected: Observation) -> None:
    """Every call's gradient is there and the same."""
    for name in names(expected, "gradient"):
        require(actual[name] is not None, _NOT_DIFFERENTIABLE)
        require_same(actual[name], expected[name], what="The gradient")


def require_refused(actual: Observation, expected: Observation) -> None:
    """Every name that is no task was refused with a ValueError, and the others were answered."""
    require_same_losses(actual, expected)
    for name in names(expected, "raised"):
        require(
            actual[name] == expected[name],
            f"A task of another name must raise ValueError; it raised {_plainly(actual, name)}.",
        )


def names(expected: Observation, kind: str) -> list[str]:
    """What was observed of this kind: ``loss_1``, ``loss_2`` and so on."""
    return [name for name in expected.values if name.startswith(f"{kind}_")]


def _plainly(actual: Observation, name: str) -> str:
    return "nothing" if actual[name] == "nothing" else "another exception"
