"""Checks of ``train_step`` on its public scenarios. Part of the kit."""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation, Value


@check("one_step", weight=2)
def test_updates_parameters(actual: Observation, expected: Observation) -> None:
    """One call moves the parameters by one optimizer step on this batch's gradient."""
    require_same(
        actual["after_call_1"], expected["after_call_1"], what="The parameters after one call"
    )


@check("stale_gradients", weight=3, requires=["test_updates_parameters"])
def test_ignores_stale_gradients(actual: Observation, expected: Observation) -> None:
    """Gradients that are left over from earlier do not influence the update."""
    require_same(
        actual["after_call_1"],
        expected["after_call_1"],
        what="The parameters, when .grad already held values",
    )


@check("one_step", weight=1)
def test_returns_the_loss(actual: Observation, expected: Observation) -> None:
    """It returns the loss of this batch before the update."""
    require_same(losses(actual), losses(expected), what="The returned loss")


@check("one_step", weight=0.5, requires=["test_returns_the_loss"], attested=True)
def test_returns_a_python_float(actual: Observation, expected: Observation) -> None:
    """The loss comes back as a Python float, not as a tensor."""
    returned, count = actual["returned"], len(losses(expected))
    floats = isinstance(returned, list) and [type(item) is float for item in returned]
    require(
        floats == [True] * count,
        "The value is right, but it is not a Python float: perhaps still a tensor, with its whole "
        "graph. Return a Python float, for instance with loss.item().",
    )


test_leaves_settings_alone = settings_check(
    __name__, "one_step", weight=0.2, requires=["test_updates_parameters"]
)


def losses(seen: Observation) -> list[Value]:
    """The returned numbers."""
    returned = seen["returned"]
    return [as_number(item) for item in returned] if isinstance(returned, list) else []
