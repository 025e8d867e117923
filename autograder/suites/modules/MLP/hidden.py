"""Hidden scenarios of ``MLP`` and the checks on them. Never in a kit, never in a sandbox."""

from autograder.checks.check import check
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.modules.MLP.test_MLP import require_same_outputs

_RIGHT = ["test_calculates_linear_relu_linear"]

SCENARIOS = (
    Scenario(
        "any_rows", {"ask": "outputs", "sizes": [4, 6, 3], "rows": [1, 2, 17, 1]}, hidden=True
    ),
    Scenario("one_output", {"ask": "outputs", "sizes": [2, 7, 1], "rows": [5, 1]}, hidden=True),
    Scenario("equal_sizes", {"ask": "outputs", "sizes": [4, 4, 4], "rows": [5]}, hidden=True),
    Scenario("one_input", {"ask": "outputs", "sizes": [1, 6, 4], "rows": [5]}, hidden=True),
    Scenario(
        "evaluation",
        {"ask": "outputs", "sizes": [5, 3, 2], "rows": [6, 4], "mode": "eval"},
        hidden=True,
    ),
    Scenario("reload", {"ask": "reload", "sizes": [3, 5, 2]}, hidden=True),
    Scenario("two", {"ask": "two", "sizes": [4, 5, 3]}, hidden=True),
    Scenario("move", {"ask": "move", "sizes": [3, 5, 2], "device": "simgpu"}, hidden=True),
)  # fmt: skip


@check("any_rows", "one_output", weight=0.5, requires=_RIGHT)
def test_takes_any_number_of_samples(actual: Observation, expected: Observation) -> None:
    """It takes any number of samples, also one, and also with a single output."""
    require_same_outputs(actual, expected)


@check("equal_sizes", "one_input", weight=0.25, requires=_RIGHT)
def test_may_have_any_sizes(actual: Observation, expected: Observation) -> None:
    """Its sizes may be any, also equal ones."""
    require_same_outputs(actual, expected)


@check("evaluation", weight=0.25, requires=_RIGHT)
def test_answers_in_evaluation_mode(actual: Observation, expected: Observation) -> None:
    """In evaluation mode it calculates the same."""
    require_same_outputs(actual, expected)


@check("reload", weight=0.5, requires=_RIGHT)
def test_is_saved_and_loaded(actual: Observation, expected: Observation) -> None:
    """A new model that loads its state_dict answers as it does."""
    require_same_outputs(actual, expected)


@check("two", weight=0.25, requires=_RIGHT)
def test_two_models_are_independent(actual: Observation, expected: Observation) -> None:
    """Two models have parameters of their own."""
    require_same_outputs(actual, expected)


@check("move", weight=0.25, requires=_RIGHT)
def test_can_be_moved(actual: Observation, expected: Observation) -> None:
    """It can be moved to another device, with all that it calculates with."""
    require_same_outputs(actual, expected)
