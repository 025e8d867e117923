"""Advice to a failing student: a name, else what happened, else a mistake that shows in part."""

from collections.abc import Mapping
from dataclasses import replace

from autograder.checks.advice import Advice, advise
from autograder.checks.attempt import Attempt
from autograder.checks.check import (
    Check,
    CheckFailed,
    CheckSpecification,
    require_same,
    run_checks,
)
from autograder.checks.diagnosis import LookAlike
from autograder.model.observation import (
    Event,
    MissingObservation,
    Observation,
    ObservationResult,
    Raised,
    Value,
)
from autograder.model.program import cell_digest
from autograder.model.verdict import Outcome

CELL = "def f(x):\n    return 1 / x\n"
DIVIDED = Raised("ZeroDivisionError", "division by zero", 2, cell_digest(CELL))
EXPECTED = {name: Observation(name, {"x": 1.0, "y": 2.0}) for name in "abcd"}


def _compare(actual: Observation, expected: Observation) -> None:
    require_same(actual["x"], expected["x"], what="x")


def _check(name: str, *on: str, requires: tuple[str, ...] = ()) -> Check:
    title = f"The title of {name}."
    return Check(name, title, _compare, CheckSpecification(on, 1.0, requires), hidden=False)


CHECKS = (_check("first", "a"), _check("second", "b", "c"), _check("third", "d"))


def _seen(trace: str = "step", **changed: Value | Raised | Outcome) -> dict[str, ObservationResult]:
    """Every scenario as expected, but for ``x`` (or the end) of those that are named."""
    seen: dict[str, ObservationResult] = {}
    for name, wanted in EXPECTED.items():
        found = changed.get(name, 1.0)
        events = (Event(trace),) if name in changed else ()
        if isinstance(found, Outcome):
            seen[name] = MissingObservation(name, found)
        elif isinstance(found, Raised):
            seen[name] = Observation(name, raised=found)
        else:
            seen[name] = Observation(name, {**wanted.values, "x": found}, events=events)
    return seen


def _advice(
    actual: Mapping[str, ObservationResult],
    *,
    checks: tuple[Check, ...] = CHECKS,
    **looks: Mapping[str, ObservationResult],
) -> Advice:
    results = run_checks(checks, actual, EXPECTED)
    names = {name: name.replace("_", ".") for name in looks}
    known = tuple(LookAlike(names[n], f"Hint of {n}.", seen) for n, seen in looks.items())
    return advise(Attempt(checks, results, actual, EXPECTED, (CELL,)), known)


def test_who_passed_needs_no_advice() -> None:
    """It is true that nothing is said of a right solution."""
    assert _advice(_seen(), one=_seen(a=5.0)) == Advice()


def test_a_name_comes_first() -> None:
    """It is true that a mistake that explains everything is named, though it raises as well."""
    raising = _seen(a=DIVIDED)
    assert _advice(raising, one=raising) == Advice("one", "Hint of one.")


def test_what_happened_has_no_name() -> None:
    """It is true that an exception is explained with its line, and that no mistake is named."""
    advice = _advice(_seen(a=DIVIDED), one=_seen(b=5.0))
    assert advice.diagnosis is None
    assert advice.hint is not None
    assert advice.hint.startswith("Something was divided by zero.")
    assert advice.hint.endswith("line 2 of the cell: “return 1 / x”.")


def test_the_scenario_that_raised_is_explained() -> None:
    """It is true that of a check's scenarios the one that ended it speaks."""
    advice = _advice(_seen(c=DIVIDED))
    assert "divided by zero" in str(advice.hint)


def test_only_the_first_failure_is_explained() -> None:
    """It is true that an exception behind a wrong value is left to its own check."""
    assert _advice(_seen(a=5.0, d=DIVIDED)) == Advice()


def test_an_unknown_exception_is_no_hint() -> None:
    """It is true that where the exception is not known, nothing is said."""
    assert _advice(_seen(a=Raised("ValueError", "mine"))) == Advice()


def test_an_exception_after_a_missing_observation_is_not_explained() -> None:
    """It is true that what was never observed is explained by nothing."""
    assert _advice(_seen(b=Outcome.TIMED_OUT, c=DIVIDED)) == Advice()


def test_a_mistake_that_shows_in_part_is_a_hint() -> None:
    """It is true that the same values in some scenarios give a hint with the checks and no name."""
    advice = _advice(_seen(a=5.0), one=_seen(a=5.0, b=6.0, d=7.0))
    assert advice.diagnosis is None
    assert advice.hint == (
        "It behaves like the mistake “one”, but only where this is checked: "
        "“The title of first.” Hint of one."
    )


