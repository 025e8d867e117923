"""Checks of ``train_step_on`` on its public scenarios. Part of the kit."""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.placement import anywhere
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation, Value


@check("batch_there", weight=1)
def test_updates_parameters(actual: Observation, expected: Observation) -> None:
    """With everything on the device, one call is one optimizer step on this batch's gradient."""
    require_same_parameters(actual, expected)


@check("batch_on_cpu", weight=2.5, requires=["test_updates_parameters"])
def test_moves_the_batch(actual: Observation, expected: Observation) -> None:
    """A batch that lies on the CPU trains the model in just the same way."""
    require_same_parameters(actual, expected)


@check("batch_there", "batch_on_cpu", weight=1, requires=["test_moves_the_batch"])
def test_leaves_the_model_on_the_device(actual: Observation, expected: Observation) -> None:
    """The model is still on the device afterwards."""
    require_same(actual["model"], expected["model"], what="The model's parameters afterwards")


@check("stale_gradients", weight=0.5, requires=["test_updates_parameters"])
def test_ignores_stale_gradients(actual: Observation, expected: Observation) -> None:
    """Gradients that are left over from earlier do not influence the update."""
    require_same_parameters(actual, expected)


@check("batch_there", weight=0.5)
def test_returns_the_loss(actual: Observation, expected: Observation) -> None:
    """It returns the loss of this batch before the update."""
    require_same(losses(actual), losses(expected), what="The returned loss")


@check("batch_there", weight=0.25, requires=["test_returns_the_loss"], attested=True)
def test_returns_a_python_float(actual: Observation, expected: Observation) -> None:
    """The loss comes back as a Python float, not as a tensor."""
    returned, count = actual["returned"], len(losses(expected))
    floats = isinstance(returned, list) and [type(item) is float for item in returned]
    require(
        floats == [True] * count,
        "The value is right, but it is not a Python float: perhaps still a tensor, with its whole "
        "graph, on the device. Return a Python float, for instance with loss.item().",
    )


test_leaves_settings_alone = settings_check(
    __name__, "batch_there", weight=0.2, requires=["test_updates_parameters"]
)


def losses(seen: Observation) -> list[Value]:
    """The returned numbers."""
    returned = seen["returned"]
    return [as_number(item) for item in returned] if isinstance(returned, list) else []


def require_same_parameters(actual: Observation, expected: Observation, *, call: int = 1) -> None:
    """Raise CheckFailed unless the model's values are right after a call, wherever they are."""
    name = f"after_call_{call}"
    found, wanted = anywhere(actual[name]), anywhere(expected[name])
    require_same(found, wanted, what=f"The parameters after call {call}")
