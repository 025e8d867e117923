"""What a run looked like from outside: its stages and symptoms. Pure functions of data.

A portrait leaves out the numbers. It recognises a mistake that has a free choice in it (whichever
learning rate the new optimizer got, however often the loop ran) and tells mistakes apart that
leave the same numbers. It names, it never earns.
"""

from dataclasses import dataclass, field

from autograder.checks.comparison import difference
from autograder.model.observation import Event, Observation, Value

SYMPTOMS = "symptoms"
Stage = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Portrait:
    """One scenario's portrait.

    Attributes:
        stages: The event trace, or the shortest piece of it that it repeats.
        repeats: How often it repeats it.
        symptoms: What the exercise's plan put under ``symptoms`` into its evidence.
    """

    stages: tuple[Stage, ...]
    repeats: int
    symptoms: Value = field(default=None)


def portrait_of(seen: Observation) -> Portrait:
    """The portrait of an observation."""
    stages, repeats = _shortest_unit(_essential(seen.events))
    return Portrait(stages, repeats, seen.evidence.get(SYMPTOMS))


def alike(first: Portrait, second: Portrait) -> bool:
    """Whether two portraits show the same; numbers among the symptoms within tolerance."""
    return (first.stages, first.repeats) == (second.stages, second.repeats) and difference(
        first.symptoms, second.symptoms
    ) is None


def _essential(events: tuple[Event, ...]) -> tuple[Stage, ...]:
    """Whose optimizer stepped and in which mode is kept, how gradients were cleared is style.

    A ``zero_grad`` counts only where it undoes a ``backward`` before the step that needs it.
    """
    stages: list[Stage] = []
    for index, event in enumerate(events):
        around = events[index - 1 : index] + events[index + 1 : index + 2]
        harmful = [other.name for other in around] == ["backward", "step"]
        if event.name != "zero_grad" or harmful:
            stages.append((event.name, event.detail.get("own", event.detail.get("mode"))))
    return tuple(stages)


def _shortest_unit(stages: tuple[Stage, ...]) -> tuple[tuple[Stage, ...], int]:
    for length in range(1, len(stages) // 2 + 1):
        count, rest = divmod(len(stages), length)
        if not rest and stages == stages[:length] * count:
            return stages[:length], count
    return stages, min(len(stages), 1)
