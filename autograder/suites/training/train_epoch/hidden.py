"""Hidden scenarios of ``train_epoch`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Option, Scenario
from autograder.model.observation import Observation
from autograder.suites.training.train_epoch.test_train_epoch import (
    require_same_losses,
    require_same_parameters,
)

_ONE = ["test_updates_on_a_batch"]
_EVERY = ["test_updates_on_every_batch"]
_MOMENTUM: Option = {"name": "sgd", "lr": 0.05, "momentum": 0.9}
_TWO_GROUPS: Option = {"name": "sgd", "lr": 0.1, "last_lr": 0.02}

SCENARIOS = (
    Scenario("arrives_in_eval", {"sizes": [6], "model": "both", "arrives": "eval"}, hidden=True),
    Scenario("arrives_in_train", {"sizes": [6], "model": "both"}, hidden=True),
    Scenario("elsewhere", {"sizes": [4], "elsewhere": True}, hidden=True),
    Scenario(
        "elsewhere_by_name",
        {"sizes": [4], "elsewhere": True, "device_name": True},
        hidden=True,
    ),
    Scenario("lopsided_loss", {"sizes": [12], "criterion": "lopsided"}, hidden=True),
    Scenario("smoothed_labels", {"sizes": [5], "criterion": "smoothed"}, hidden=True),
    Scenario(
        "momentum", {"sizes": [4, 4], "epochs": 2, "optimizer": _MOMENTUM}, hidden=True
    ),
    Scenario("batch_of_one", {"sizes": [3, 3, 1]}, hidden=True),
    Scenario("sampled", {"sizes": [4, 4], "loader": "sampled", "model": "steady"}, hidden=True),
    Scenario("list_again", {"sizes": [4, 4], "loader": "list", "epochs": 2}, hidden=True),
    Scenario("stream", {"sizes": [4, 4, 4], "loader": "stream"}, hidden=True),
    Scenario(
        "two_groups",
        {"sizes": [4, 4], "stale": True, "optimizer": _TWO_GROUPS},
        hidden=True,
    ),
)  # fmt: skip


@check("arrives_in_eval", "arrives_in_train", weight=1, requires=_ONE)
def test_sets_training_mode(actual: Observation, expected: Observation) -> None:
    """The model is trained in training mode, also if it arrives in evaluation mode."""
    require_same_parameters(actual, expected)


# The other device is simulated in the student's process, which could teach it to mix.
@check("elsewhere", "elsewhere_by_name", weight=0.6, requires=_ONE, attested=True)
def test_moves_each_batch(actual: Observation, expected: Observation) -> None:
    """Batches that lie on another device are moved to the given one."""
    require_same_parameters(actual, expected)


@check("lopsided_loss", "smoothed_labels", weight=1.5, requires=_ONE)
def test_uses_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The loss is criterion(prediction, target), whatever the criterion is."""
    require_same_parameters(actual, expected)


@check("momentum", weight=0.75, requires=_EVERY)
def test_lets_the_given_optimizer_do_its_work(actual: Observation, expected: Observation) -> None:
    """Several epochs with one optimizer build on its state, such as momentum."""
    require_same_parameters(actual, expected, epoch=2)


@check("batch_of_one", weight=0.5, requires=_EVERY)
def test_trains_on_a_shorter_last_batch(actual: Observation, expected: Observation) -> None:
    """The last batch trains as well, even if it is shorter or a single sample."""
    require_same_parameters(actual, expected)


@check("sampled", weight=0.5, requires=["test_averages_over_all_batches"])
def test_counts_the_samples_it_sees(actual: Observation, expected: Observation) -> None:
    """The samples are counted from the batches, whatever else the loader says of itself."""
    require_same_losses(actual, expected)


@check("list_again", weight=0.5, requires=["test_takes_any_iterable"])
def test_leaves_the_batches_alone(actual: Observation, expected: Observation) -> None:
    """A list of batches can be trained on again: nothing in it was changed or removed."""
    require_same_parameters(actual, expected, epoch=2)
    require_same(actual["batches"], expected["batches"], what="The batches after the epochs")


@check("stream", weight=0.25, requires=["test_takes_any_iterable"], attested=True)
def test_goes_through_the_loader_once(actual: Observation, expected: Observation) -> None:
    """The loader is gone through once, and every batch is taken."""
    require_same_parameters(actual, expected)
    for name in ("passes", "drawn"):
        require_same(actual[name], expected[name], what=f"How often ({name})")


@check("two_groups", weight=0.25, requires=["test_ignores_stale_gradients", *_EVERY])
def test_takes_several_parameter_groups(actual: Observation, expected: Observation) -> None:
    """With several parameter groups, what is left over in any of them has no influence."""
    require_same_parameters(actual, expected)
