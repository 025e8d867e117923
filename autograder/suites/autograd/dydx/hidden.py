"""Hidden scenarios of ``dydx`` and the checks on them. Never in a kit, never in a sandbox."""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.autograd.dydx.test_dydx import answers

_RIGHT = ["test_gives_the_derivative"]

SCENARIOS = (
    Scenario("special", {"given": [0.0, -1.0, -0.5], "drawn": 1, "scale": 50.0}, hidden=True),
    Scenario("again", {"drawn": 3, "order": [0, 0, 1, 2, 0, 1]}, hidden=True),
)


@check("special", weight=1.2, requires=_RIGHT)
def test_works_at_any_number(actual: Observation, expected: Observation) -> None:
    """Zero, negative and large numbers are numbers, too."""
    require_same(answers(actual), answers(expected), what="The derivatives")


@check("again", weight=2, requires=_RIGHT)
def test_calls_are_independent(actual: Observation, expected: Observation) -> None:
    """Each call gives the derivative at its number, whatever was asked before."""
    require_same(answers(actual), answers(expected), what="The derivatives, asked for again")
