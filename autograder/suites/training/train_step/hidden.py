"""Hidden scenarios of ``train_step`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Option, Scenario
from autograder.model.observation import Observation
from autograder.suites.training.train_step.test_train_step import losses

_UPDATED = ["test_updates_parameters"]
_MOMENTUM: Option = {"name": "sgd", "lr": 0.05, "momentum": 0.9}
_TWO_GROUPS: Option = {"name": "sgd", "lr": 0.1, "last_lr": 0.02}

SCENARIOS = (
    Scenario(
        "momentum",
        {"model": "mlp", "calls": 3, "optimizer": _MOMENTUM, "cleared": True},
        hidden=True,
    ),
    Scenario(
        "lopsided_loss", {"model": "mlp", "criterion": "lopsided", "batch": 12}, hidden=True
    ),
    Scenario(
        "smoothed_labels", {"model": "mlp", "criterion": "smoothed", "batch": 7}, hidden=True
    ),
    Scenario("partly_owned", {"model": "mlp", "owned": "last"}, hidden=True),
    Scenario("modes", {"model": "both", "batch": 8}, hidden=True),
    Scenario("batch_of_one", {"model": "dropout", "batch": 1}, hidden=True),
    Scenario("same_batch_again", {"model": "mlp", "calls": 2, "same_batch": True}, hidden=True),
    Scenario(
        "two_groups",
        {"model": "mlp", "stale": True, "optimizer": _TWO_GROUPS},
        hidden=True,
    ),
)  # fmt: skip


@check("momentum", weight=1, requires=_UPDATED)
def test_lets_the_given_optimizer_do_its_work(actual: Observation, expected: Observation) -> None:
    """Several calls with one optimizer build on its state, such as momentum."""
    require_same(
        actual["after_call_3"], expected["after_call_3"], what="The parameters after three calls"
    )


@check("lopsided_loss", "smoothed_labels", weight=1.5, requires=_UPDATED)
def test_uses_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The loss is criterion(prediction, target), whatever the criterion is."""
    require_same(actual["after_call_1"], expected["after_call_1"], what="The parameters")


@check("partly_owned", weight=0.5, requires=_UPDATED)
def test_updates_only_what_the_optimizer_owns(actual: Observation, expected: Observation) -> None:
    """Parameters that the optimizer does not own stay as they are."""
    require_same(actual["after_call_1"], expected["after_call_1"], what="The parameters")


@check("modes", "batch_of_one", weight=1, requires=_UPDATED)
def test_trains_in_training_mode(actual: Observation, expected: Observation) -> None:
    """It predicts once, in training mode, and leaves the model in that mode."""
    require_same(actual["after_call_1"], expected["after_call_1"], what="The model after a call")
    require_same(
        actual["outputs_afterwards"],
        expected["outputs_afterwards"],
        what="What the model answers afterwards",
    )


@check("same_batch_again", weight=0.5, requires=_UPDATED)
def test_works_again(actual: Observation, expected: Observation) -> None:
    """A second call on the same batch is one more step."""
    require_same(actual["after_call_2"], expected["after_call_2"], what="The model after two calls")
    require_same(actual["batch"], expected["batch"], what="The batch after the calls")


@check("momentum", weight=0.5, requires=["test_lets_the_given_optimizer_do_its_work"])
def test_returns_each_loss(actual: Observation, expected: Observation) -> None:
    """Every call returns the loss of its own batch, from before its own update."""
    require_same(losses(actual), losses(expected), what="The returned losses")


@check("two_groups", weight=0.25, requires=["test_ignores_stale_gradients"])
def test_takes_several_parameter_groups(actual: Observation, expected: Observation) -> None:
    """With several parameter groups, what is left over in any of them has no influence."""
    require_same(actual["after_call_1"], expected["after_call_1"], what="The parameters")
