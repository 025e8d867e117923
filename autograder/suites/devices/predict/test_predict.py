"""Checks of ``predict`` on its public scenarios. Part of the kit."""

from autograder.checks.check import check, require_same
from autograder.checks.placement import anywhere
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation


@check("on_cpu", weight=1)
def test_predicts(actual: Observation, expected: Observation) -> None:
    """It returns the model's raw outputs for x, to begin with on the CPU."""
    found, wanted = anywhere(actual["answers"]), anywhere(expected["answers"])
    require_same(found, wanted, what="The returned outputs")


@check("on_simgpu", weight=1.5, requires=["test_predicts"])
def test_answers_on_the_device(actual: Observation, expected: Observation) -> None:
    """On another device it returns the same, and the result is on the device."""
    require_same(actual["answers"], expected["answers"], what="The returned outputs")


@check("on_simgpu", weight=0.75, requires=["test_predicts"])
def test_moves_the_model(actual: Observation, expected: Observation) -> None:
    """The model that was passed in is on the device afterwards, with its values."""
    require_same(actual["model"], expected["model"], what="The model's parameters afterwards")


@check("on_simgpu", weight=1.25, requires=["test_moves_the_model"])
def test_leaves_the_model_trainable(actual: Observation, expected: Observation) -> None:
    """The model can be trained afterwards: every parameter gets its gradient."""
    found, wanted = anywhere(actual["gradients"]), anywhere(expected["gradients"])
    require_same(found, wanted, what="The gradients of a backward pass afterwards")


@check("on_cpu", weight=1.25, requires=["test_predicts"])
def test_carries_no_graph(actual: Observation, expected: Observation) -> None:
    """The result carries no graph: nothing leads back from it to the parameters."""
    require_same(
        actual["gradients_of_answers"],
        expected["gradients_of_answers"],
        what="The gradients that a backward pass from the result leaves",
    )


test_leaves_settings_alone = settings_check(
    __name__, "on_simgpu", weight=0.15, requires=["test_answers_on_the_device"]
)
