"""Hidden scenarios of ``predict`` and the checks on them. Never in a kit, never in a sandbox."""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation

_RIGHT = ["test_predicts"]
_THERE = ["test_answers_on_the_device", "test_moves_the_model"]

SCENARIOS = (
    Scenario("by_name", {"device": "simgpu", "as_name": True, "sizes": [1, 6]}, hidden=True),
    Scenario("with_index", {"device": "simgpu:0", "outputs": 1}, hidden=True),
    Scenario("back_to_cpu", {"device": "cpu", "model_on": "simgpu", "x_on": "simgpu"}, hidden=True),
    Scenario("there_already", {"model_on": "simgpu", "x_on": "simgpu", "sizes": [5]}, hidden=True),
    Scenario("x_there", {"x_on": "simgpu", "outputs": 3}, hidden=True),
    Scenario("model_there", {"model_on": "simgpu", "model": "linear"}, hidden=True),
    Scenario("grad_modes", {"device": "cpu", "sizes": [2] * 10, "grad_modes": True}, hidden=True),
)


@check("by_name", "with_index", weight=0.5, requires=_THERE)
def test_takes_any_device(actual: Observation, expected: Observation) -> None:
    """The device may be a torch.device or its name, with an index or without."""
    require_same(actual["answers"], expected["answers"], what="The returned outputs")
    require_same(actual["model"], expected["model"], what="The model's parameters afterwards")


@check("back_to_cpu", "there_already", "x_there", "model_there", weight=1, requires=_RIGHT)
def test_moves_from_anywhere(actual: Observation, expected: Observation) -> None:
    """Model and x may come from any device, each from its own."""
    require_same(actual["answers"], expected["answers"], what="The returned outputs")
    require_same(actual["model"], expected["model"], what="The model's parameters afterwards")


@check("by_name", "there_already", weight=0.5, requires=["test_moves_the_model"])
def test_leaves_x_alone(actual: Observation, expected: Observation) -> None:
    """The tensor x itself stays as it was, and where it was."""
    require_same(actual["x"], expected["x"], what="x after the call")


@check("grad_modes", weight=0.5, requires=_RIGHT)
def test_restores_the_grad_mode(actual: Observation, expected: Observation) -> None:
    """Whether gradients are recorded is afterwards what it was before."""
    require_same(
        actual["modes_after"], expected["modes_after"], what="torch.is_grad_enabled() after a call"
    )
