"""Checks: what blocks them, what they say, and what a prerequisite does."""

import types
from collections.abc import Mapping

import pytest

from autograder.checks.check import (
    CheckSpecification,
    as_number,
    blocked,
    check,
    checks_of,
    require_same,
    run_checks,
)
from autograder.model.observation import (
    Array,
    MissingObservation,
    Observation,
    ObservationResult,
    Raised,
)
from autograder.model.program import cell_digest
from autograder.model.verdict import CheckResult, Outcome


@check("a", weight=2)
def test_value(actual: Observation, expected: Observation) -> None:
    """The value is right."""
    require_same(actual["x"], expected["x"], what="The value")


@check("a", "b", requires=["test_value"])
def test_follow_up(actual: Observation, expected: Observation) -> None:
    """So is the other."""
    require_same(actual["y"], expected["y"], what="The other value")


_MODULE = types.ModuleType("suite")
_MODULE.test_value, _MODULE.test_follow_up = test_value, test_follow_up  # type: ignore[attr-defined]
CHECKS = checks_of(_MODULE, hidden=False)
# pytest must not collect the examples.
del test_value, test_follow_up

EXPECTED = {name: Observation(name, {"x": 1.0, "y": 2.0}) for name in ("a", "b")}


def _run(actual: Mapping[str, ObservationResult]) -> dict[str, CheckResult]:
    return {result.name: result for result in run_checks(CHECKS, actual, EXPECTED)}


def test_what_is_right_passes() -> None:
    """It is true that equal observations pass every check."""
    assert {r.outcome for r in _run(EXPECTED).values()} == {Outcome.PASSED}


def test_a_failed_prerequisite_skips() -> None:
    """It is true that one mistake is reported once, and the rest is SKIPPED."""
    results = _run({**EXPECTED, "a": Observation("a", {"x": 3.0, "y": 2.0})})
    assert results["test_value"].outcome is Outcome.FAILED
    assert results["test_value"].message == "The value: found the float 3, expected the float 1."
    assert results["test_follow_up"].outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("passed", "may"),
    [({"a"}, False), ({"b"}, False), ({"a", "b"}, True), ({"a", "c"}, True), (set(), False)],
)
def test_one_of_several_may_be_enough(passed: set[str], may: bool) -> None:  # noqa: FBT001
    """It is true that a check may run if all it requires passed, and one of a choice."""
    assert (
        CheckSpecification(("x",), 1.0, ("a",), requires_one_of=("b", "c")).may_run(passed) is may
    )


def test_every_scenario_counts() -> None:
    """It is true that a check passes only if it passes on each of its scenarios."""
    results = _run({**EXPECTED, "b": Observation("b", {"x": 1.0, "y": 0.0})})
    assert results["test_follow_up"].outcome is Outcome.FAILED


def test_a_value_that_was_never_seen_fails() -> None:
    """It is true that an observation that ends early earns nothing."""
    assert _run({**EXPECTED, "a": Observation("a")})["test_value"].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (MissingObservation("a", Outcome.TIMED_OUT), Outcome.TIMED_OUT),
        (Observation("a", raised=Raised("NotImplementedError")), Outcome.MISSING),
        (Observation("a", raised=Raised("MemoryError")), Outcome.OUT_OF_MEMORY),
        (Observation("a", raised=Raised("ValueError", "x is 3")), Outcome.RAISED),
    ],
)
def test_obstacles_are_named(seen: ObservationResult, outcome: Outcome) -> None:
    """It is true that each other end of a scenario has its own outcome."""
    obstacle = blocked(seen, EXPECTED["a"])
    assert obstacle is not None
    assert obstacle[0] is outcome
    assert "x is 3" not in obstacle[1]


def test_only_public_runs_quote_an_exception() -> None:
    """It is true that a hidden run shows no exception name or text of the student's own."""
    seen = Observation("a", raised=Raised("Leak_0_31", "x is 3", line=4))
    hidden, public = blocked(seen, EXPECTED["a"]), blocked(seen, EXPECTED["a"], reveal=True)
    assert hidden == (Outcome.RAISED, "It raised an exception of its own.")
    assert public == (Outcome.RAISED, "It raised Leak_0_31: x is 3 (line 4 of its cell)")


def test_a_known_exception_is_explained() -> None:
    """It is true that the explanation follows what is shown, in a hidden run as in a public one."""
    seen = Observation("a", raised=Raised("ZeroDivisionError", "division by zero", line=4))
    hidden, public = blocked(seen, EXPECTED["a"]), blocked(seen, EXPECTED["a"], reveal=True)
    assert hidden is not None
    assert public is not None
    shown = "It raised ZeroDivisionError. Something was divided by zero."
    assert hidden[1].startswith(shown)
    quoted = "It raised ZeroDivisionError: division by zero (line 4 of its cell). Something was "
    assert public[1].startswith(quoted)


def test_a_quoted_sentence_gets_no_second_full_stop() -> None:
    """It is true that the explanation begins a sentence of its own."""
    seen = Observation("a", raised=Raised("IndexError", "Target 7 is out of bounds."))
    public = blocked(seen, EXPECTED["a"], reveal=True)
    assert public is not None
    assert "out of bounds. A class number" in public[1]


def test_an_exception_without_a_text_is_quoted_without_a_colon() -> None:
    """It is true that an exception that says nothing shows its name, place and explanation."""
    seen = Observation("a", raised=Raised("StopIteration", "", line=3))
    public = blocked(seen, EXPECTED["a"], reveal=True)
    assert public is not None
    assert public[1].startswith("It raised StopIteration (line 3 of its cell). next() was called")


def test_a_line_is_shown_of_cells_that_may_be_shown() -> None:
    """It is true that the student's own line follows the explanation, of a known cell alone."""
    cell = "def f(n):\n    return 1 / n\n"
    raised = Raised("ZeroDivisionError", "division by zero", line=2, cell=cell_digest(cell))
    seen = Observation("a", raised=raised)
    without, with_cells = blocked(seen, EXPECTED["a"]), blocked(seen, EXPECTED["a"], cells=[cell])
    assert without is not None
    assert with_cells is not None
    line = " It happened in line 2 of the cell: “return 1 / n”."
    assert with_cells[1] == without[1] + line


def test_an_expected_exception_is_for_the_check_to_judge() -> None:
    """It is true that where the reference raises, raising is no obstacle."""
    raising = Observation("a", raised=Raised("ValueError"))
    assert blocked(raising, raising) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1.5, 1.5),
        (2, 2.0),
        (True, True),
        (None, None),
        (Array("float32", (), b"\x00\x00\x80?"), 1.0),
        (Array("float32", (1, 1), b"\x00\x00\x80?"), 1.0),
        (Array("float32", (2,), bytes(8)), Array("float32", (2,), bytes(8))),
        (Array("complex64", (), bytes(8)), Array("complex64", (), bytes(8))),
    ],
)
def test_numbers_come_out_of_one_element(value: object, number: object) -> None:
    """It is true that a value check accepts a number in any wrapping, and only a number."""
    assert as_number(value) == number  # type: ignore[arg-type]