def test_two_checks_may_be_named() -> None:
    """It is true that two titles are given where it takes two, in the suite's order."""
    hint = _advice(_seen(d=7.0, a=5.0), one=_seen(a=5.0, b=6.0, d=7.0)).hint
    assert "only where this is checked: “The title of first.” and “The title of third.”" in str(
        hint
    )


def test_a_check_may_fail_in_some_cases() -> None:
    """It is true that a check with some right scenarios is said to fail in some of its cases."""
    hint = _advice(_seen(b=5.0), one=_seen(a=5.0, b=5.0)).hint
    assert "but only in some of the cases in which this is checked: “The title of second.”" in str(
        hint
    )


def test_more_than_two_checks_are_not_listed() -> None:
    """It is true that where two titles do not tell all of it, nothing is said."""
    checks = tuple(_check(name, name) for name in "abcd")
    actual, look = _seen(a=5.0, b=5.0, c=5.0), _seen(a=5.0, b=5.0, c=5.0, d=5.0)
    assert _advice(actual, checks=checks, one=look) == Advice()
    assert _advice(_seen(a=5.0, b=5.0), checks=checks, one=look).hint is not None


def test_checks_that_were_not_tried_need_no_title() -> None:
    """It is true that a check which was skipped is no place where something was checked."""
    checks = (
        _check("first", "a"),
        _check("second", "b", requires=("first",)),
        _check("third", "d"),
    )
    hint = _advice(_seen(a=5.0, b=6.0), checks=checks, one=_seen(a=5.0, b=6.0, d=7.0)).hint
    assert "only where this is checked: “The title of first.” Hint of one." in str(hint)


def test_a_failure_elsewhere_leaves_something_unsaid() -> None:
    """It is true that where a check fails without a mismatch, the hint is left out."""

    def refuse(_actual: Observation, _expected: Observation) -> None:
        raise CheckFailed("a flag", summary="a flag")

    strict = replace(_check("fourth", "c"), function=refuse)
    hint = _advice(_seen(a=5.0), checks=(*CHECKS, strict), one=_seen(a=5.0, b=6.0)).hint
    assert hint is None


def test_an_exception_elsewhere_is_a_place_as_well() -> None:
    """It is true that a check which ended with an exception is named with the others."""
    mine = Raised("ValueError", "mine")
    hint = _advice(_seen(a=5.0, d=mine), one=_seen(a=5.0, b=6.0, d=mine)).hint
    assert "“The title of first.” and “The title of third.”" in str(hint)


def test_two_names_are_none() -> None:
    """It is true that two mistakes with the same values give no hint."""
    one, other = _seen(a=5.0, b=6.0), _seen(a=5.0, d=6.0)
    assert _advice(_seen(a=5.0), one=one, other=other) == Advice()


def test_two_forms_are_one_name() -> None:
    """It is true that forms of one mistake do not compete."""
    short, long = _seen(a=5.0, b=6.0), _seen(a=5.0, d=6.0)
    hint = _advice(_seen(a=5.0), one_short=short, one_long=long).hint
    assert "the mistake “one”, but" in str(hint)


def test_other_values_are_no_part() -> None:
    """It is true that a look-alike has to have the same value in every mismatch."""
    assert _advice(_seen(a=5.0, b=5.0), one=_seen(a=5.0, b=6.0, d=6.0)) == Advice()


def test_a_refused_name_is_no_part() -> None:
    """It is true that a mistake which explains everything and was not named is not hinted at."""
    assert _advice(_seen(a=5.0), one=_seen(a=5.0), other=_seen(a=5.0)) == Advice()


def test_another_course_of_events_is_no_part() -> None:
    """It is true that the gradients have to be made and used alike."""
    look = _seen("backward", a=5.0, b=6.0)
    assert _advice(_seen("step", a=5.0), one=look) == Advice()


def test_exceptions_alone_are_no_part() -> None:
    """It is true that an exception of the same class is too little to hint at a mistake."""
    mine = Raised("ValueError", "mine")
    assert _advice(_seen(a=mine), one=_seen(a=mine, b=5.0)) == Advice()


def test_kinds_alone_are_no_part() -> None:
    """It is true that a number in another wrapping is too little to hint at a mistake."""
    assert _advice(_seen(a=(1.0,)), one=_seen(a=(1.0,), b=(1.0,))) == Advice()
