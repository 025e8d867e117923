"""The shape of an event trace: stages and symptoms without numbers. Pure functions of data.

A shape recognises a mistake with a free choice in it (any learning rate of the second optimizer,
any number of repeats) and tells mistakes apart that leave the same numbers. It helps to name a
mistake and never earns a point.
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
        stages: The event trace; of a trace that repeats itself, the shortest piece that it repeats.
        repeats: Whether it repeats that piece less often than expected (−1), as often (0) or more
            often (1).
        symptoms: What the exercise's plan put under ``symptoms`` into its evidence.
    """

    stages: tuple[Stage, ...]
    repeats: int
    symptoms: Value

    def outline(self) -> "TraceShape":
        """The shape without forward passes: which gradients were used, and in which order."""
        stages = tuple(
            (name, None if name == "zero_grad" else detail)
            for name, detail in self.stages
            if name in _OUTLINE
        )
        return TraceShape(stages, self.repeats, symptoms=None)


TraceShapes = Mapping[str, TraceShape | None]


def trace_shapes(
    seen: Mapping[str, ObservationResult], expected: Mapping[str, Observation]
) -> TraceShapes:
    """The shape of each expected scenario; None where nothing was observed."""
    return {name: _trace_shape(seen[name], wanted) for name, wanted in expected.items()}


def outlines(shapes: TraceShapes) -> TraceShapes:
    """The outline of each shape."""
    return {name: shape and shape.outline() for name, shape in shapes.items()}


def same_shapes(first: TraceShapes, second: TraceShapes) -> bool:
    """Whether all shapes are the same; numbers among the symptoms may differ within tolerance."""
    return first.keys() == second.keys() and all(
        _same(shape, second[name]) for name, shape in first.items()
    )


def shows_stages(seen: Mapping[str, ObservationResult]) -> bool:
    """Whether any scenario has an event."""
    return any(isinstance(one, Observation) and one.events for one in seen.values())


def shows_a_mistake(shapes: TraceShapes, expected: TraceShapes) -> bool:
    """Whether the shapes alone show that something is wrong.

    Missing updates do not say which mistake it is: the first batch was skipped, or the last. An
    additional forward pass before or after a step may be for show.
    """
    pairs = [(shape, expected[name]) for name, shape in shapes.items()]
    return not any(shape and shape.repeats < 0 for shape, _ in pairs) and any(
        first and second and _differ_in_more_than_forward_passes(first, second)
        for first, second in pairs
    )


def _differ_in_more_than_forward_passes(first: TraceShape, second: TraceShape) -> bool:
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
    return TraceShape(
        stages=stages,
        repeats=(repeats > usual) - (repeats < usual),
        symptoms=seen.evidence.get(SYMPTOMS),
    )


def _essential(events: tuple[Event, ...]) -> tuple[Stage, ...]:
    """The events that make a difference: how and where gradients are cleared is mostly style.

    A ``zero_grad`` counts only between a ``backward`` and the step that needs its gradients.
    There it matters whether it was called: gradients may also be zero because they were computed
    as zero. Of a ``step``, its optimizer counts, and of a ``forward`` the mode.
    """
    stages: list[Stage] = []
    for index, event in enumerate(events):
        around = events[max(index - 1, 0) : index] + events[index + 1 : index + 2]
        # Anywhere else, clearing the gradients is right or changes nothing.
        harmful = [other.name for other in around] == ["backward", "step"]
        if event.name != "zero_grad" or harmful:
            detail = (event.detail.get(name) for name in ("own", "mode", "called"))
            stages.append((event.name, next((one for one in detail if one is not None), None)))
    return tuple(stages)


def _shortest_unit(stages: tuple[Stage, ...]) -> tuple[tuple[Stage, ...], int]:
    # The shortest first: a loop of ten equal steps is ten times one step, not five times two.
    for length in range(1, len(stages) // 2 + 1):
        count, rest = divmod(len(stages), length)
        if not rest and stages == stages[:length] * count:
            return stages[:length], count
    return stages, min(len(stages), 1)
