"""Hidden scenarios of ``train_step_on`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Option, Scenario
from autograder.model.observation import Observation
from autograder.suites.devices.train_step_on.test_train_step_on import (
    losses,
    require_same_parameters,
)

_UPDATED = ["test_updates_parameters"]
_MOVED = ["test_moves_the_batch"]
_MOMENTUM: Option = {"name": "sgd", "lr": 0.05, "momentum": 0.9}
_TWO_GROUPS: Option = {"name": "sgd", "lr": 0.1, "last_lr": 0.02}
_THERE: dict[str, Option] = {"x_on": "simgpu", "y_on": "simgpu"}

SCENARIOS = (
    Scenario("target_on_cpu", {"x_on": "simgpu", "as_name": True, "batch": 1}, hidden=True),
    Scenario("inputs_on_cpu", {"y_on": "simgpu"}, hidden=True),
    Scenario("on_cpu", {"device": "cpu", **_THERE, "batch": 4}, hidden=True),
    Scenario(
        "momentum",
        {"calls": 3, "optimizer": _MOMENTUM, "optimizer_first": True, "device": "simgpu:0"},
        hidden=True,
    ),
    Scenario("lopsided_loss", {**_THERE, "criterion": "lopsided", "batch": 12}, hidden=True),
    Scenario("smoothed_labels", {**_THERE, "criterion": "smoothed", "batch": 7}, hidden=True),
    Scenario("modes", {"model": "both", "batch": 8}, hidden=True),
    Scenario("same_batch_again", {"calls": 2, "same_batch": True}, hidden=True),
    Scenario(
        "two_groups", {**_THERE, "stale": True, "optimizer": _TWO_GROUPS}, hidden=True
    ),
)  # fmt: skip


@check("target_on_cpu", "inputs_on_cpu", weight=0.75, requires=_UPDATED)
def test_moves_either_part(actual: Observation, expected: Observation) -> None:
    """Inputs and targets may lie on different devices."""
    require_same_parameters(actual, expected)


@check("on_cpu", weight=0.75, requires=_UPDATED)
def test_trains_on_the_cpu(actual: Observation, expected: Observation) -> None:
    """On the CPU it trains just as well, with a batch that lies elsewhere."""
    require_same(actual["model"], expected["model"], what="The model's parameters afterwards")


@check("momentum", weight=0.5, requires=_MOVED)
def test_lets_the_given_optimizer_do_its_work(actual: Observation, expected: Observation) -> None:
    """Several calls with one optimizer build on its state, and each returns its own loss."""
    require_same_parameters(actual, expected, call=3)
    require_same(losses(actual), losses(expected), what="The returned losses")


@check("lopsided_loss", "smoothed_labels", weight=0.5, requires=_UPDATED)
def test_uses_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The loss is criterion(prediction, target), whatever the criterion is."""
    require_same_parameters(actual, expected)


@check("modes", weight=0.25, requires=_MOVED)
def test_trains_in_training_mode(actual: Observation, expected: Observation) -> None:
    """It predicts once, in training mode, and leaves the model in that mode."""
    require_same_parameters(actual, expected)
    require_same(
        actual["outputs_afterwards"],
        expected["outputs_afterwards"],
        what="What the model answers afterwards",
    )


@check("same_batch_again", weight=0.5, requires=_MOVED)
def test_leaves_the_batch_alone(actual: Observation, expected: Observation) -> None:
    """A second call on the same batch is one more step: the batch stays as and where it was."""
    require_same_parameters(actual, expected, call=2)
    require_same(actual["batch"], expected["batch"], what="The batch after the calls")


@check("two_groups", weight=0.25, requires=["test_ignores_stale_gradients"])
def test_takes_several_parameter_groups(actual: Observation, expected: Observation) -> None:
    """With several parameter groups, what is left over in any of them has no influence."""
    require_same_parameters(actual, expected)
