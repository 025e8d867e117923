"""Checks of ``evaluate`` on its public scenarios. Part of the kit."""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.comparison import difference
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation, Value

_LOSS = ["test_returns_the_loss"]
_ACCURACY = ["test_returns_the_accuracy"]
# What is asked of the model is shown by either number, and a mistake in one costs nothing there.
EITHER = [*_LOSS, *_ACCURACY]
# Of a model that is trained meanwhile, what later batches show is right or wrong by chance.
_SAME_MODEL = ["test_trains_nothing"]


@check("one_batch", weight=1)
def test_returns_the_loss(actual: Observation, expected: Observation) -> None:
    """For a loader of one batch, the first of the two values is that batch's loss."""
    require_same_losses(actual, expected)


@check("one_batch", weight=1)
def test_returns_the_accuracy(actual: Observation, expected: Observation) -> None:
    """For a loader of one batch, the second value is the share of right samples, from 0 to 1."""
    require_same_accuracies(actual, expected)


@check("one_batch", weight=0.5, requires_one_of=EITHER)
def test_trains_nothing(actual: Observation, expected: Observation) -> None:
    """The model's parameters are afterwards what they were before."""
    require_same(actual["parameters"], expected["parameters"], what="The parameters afterwards")


@check("equal_batches", weight=0.75, requires=[*_LOSS, *_SAME_MODEL])
def test_averages_the_loss_over_all_batches(actual: Observation, expected: Observation) -> None:
    """For batches of one size, the loss is the mean of all their losses."""
    require_same_losses(actual, expected)


@check("equal_batches", weight=0.5, requires=[*_ACCURACY, *_SAME_MODEL])
def test_counts_right_samples_in_all_batches(actual: Observation, expected: Observation) -> None:
    """For batches of one size, the accuracy is the share of right samples among all."""
    require_same_accuracies(actual, expected)


@check("shorter_last", weight=0.75, requires=["test_averages_the_loss_over_all_batches"])
def test_averages_the_loss_over_samples(actual: Observation, expected: Observation) -> None:
    """A shorter last batch counts by its samples: the mean loss is per sample, Σ(loss·n)/Σn."""
    require_same_losses(actual, expected)


@check("shorter_last", weight=0.5, requires=["test_counts_right_samples_in_all_batches"])
def test_averages_the_accuracy_over_samples(actual: Observation, expected: Observation) -> None:
    """A shorter last batch counts by its samples in the accuracy as well."""
    require_same_accuracies(actual, expected)


@check("modes", weight=1, requires=_LOSS)
def test_evaluates_in_evaluation_mode(actual: Observation, expected: Observation) -> None:
    """The loss is that of evaluation mode, also if the model arrives in training mode."""
    require_same_losses(actual, expected)


@check("modes", weight=0.5, requires=_ACCURACY)
def test_counts_in_evaluation_mode(actual: Observation, expected: Observation) -> None:
    """The accuracy is that of evaluation mode, also if the model arrives in training mode."""
    require_same_accuracies(actual, expected)


# A layer of the model answers otherwise while a graph is being recorded: both numbers show it.
@check("recording", weight=0.75, requires=_LOSS)
def test_builds_no_graph(actual: Observation, expected: Observation) -> None:
    """No graph is recorded while the model is asked for the loss."""
    require_same_losses(actual, expected)


@check("recording", weight=0.25, requires=_ACCURACY)
def test_counts_without_a_graph(actual: Observation, expected: Observation) -> None:
    """No graph is recorded while the model is asked for the accuracy."""
    require_same_accuracies(actual, expected)


@check("one_batch", weight=0.25, requires=[*_LOSS, *_ACCURACY], attested=True)
def test_returns_two_python_floats(actual: Observation, expected: Observation) -> None:
    """The two values come back as a tuple of two Python floats, not as tensors."""
    returned, wanted = actual["returned"], expected["returned"]
    kinds = [_kinds(pair) for pair in returned] if isinstance(returned, list) else []
    right = kinds == [[float, float]] * (len(wanted) if isinstance(wanted, list) else 0)
    require(
        right,
        "The values are right, but they are not a tuple of two Python floats: perhaps one is still "
        "a tensor. Turn it into a number, for instance with .item().",
    )


@check("generator", weight=0.5, requires=["test_averages_the_loss_over_all_batches"])
def test_takes_any_iterable(actual: Observation, expected: Observation) -> None:
    """The loader may be any iterable, such as a generator, which has no length and no data set."""
    require_same_losses(actual, expected)


@check(
    "generator",
    weight=0.25,
    requires=["test_counts_right_samples_in_all_batches", "test_takes_any_iterable"],
)
def test_needs_one_pass(actual: Observation, expected: Observation) -> None:
    """One pass through the loader is enough for both values."""
    require_same_accuracies(actual, expected)


test_leaves_settings_alone = settings_check(__name__, "one_batch", weight=0.15, requires=_LOSS)


def _kinds(pair: Value) -> list[type]:
    return [type(item) for item in pair] if isinstance(pair, tuple) else []


def require_same_losses(actual: Observation, expected: Observation) -> None:
    """The first value of every call is the same number, whatever type it has."""
    require_same(numbers(actual, 0), numbers(expected, 0), what="The returned loss")


def require_same_accuracies(actual: Observation, expected: Observation) -> None:
    """The second value of every call is the same number, whatever type it has."""
    require_same(numbers(actual, 1), numbers(expected, 1), what="The returned accuracy")


def require_a_right_number(actual: Observation, expected: Observation) -> None:
    """The first value of every call is right, or the second one is."""
    if difference(numbers(actual, 1), numbers(expected, 1)) is not None:
        require_same_losses(actual, expected)


def numbers(seen: Observation, place: int) -> list[Value]:
    """The numbers at one place of what was returned; what is no pair stands there whole."""
    returned = seen["returned"]
    return [_number(item, place) for item in returned] if isinstance(returned, list) else []


def _number(returned: Value, place: int) -> Value:
    if isinstance(returned, list | tuple) and len(returned) == 2:
        return as_number(returned[place])
    return returned
