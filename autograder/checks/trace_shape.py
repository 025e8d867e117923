"""What a run looked like from outside: its stages and symptoms. Pure functions of data.

A shape leaves out the numbers. It recognises a mistake that has a free choice in it (whichever
learning rate the new optimizer got, however often the loop ran) and tells mistakes apart that
leave the same numbers. It names, it never earns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.checks.comparison import difference
from autograder.model.observation import (
    Event,
    MissingObservation,
    Observation,
    ObservationResult,
    Value,
)

SYMPTOMS = "symptoms"
_OUTLINE = frozenset({"backward", "step", "zero_grad"})
Stage = tuple[str, object]


@dataclass(frozen=True, slots=True)
class TraceShape:
    """One scenario's shape.

    Attributes:
        stages: The event trace, or the shortest piece of it that it repeats.
        repeats: Whether it repeats it less often (−1), as often or more often (1) than expected.
        symptoms: What the exercise's plan put under ``symptoms`` into its evidence.
    """

    stages: tuple[Stage, ...]
    repeats: int
    symptoms: Value

    def outline(self) -> "TraceShape":
        """Only which gradients were made and used, in which order."""
        stages = tuple(
            (name, None if name == "zero_grad" else detail)
            for name, detail in self.stages
            if name in _OUTLINE
        )
        return TraceShape(stages, self.repeats, None)


TraceShapes = Mapping[str, TraceShape | None]


def trace_shapes(
    seen: Mapping[str, ObservationResult], expected: Mapping[str, Observation]
) -> TraceShapes:
    """The shape of each expected scenario; None where nothing was observed."""
    return {name: _trace_shape(seen[name], wanted) for name, wanted in expected.items()}


def outlines(shapes: TraceShapes) -> TraceShapes:
    """The same trace_shapes in outline."""
    return {name: shape and shape.outline() for name, shape in shapes.items()}


def same_shapes(first: TraceShapes, second: TraceShapes) -> bool:
    """Whether all trace_shapes show the same; numbers among the symptoms within tolerance."""
    return first.keys() == second.keys() and all(
        _same(shape, second[name]) for name, shape in first.items()
    )


def shows_stages(seen: Mapping[str, ObservationResult]) -> bool:
    """Whether anything was seen to happen in any scenario."""
    return any(isinstance(one, Observation) and one.events for one in seen.values())


def shows_a_mistake(shapes: TraceShapes, expected: TraceShapes) -> bool:
    """Whether the trace_shapes alone say that something is wrong.

    Updates that are missing do not say why: the first batch was skipped, or the last. And another
    look at the model, before or after a step, may be for show.
    """
    pairs = [(shape, expected[name]) for name, shape in shapes.items()]
    return not any(shape and shape.repeats < 0 for shape, _ in pairs) and any(
        first and second and _differ_in_more_than_looks(first, second) for first, second in pairs
    )


def _differ_in_more_than_looks(first: TraceShape, second: TraceShape) -> bool:
    return (
        first.outline() != second.outline()
        or {*first.stages} != {*second.stages}
        or difference(first.symptoms, second.symptoms) is not None
    )


def _same(first: TraceShape | None, second: TraceShape | None) -> bool:
    if first is None or second is None:
        return first is second
    stages = replace(first, symptoms=None) == replace(second, symptoms=None)
    return stages and difference(first.symptoms, second.symptoms) is None


def _trace_shape(seen: ObservationResult, expected: Observation) -> TraceShape | None:
    if isinstance(seen, MissingObservation):
        return None
    stages, repeats = _shortest_unit(_essential(seen.events))
    _, usual = _shortest_unit(_essential(expected.events))
    more_or_less = (repeats > usual) - (repeats < usual)
    return TraceShape(stages, more_or_less, seen.evidence.get(SYMPTOMS))


def _essential(events: tuple[Event, ...]) -> tuple[Stage, ...]:
    """Whose optimizer stepped and in which mode is kept, how gradients were cleared is style.

    A ``zero_grad`` counts only where it undoes a ``backward`` before the step that needs it.
    Whether it was called counts there: gradients may also be zero because that was computed.
    """
    stages: list[Stage] = []
    for index, event in enumerate(events):
        around = events[max(index - 1, 0) : index] + events[index + 1 : index + 2]
        harmful = [other.name for other in around] == ["backward", "step"]
        if event.name != "zero_grad" or harmful:
            detail = (event.detail.get(name) for name in ("own", "mode", "called"))
            stages.append((event.name, next((one for one in detail if one is not None), None)))
    return tuple(stages)


def _shortest_unit(stages: tuple[Stage, ...]) -> tuple[tuple[Stage, ...], int]:
    for length in range(1, len(stages) // 2 + 1):
        count, rest = divmod(len(stages), length)
        if not rest and stages == stages[:length] * count:
            return stages[:length], count
    return stages, min(len(stages), 1)
