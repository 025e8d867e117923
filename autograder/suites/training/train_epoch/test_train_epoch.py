"""Checks of ``train_epoch`` on its public scenarios. Part of the kit."""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation, Value


@check("one_batch", weight=1)
def test_updates_on_a_batch(actual: Observation, expected: Observation) -> None:
    """An epoch of one batch is one optimizer step on that batch's gradient."""
    require_same_parameters(actual, expected)


@check("several_batches", weight=2, requires=["test_updates_on_a_batch"])
def test_updates_on_every_batch(actual: Observation, expected: Observation) -> None:
    """Every batch is one update, from its own gradient alone."""
    require_same_parameters(actual, expected)


@check("stale_gradients", weight=0.5, requires=["test_updates_on_a_batch"])
def test_ignores_stale_gradients(actual: Observation, expected: Observation) -> None:
    """Gradients that are left over on entry do not influence the first update."""
    require_same_parameters(actual, expected)


@check("one_batch", weight=0.5)
def test_returns_the_loss(actual: Observation, expected: Observation) -> None:
    """For an epoch of one batch it returns that batch's loss before the update."""
    require_same_losses(actual, expected)


@check("equal_batches", weight=0.75, requires=["test_returns_the_loss"])
def test_averages_over_all_batches(actual: Observation, expected: Observation) -> None:
    """For batches of one size it returns the mean of all their losses."""
    require_same_losses(actual, expected)


@check("shorter_last", weight=0.75, requires=["test_averages_over_all_batches"])
def test_averages_over_samples(actual: Observation, expected: Observation) -> None:
    """A shorter last batch counts by its samples: the mean is per sample, Σ(loss·n)/Σn."""
    require_same_losses(actual, expected)


@check("one_batch", weight=0.25, requires=["test_returns_the_loss"], attested=True)
def test_returns_a_python_float(actual: Observation, expected: Observation) -> None:
    """The loss comes back as a Python float, not as a tensor."""
    returned, count = actual["returned"], len(losses(expected))
    floats = isinstance(returned, list) and [type(item) is float for item in returned]
    require(
        floats == [True] * count,
        "The value is right, but it is not a Python float: perhaps still a tensor, with the graphs "
        "of all batches. Add up numbers, for instance loss.item().",
    )


@check("generator", weight=0.75, requires=["test_updates_on_every_batch"])
def test_takes_any_iterable(actual: Observation, expected: Observation) -> None:
    """The loader may be any iterable, such as a generator, which has no length and no data set."""
    require_same_parameters(actual, expected)


@check(
    "several_batches",
    weight=0.25,
    requires=["test_updates_on_every_batch", "test_averages_over_all_batches"],
)
def test_takes_each_loss_before_its_update(actual: Observation, expected: Observation) -> None:
    """Each batch counts with its own loss, from just before its own update."""
    require_same_losses(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "one_batch", weight=0.15, requires=["test_updates_on_a_batch"]
)


def require_same_parameters(actual: Observation, expected: Observation, *, epoch: int = 1) -> None:
    """The parameters after an epoch are those of the reference."""
    name = f"parameters_after_epoch_{epoch}"
    require_same(actual[name], expected[name], what=f"The parameters after epoch {epoch}")


def require_same_losses(actual: Observation, expected: Observation) -> None:
    """What was returned is the same number, whatever type it has."""
    require_same(losses(actual), losses(expected), what="The returned loss")


def losses(seen: Observation) -> list[Value]:
    """The returned numbers."""
    returned = seen["returned"]
    return [as_number(item) for item in returned] if isinstance(returned, list) else []
