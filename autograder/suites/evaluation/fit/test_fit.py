"""Checks of ``fit`` on its public scenarios. Part of the kit.

Training and validation are looked at apart: a mistake in an evaluation costs nothing in training.
"""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation, Value

TRAIN_LOSS, VAL_LOSS, VAL_ACCURACY = "train_loss", "val_loss", "val_accuracy"
_TRAINED = ["test_trains_on_every_batch"]
_EVERY_EPOCH = ["test_trains_in_every_epoch"]
_TRAIN_LOSS = ["test_returns_the_training_loss"]
_VALIDATED = ["test_returns_the_validation_loss"]
_ACCURACY = ["test_returns_the_validation_accuracy"]


@check("training", weight=1.5)
def test_trains_on_every_batch(actual: Observation, expected: Observation) -> None:
    """An epoch makes one update a batch, from that batch's gradient alone."""
    require_same_parameters(actual, expected)


@check("validation", weight=0.75)
def test_returns_the_validation_loss(actual: Observation, expected: Observation) -> None:
    """`val_loss` holds the mean loss on the validation batches."""
    require_same_curves(actual, expected, VAL_LOSS)


@check("validation", weight=0.5)
def test_returns_the_validation_accuracy(actual: Observation, expected: Observation) -> None:
    """`val_accuracy` holds the share of right validation samples, from 0 to 1."""
    require_same_curves(actual, expected, VAL_ACCURACY)


@check("steady", weight=0.5)
def test_returns_the_training_loss(actual: Observation, expected: Observation) -> None:
    """`train_loss` holds the mean loss of an epoch's training batches."""
    require_same_curves(actual, expected, TRAIN_LOSS)


@check("training", weight=0.25, requires=[*_TRAINED, *_TRAIN_LOSS])
def test_takes_each_loss_before_its_update(actual: Observation, expected: Observation) -> None:
    """Each training batch counts with its loss from before its own update."""
    require_same_curves(actual, expected, TRAIN_LOSS)


@check("three_epochs", weight=1, requires=_TRAINED)
def test_trains_in_every_epoch(actual: Observation, expected: Observation) -> None:
    """Three epochs go through the training batches three times."""
    require_same_parameters(actual, expected)


@check(
    "three_epochs",
    weight=0.75,
    requires=[*_EVERY_EPOCH, *_VALIDATED, "test_takes_each_loss_before_its_update"],
)
def test_keeps_one_value_an_epoch(actual: Observation, expected: Observation) -> None:
    """The lists hold one value for each epoch, in order: each validation follows its training."""
    require_same_curves(actual, expected, TRAIN_LOSS)
    require_same_curves(actual, expected, VAL_LOSS)
    require_no_more(actual, expected)


@check("stale_gradients", weight=0.5, requires=_TRAINED)
def test_ignores_stale_gradients(actual: Observation, expected: Observation) -> None:
    """Gradients that are left over on entry do not influence the first update."""
    require_same_parameters(actual, expected)


@check("shorter_last", weight=0.5, requires=_TRAIN_LOSS)
def test_averages_training_over_samples(actual: Observation, expected: Observation) -> None:
    """A shorter last training batch counts by its samples: the mean is per sample, Σ(loss·n)/Σn."""
    require_same_curves(actual, expected, TRAIN_LOSS)


@check("shorter_last", weight=0.5, requires=_VALIDATED)
def test_averages_validation_over_samples(actual: Observation, expected: Observation) -> None:
    """Every validation batch counts by its samples, a shorter last one, too."""
    require_same_curves(actual, expected, VAL_LOSS)


@check("shorter_last", weight=0.25, requires=_ACCURACY)
def test_averages_accuracy_over_samples(actual: Observation, expected: Observation) -> None:
    """Every validation batch counts by its samples in the accuracy as well."""
    require_same_curves(actual, expected, VAL_ACCURACY)


@check("validation", weight=0.4, requires=[*_TRAIN_LOSS, *_VALIDATED], attested=True)
def test_returns_three_lists_of_floats(actual: Observation, expected: Observation) -> None:
    """The dict has exactly these keys, and under each a list of Python floats."""
    del expected
    returned = actual["returned"]
    history = returned[0] if isinstance(returned, list) and returned else None
    names = {TRAIN_LOSS, VAL_LOSS, VAL_ACCURACY}
    require(
        isinstance(history, dict) and set(history) == names,
        "The keys of the dict are not exactly train_loss, val_loss and val_accuracy.",
    )
    lists = history.values() if isinstance(history, dict) else ()
    require(
        all(isinstance(one, list) and {type(item) for item in one} == {float} for one in lists),
        "The values are right, but not each is a list of Python floats: perhaps one holds tensors. "
        "Keep numbers, for instance loss.item().",
    )


test_leaves_settings_alone = settings_check(__name__, "training", weight=0.25, requires=_TRAINED)


def require_same_parameters(actual: Observation, expected: Observation, *, call: int = 1) -> None:
    """The parameters after a call are those of the reference."""
    name = f"parameters_after_call_{call}"
    require_same(actual[name], expected[name], what="The parameters afterwards")


def require_same_curves(actual: Observation, expected: Observation, key: str) -> None:
    """What every call returned under ``key`` are the same numbers, whatever type they have."""
    require(actual["returned"] != [], "Nothing was returned: an exception came before.")
    require_same(curves(actual, key), curves(expected, key), what=f"The returned {key}")


def require_no_more(actual: Observation, expected: Observation) -> None:
    """No list holds more values than its call had epochs."""
    require_same(actual["too_long"], expected["too_long"], what="Whether a list is too long")


def curves(seen: Observation, key: str) -> list[Value]:
    """The list under ``key`` of each returned dict; what is no such dict stands there whole."""
    returned = seen["returned"]
    return [_curve(history, key) for history in returned] if isinstance(returned, list) else []


def _curve(history: Value, key: str) -> Value:
    if not isinstance(history, dict) or key not in history:
        return history
    curve = history[key]
    return [as_number(item) for item in curve] if isinstance(curve, list | tuple) else curve
