"""Hidden scenarios of ``fit`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Option, Scenario
from autograder.model.observation import Observation
from autograder.suites.evaluation.fit.test_fit import (
    TRAIN_LOSS,
    VAL_ACCURACY,
    VAL_LOSS,
    require_no_more,
    require_same_curves,
    require_same_parameters,
)

_TRAINED = ["test_trains_on_every_batch"]
_EVERY_EPOCH = ["test_trains_in_every_epoch"]
_VALIDATED = ["test_returns_the_validation_loss"]
_LAST_MODEL = ["test_leaves_the_last_epochs_model"]
_MOMENTUM: Option = {"name": "sgd", "lr": 0.1, "momentum": 0.9}
_TWO_GROUPS: Option = {"name": "sgd", "lr": 0.5, "last_lr": 0.1}
# Of 1500 seeds, each had its highest accuracy and its lowest loss in the first epoch, and the loss
# rose by 5% or more until the last one; with larger steps, the accuracy is 0 too soon.
_SLOWLY: dict[str, Option] = {
    "train": [8, 8, 8],
    "contrary": True,
    "optimizer": {"name": "sgd", "lr": 0.05},
}
# What is asked of the training is told without the validation, too.
_ALONE: dict[str, Option] = {"training_alone": True}

SCENARIOS = (
    Scenario("modes", {"model": "both", "arrives": "eval", "epochs": 2, **_ALONE}, hidden=True),
    Scenario(
        "falling",
        {"val": [120], "best": True, "epochs": 8, **_SLOWLY, **_ALONE},
        hidden=True,
    ),
    Scenario("modes_of_validation", {"model": "steady_dropout", "val": [12]}, hidden=True),
    Scenario("recording", {"model": "steady_graph_sensitive", "val": [7]}, hidden=True),
    Scenario("momentum", {"optimizer": _MOMENTUM, "epochs": 3, **_ALONE}, hidden=True),
    Scenario("smoothed_labels", {"criterion": "smoothed", **_ALONE}, hidden=True),
    Scenario(
        "smoothed_validation", {"criterion": "smoothed", "model": "steady", "val": [8]}, hidden=True
    ),
    Scenario("elsewhere", {"batches_on": "simgpu", "val": [4, 3]}, hidden=True),
    Scenario("elsewhere_by_name", {"batches_on": "simgpu", "as_name": True}, hidden=True),
    Scenario("on_simgpu", {"device": "simgpu", "val": [4, 3]}, hidden=True),
    Scenario("again", {"calls": 2, "epochs": 2, **_ALONE}, hidden=True),
    Scenario(
        "lists", {"loader": "list", "train": [3, 5, 1], "val": [2, 4], "epochs": 2}, hidden=True
    ),
    Scenario("two_groups", {"stale": True, "optimizer": _TWO_GROUPS, **_ALONE}, hidden=True),
)  # fmt: skip


@check("modes", weight=1, requires=_EVERY_EPOCH)
def test_trains_in_training_mode(actual: Observation, expected: Observation) -> None:
    """Every epoch trains in training mode: the first one, and those after an evaluation."""
    require_same_parameters(actual, expected)


@check("falling", weight=0.25, requires=["test_returns_the_validation_accuracy", *_EVERY_EPOCH])
def test_keeps_each_accuracy(actual: Observation, expected: Observation) -> None:
    """`val_accuracy` holds each epoch's own value, whether it rises or falls."""
    require_same_curves(actual, expected, VAL_ACCURACY)


@check("falling", weight=0.25, requires=_EVERY_EPOCH)
def test_leaves_the_last_epochs_model(actual: Observation, expected: Observation) -> None:
    """The model leaves as its last epoch made it, whichever epoch was the best."""
    require_same(actual["model_left"], expected["model_left"], what="The model afterwards")


@check("modes_of_validation", weight=0.75, requires=_VALIDATED)
def test_validates_in_evaluation_mode(actual: Observation, expected: Observation) -> None:
    """The validation batches are looked at in evaluation mode."""
    require_same_curves(actual, expected, VAL_LOSS)


# A layer of the model answers otherwise while a graph is being recorded: the loss shows it.
@check("recording", weight=0.25, requires=_VALIDATED)
def test_validates_without_a_graph(actual: Observation, expected: Observation) -> None:
    """No graph is recorded for the validation batches."""
    require_same_curves(actual, expected, VAL_LOSS)


@check("momentum", weight=0.75, requires=_EVERY_EPOCH)
def test_lets_the_given_optimizer_do_its_work(actual: Observation, expected: Observation) -> None:
    """All epochs are trained with the given optimizer, which builds on its state."""
    require_same_parameters(actual, expected)


@check("smoothed_labels", weight=0.5, requires=_TRAINED)
def test_trains_with_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The training loss is criterion(prediction, target), whatever the criterion is."""
    require_same_parameters(actual, expected)


@check("smoothed_validation", weight=0.5, requires=_VALIDATED)
def test_validates_with_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The validation loss is criterion(prediction, target), whatever the criterion is."""
    require_same_curves(actual, expected, VAL_LOSS)


# The other device is simulated in the student's process, which could teach it to mix.
@check(
    "elsewhere",
    "elsewhere_by_name",
    "on_simgpu",
    weight=0.6,
    requires=[*_TRAINED, *_VALIDATED],
    attested=True,
)
def test_moves_each_batch(actual: Observation, expected: Observation) -> None:
    """Batches that lie on another device are moved to the given one, where the model stays."""
    require_same_parameters(actual, expected)


@check("again", weight=0.5, requires=["test_keeps_one_value_an_epoch", *_LAST_MODEL])
def test_begins_new_lists(actual: Observation, expected: Observation) -> None:
    """A second call trains on, and returns lists of its own epochs alone."""
    require_same_parameters(actual, expected, call=2)
    require_same_curves(actual, expected, TRAIN_LOSS)
    require_same_curves(actual, expected, VAL_LOSS)
    require_no_more(actual, expected)


@check("lists", weight=0.5, requires=[*_EVERY_EPOCH, *_VALIDATED])
def test_takes_any_iterables(actual: Observation, expected: Observation) -> None:
    """The loaders may be lists of uneven batches; nothing in them is changed or removed."""
    require_same_parameters(actual, expected)
    require_same(actual["batches"], expected["batches"], what="The batches afterwards")


@check("again", weight=0.25, requires=_LAST_MODEL)
def test_leaves_the_model_trainable(actual: Observation, expected: Observation) -> None:
    """A backward pass afterwards brings every parameter its gradient."""
    require_same(
        actual["gradients_afterwards"],
        expected["gradients_afterwards"],
        what="The gradients of a backward pass afterwards",
    )


@check("two_groups", weight=0.25, requires=["test_ignores_stale_gradients"])
def test_takes_several_parameter_groups(actual: Observation, expected: Observation) -> None:
    """With several parameter groups, what is left over in any of them has no influence."""
    require_same_parameters(actual, expected)
