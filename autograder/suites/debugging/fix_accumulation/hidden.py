"""Hidden scenarios of ``fix_accumulation`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Option, Scenario
from autograder.model.observation import Observation
from autograder.suites.debugging.fix_accumulation.test_fix_accumulation import (
    require_same_losses,
    require_same_parameters,
)

_UPDATED = ["test_updates_on_every_batch"]
_MOMENTUM: Option = {"name": "sgd", "lr": 0.05, "momentum": 0.9}
_TWO_GROUPS: Option = {"name": "sgd", "lr": 0.1, "last_lr": 0.02}

SCENARIOS = (
    Scenario(
        "momentum", {"sizes": [4, 4, 1], "calls": 2, "optimizer": _MOMENTUM}, hidden=True
    ),
    Scenario("lopsided_loss", {"sizes": [6, 6], "criterion": "lopsided"}, hidden=True),
    Scenario("smoothed_labels", {"sizes": [5, 5, 2], "criterion": "smoothed"}, hidden=True),
    Scenario("partly_owned", {"sizes": [5, 5, 5], "owned": "last", "stale": True}, hidden=True),
    Scenario("modes", {"sizes": [6, 6], "model": "dropout"}, hidden=True),
    Scenario("again", {"sizes": [4, 3], "calls": 2}, hidden=True),
    Scenario(
        "two_groups",
        {"sizes": [5, 5], "stale": True, "optimizer": _TWO_GROUPS},
        hidden=True,
    ),
)  # fmt: skip


@check("lopsided_loss", "smoothed_labels", weight=0.25, requires=_UPDATED)
def test_uses_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The loss is criterion(prediction, target), whatever the criterion is."""
    require_same_parameters(actual, expected)


@check("momentum", "partly_owned", weight=0.25, requires=["test_ignores_stale_gradients"])
def test_lets_the_given_optimizer_do_its_work(actual: Observation, expected: Observation) -> None:
    """The updates are the given optimizer's, with its momentum and of its own parameters."""
    require_same_parameters(actual, expected)


@check("modes", weight=0.25, requires=_UPDATED)
def test_trains_in_training_mode(actual: Observation, expected: Observation) -> None:
    """The model is trained in training mode and left in it."""
    require_same_parameters(actual, expected)
    require_same(
        actual["outputs_afterwards"],
        expected["outputs_afterwards"],
        what="What the model answers afterwards",
    )


@check("again", weight=0.25, requires=["test_ignores_stale_gradients"])
def test_works_again(actual: Observation, expected: Observation) -> None:
    """A second call on the same batches goes on from the first; the batches stay as they were."""
    for call in (1, 2):
        require_same_parameters(actual, expected, call=call)
    require_same(actual["batches"], expected["batches"], what="The batches after the calls")


@check("momentum", weight=0.25, requires=["test_returns_each_loss", "test_works_again"])
def test_returns_each_loss_again(actual: Observation, expected: Observation) -> None:
    """Every call returns the losses of its own batches, a batch of one sample included."""
    for call in (1, 2):
        require_same_losses(actual, expected, call=call)


@check("two_groups", weight=0.15, requires=["test_ignores_stale_gradients"])
def test_takes_several_parameter_groups(actual: Observation, expected: Observation) -> None:
    """With several parameter groups, what is left over in any of them has no influence."""
    require_same_parameters(actual, expected)
