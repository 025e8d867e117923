"""Which misconception a function behaves like, by its behaviour alone; None rather than a guess.

A *deviation* is a leaf of an observation that is not as expected. A misconception explains a
student when both deviate in the same leaves and hold the same values there. Where several explain
equally well (from clean gradients, no backward and no step leave the same parameters) the
evidence decides: ``.grad`` after the call and the event trace. They name, they never earn.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.checks.comparison import difference, paired_leaves
from autograder.model.observation import Event, Lost, Observation, Seen, Value

Deviations = Mapping[tuple[str, str], Value]


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A misconception's observations on one exercise's scenarios.

    Attributes:
        id: Such as ``no-zero``.
        hint: One or two sentences naming the cause.
        seen: Scenario name → what was seen of the wrong implementation.
    """

    id: str
    hint: str
    seen: Mapping[str, Seen]


def diagnose(
    actual: Mapping[str, Seen],
    expected: Mapping[str, Observation],
    look_alikes: tuple[LookAlike, ...],
    *,
    known: tuple[Deviations, ...] | None = None,
) -> LookAlike | None:
    """The one misconception that explains every deviation, or None.

    Args:
        actual: What the student's function showed.
        expected: What the reference showed.
        look_alikes: The misconceptions as observed.
        known: Their deviations, where the caller has them already.
    """
    found = deviations(actual, expected)
    if not found:
        return None
    known = known or tuple(deviations(look.seen, expected) for look in look_alikes)
    signatures = list(zip(look_alikes, known, strict=True))
    whole = [look for look, signature in signatures if explains(signature, found)]
    if whole:
        return _decide(whole, actual)
    return _costliest_of_two(signatures, found)


def deviations(actual: Mapping[str, Seen], expected: Mapping[str, Observation]) -> Deviations:
    """(scenario, leaf) → what was found there, for every leaf that is not as expected."""
    return {
        (name, path): value
        for name, wanted in expected.items()
        for path, value in _deviations(actual[name], wanted)
    }


def explains(signature: Deviations, found: Deviations) -> bool:
    """Whether the two deviate in the same leaves and agree on what stands there."""
    return signature.keys() == found.keys() and _agree(signature, found)


def _agree(signature: Deviations, found: Deviations) -> bool:
    return all(difference(found[key], value) is None for key, value in signature.items())


def _deviations(actual: Seen, expected: Observation) -> Iterator[tuple[str, Value]]:
    if isinstance(actual, Lost):
        yield "lost", str(actual.outcome)
        return
    raised = actual.raised.type_name if actual.raised else None
    wanted = expected.raised.type_name if expected.raised else None
    if raised != wanted:
        yield "raised", raised
    for path, left, right in paired_leaves(dict(actual.values), dict(expected.values)):
        if difference(left, right) is not None:
            yield path, left


def _decide(candidates: list[LookAlike], actual: Mapping[str, Seen]) -> LookAlike | None:
    if len(candidates) == 1:
        return candidates[0]
    scores = [_likeness(look, actual) for look in candidates]
    best = max(scores)
    return candidates[scores.index(best)] if scores.count(best) == 1 else None


def _likeness(look: LookAlike, actual: Mapping[str, Seen]) -> tuple[int, int]:
    """How many scenarios' event traces, and how many leaves of evidence, are the same."""
    pairs = [
        (seen, actual[name])
        for name, seen in look.seen.items()
        if isinstance(seen, Observation) and isinstance(actual[name], Observation)
    ]
    traces = sum(_trace(left) == _trace(right) for left, right in pairs)  # type: ignore[arg-type]
    leaves = sum(
        difference(there, here) is None
        for left, right in pairs
        for _, there, here in paired_leaves(dict(left.evidence), dict(right.evidence))  # type: ignore[union-attr]
    )
    return traces, leaves


def _trace(seen: Observation) -> tuple[tuple[str, object], ...]:
    return tuple(_essence(event) for event in seen.events)


def _essence(event: Event) -> tuple[str, object]:
    # How gradients were cleared is style; whose optimizer stepped and in which mode is not.
    return event.name, event.detail.get("own", event.detail.get("mode"))


def _costliest_of_two(
    signatures: list[tuple[LookAlike, Deviations]], found: Deviations
) -> LookAlike | None:
    """Where two misconceptions stand side by side, the one that deviates in more leaves."""
    parts = [
        (look, signature)
        for look, signature in signatures
        if signature and signature.keys() < found.keys() and _agree(signature, found)
    ]
    pairs = [
        (first, second)
        for index, first in enumerate(parts)
        for second in parts[index + 1 :]
        if first[1].keys() | second[1].keys() == found.keys()
        and not first[1].keys() & second[1].keys()
    ]
    if len(pairs) != 1:
        return None
    return max(pairs[0], key=lambda part: len(part[1]))[0]
