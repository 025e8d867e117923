"""Diagnosis names a mistake only when it explains everything."""

from collections.abc import Mapping

from autograder.checks.check import Check, CheckSpecification, require_same
from autograder.checks.diagnosis import LookAlike, diagnose
from autograder.model.observation import (
    Event,
    MissingObservation,
    Observation,
    ObservationResult,
    Value,
)
from autograder.model.verdict import Outcome

EXPECTED = {"a": Observation("a", {"x": 1.0, "y": 2.0, "z": 3.0})}


def _seen(trace: str = "", **values: Value) -> Mapping[str, ObservationResult]:
    events = tuple(Event(name) for name in trace.split())
    return {"a": Observation("a", {"x": 1.0, "y": 2.0, "z": 3.0, **values}, events=events)}


def _named(
    actual: Mapping[str, ObservationResult], **looks: Mapping[str, ObservationResult]
) -> str | None:
    known = tuple(LookAlike(name, f"hint of {name}", seen) for name, seen in looks.items())
    found = diagnose(actual, EXPECTED, known)
    return found.id if found else None


def test_a_look_alike_is_named() -> None:
    """It is true that the same wrong values get the misconception's name."""
    assert _named(_seen(x=5.0), one=_seen(x=5.0), other=_seen(x=6.0)) == "one"


def test_a_right_solution_is_not_diagnosed() -> None:
    """It is true that without a mismatch there is no name."""
    assert _named(_seen(), one=_seen()) is None


def test_a_partial_match_is_no_match() -> None:
    """It is true that a misconception which leaves something unexplained is not named."""
    assert _named(_seen(x=5.0, y=7.0), one=_seen(x=5.0)) is None


def test_a_misconception_that_would_show_more_is_not_named() -> None:
    """It is true that a mistake whose other symptoms are absent is not guessed."""
    assert _named(_seen(x=5.0), one=_seen(x=5.0, y=7.0)) is None


def test_the_trace_decides_between_equals() -> None:
    """It is true that of two that leave the same values, the same event trace names one."""
    looks = {"no_step": _seen("backward", x=0.0), "no_backward": _seen("step", x=0.0)}
    assert _named(_seen("step", x=0.0), **looks) == "no_backward"


def test_a_tie_is_no_name() -> None:
    """It is true that where nothing decides, nothing is said."""
    looks = {"one": _seen("step", x=0.0), "other": _seen("step", x=0.0)}
    assert _named(_seen("step", x=0.0), **looks) is None


def test_of_two_mistakes_the_one_that_spoils_more_is_named() -> None:
    """It is true that two misconceptions side by side explain a function together."""
    looks = {"small": _seen(x=5.0), "large": _seen(y=7.0, z=8.0)}
    assert _named(_seen(x=5.0, y=7.0, z=8.0), **looks) == "large"


def test_points_count_before_spoiled_values() -> None:
    """It is true that of two mistakes the one that loses more points by the checks is named."""

    def of_x(actual: Observation, expected: Observation) -> None:
        require_same(actual["x"], expected["x"], what="x")

    checks = [Check("of_x", "x.", of_x, CheckSpecification(("a",), 2.0, ()), hidden=False)]
    looks = LookAlike("one", "", _seen(x=5.0)), LookAlike("two", "", _seen(y=7.0, z=8.0))
    found = diagnose(_seen(x=5.0, y=7.0, z=8.0), EXPECTED, looks, checks=checks)
    assert found
    assert found.id == "one"


def test_a_missing_observation_matches_only_a_missing_one() -> None:
    """It is true that a timeout is not explained by wrong values."""
    lost = {"a": MissingObservation("a", Outcome.TIMED_OUT)}
    assert _named(lost, one=_seen(x=5.0)) is None


def test_a_form_is_named_by_its_mistake() -> None:
    """It is true that the student reads the mistake's name, with the hint of the form it has."""
    look = LookAlike("summed.binary", "hint of the form", _seen(x=5.0))
    found = diagnose(_seen(x=5.0), EXPECTED, (look,))
    assert found is not None
    assert (found.id, found.hint) == ("summed", "hint of the form")


def test_two_forms_of_one_mistake_are_no_tie() -> None:
    """It is true that forms which explain equally well name their mistake, others name nothing."""
    known = (
        LookAlike("summed.binary", "one", _seen(x=5.0)),
        LookAlike("summed.regression", "two", _seen(x=5.0)),
    )
    found = diagnose(_seen(x=5.0), EXPECTED, known)
    assert found is not None
    assert found.id == "summed"
    other = LookAlike("halved", "three", _seen(x=5.0))
    assert diagnose(_seen(x=5.0), EXPECTED, (*known, other)) is None
