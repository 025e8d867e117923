"""Variants of one solution in one kernel."""

from pathlib import Path

from autograder.judge.assignment import load_assignment
from autograder.judge.variant_batch import variant_batch
from autograder.model.exercise import Scenario, Variant
from autograder.model.program import ObservationRequest

ROOT = Path(__file__).parents[2]
ASSIGNMENT = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
REQUEST = ObservationRequest(
    "autograd/dydx", (Scenario("slow", budget_seconds=5.0), Scenario("quick", budget_seconds=0.2))
)
BATCH = variant_batch(
    ASSIGNMENT,
    REQUEST,
    {"0": Variant("one", "a = 1\n"), "1": Variant("@@\n-a\n+b\n", "b = 2\n")},
    kind="the solution",
    budget_seconds=1.0,
)


def test_each_variant_is_run_with_the_same_names_as_alone() -> None:
    """each begins where the cells before the exercise end, and its own label keeps what it did."""
    *before, first, second = BATCH.together.cells
    assert [(one.source, one.closes) for one in (first, second)] == [
        ("a = 1\n", ("0",)),
        ("b = 2\n", ("1",)),
    ]
    assert {first.opens, second.opens} == {before[-1].closes[0]}
    assert [request.kept for request in BATCH.together.requests] == ["0", "1"]
    (_, alone), (_, other) = BATCH.alone
    assert alone.cells == (*before, first)
    assert other.cells == (*before, second)


def test_only_company_is_hurried() -> None:
    """alone, a variant has each scenario's own budget."""
    budgets = [[s.budget_seconds for s in one.scenarios] for one in BATCH.together.requests]
    assert budgets == [[1.0, 0.2], [1.0, 0.2]]
    for _, program in BATCH.alone:
        assert program.requests[0].scenarios == REQUEST.scenarios


def test_a_mutant_is_named_on_one_line() -> None:
    """its id is its diff, which has several."""
    descriptions = [description for description, _ in BATCH.alone]
    assert descriptions == [
        "the solution `one` of autograd/dydx",
        "the solution `@@ -a +b` of autograd/dydx",
    ]
