"""A trace shape has the stages of a run and leaves out style."""

from collections.abc import Mapping

from autograder.checks.trace_shape import same_shapes, shows_a_mistake, trace_shapes
from autograder.model.observation import Event, MissingObservation, Observation, ObservationResult
from autograder.model.verdict import Outcome

STEP = "forward loss backward step"


def _seen(trace: str, symptom: float = 1.0, *, own: bool = True) -> Mapping[str, ObservationResult]:
    details: dict[str, dict[str, bool | str]] = {"step": {"own": own}, "forward": {"mode": "train"}}
    events = tuple(Event(name, {**details.get(name, {})}) for name in trace.split())
    return {"a": Observation("a", events=events, evidence={"symptoms": {"moved": symptom}})}


def _expected(trace: str = STEP) -> dict[str, Observation]:
    return {n: o for n, o in _seen(trace).items() if isinstance(o, Observation)}


def _alike(first: Mapping[str, ObservationResult], second: Mapping[str, ObservationResult]) -> bool:
    return same_shapes(trace_shapes(first, _expected()), trace_shapes(second, _expected()))


def _shows(seen: Mapping[str, ObservationResult]) -> bool:
    expected = _expected()
    return shows_a_mistake(trace_shapes(seen, expected), trace_shapes(expected, expected))


def test_where_gradients_are_cleared_is_style() -> None:
    """It is true that zero_grad before, amid or after does not matter."""
    assert _alike(_seen(f"zero_grad {STEP}"), _seen(f"{STEP} zero_grad"))
    assert not _shows(_seen("forward loss zero_grad backward step"))


def test_clearing_what_was_just_computed_is_not() -> None:
    """It is true that zero_grad between backward and step shows."""
    assert _shows(_seen("forward loss backward zero_grad step"))


def test_how_often_a_loop_runs_is_left_out() -> None:
    """It is true that five and ten updates have the same shape, and one update has another."""
    assert _alike(_seen(" ".join([STEP] * 5)), _seen(" ".join([STEP] * 10)))
    assert not _alike(_seen(" ".join([STEP] * 5)), _seen(STEP))


def test_whose_optimizer_stepped_shows() -> None:
    """It is true that a step of another optimizer is another shape."""
    assert _shows(_seen(STEP, own=False))


def test_another_look_shows_no_mistake() -> None:
    """It is true that a further forward pass alone is no reason for a name."""
    assert not _shows(_seen("forward loss backward step forward loss"))


def test_too_few_updates_show_no_mistake() -> None:
    """It is true that missing repeats do not say which batch was left out."""
    expected = _expected(f"{STEP} {STEP}")
    shapes = trace_shapes(_seen(STEP), expected)
    assert not shows_a_mistake(shapes, trace_shapes(expected, expected))


def test_symptoms_are_compared_within_tolerance() -> None:
    """It is true that a float32's rounding makes no other shape."""
    assert _alike(_seen(STEP, 1.0), _seen(STEP, 1.0 + 1e-7))
    assert not _alike(_seen(STEP, 1.0), _seen(STEP, 2.0))


def test_a_missing_observation_has_no_shape() -> None:
    """It is true that a missing observation is the same as another missing one only."""
    lost: Mapping[str, ObservationResult] = {"a": MissingObservation("a", Outcome.TIMED_OUT)}
    assert _alike(lost, lost)
    assert not _alike(lost, _seen(STEP))
