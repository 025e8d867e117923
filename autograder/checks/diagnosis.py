"""Which misconception a function behaves like, by its behaviour alone; None rather than a guess.

A *deviation* is a leaf of an observation that is not as expected. A misconception explains a
student when both deviate in the same leaves and hold the same values there. Where several explain
equally well (from clean gradients, no backward and no step leave the same parameters) the
evidence decides: the portrait of the run and ``.grad`` after it. They name, they never earn.

Where none explains everything, in this order: what is left when the scenarios that raised are set
aside; two misconceptions side by side; a portrait that only one misconception has.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from autograder.checks.check import as_number
from autograder.checks.comparison import difference, paired_leaves
from autograder.checks.portrait import alike, portrait_of
from autograder.model.observation import Array, Lost, Observation, Raised, Seen, Value

Leaf = tuple[str, str]
Deviations = Mapping[Leaf, Value]
_KIND = " (kind)"
_NUMBER = re.compile(r"\d+")
_MESSAGE_CHARACTERS = 120


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


Signatures = list[tuple[LookAlike, Deviations]]


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
        return _decide(whole, actual, expected)
    finished = frozenset(name for name in expected if _finished(actual[name]))
    return (
        _among(signatures, found, finished, actual=actual, expected=expected)
        or _costliest_of_two(signatures, found)
        or _costliest_of_two(_within(signatures, finished), _only(found, finished))
        or _by_portrait(look_alikes, actual, expected)
    )


def deviations(actual: Mapping[str, Seen], expected: Mapping[str, Observation]) -> Deviations:
    """(scenario, leaf) → what was found there, for every leaf that is not as expected."""
    return {
        (name, path): value
        for name, wanted in expected.items()
        for path, value in _deviations(actual[name], wanted)
    }


def explains(signature: Deviations, found: Deviations) -> bool:
    """Whether the two deviate in the same leaves and agree on what stands there."""
    return signature.keys() == found.keys() and all(
        difference(found[key], value) is None for key, value in signature.items()
    )


# --- deviations


def _deviations(actual: Seen, expected: Observation) -> Iterator[tuple[str, Value]]:
    if isinstance(actual, Lost):
        yield "lost", str(actual.outcome)
        return
    raised, wanted = _exception(actual.raised), _exception(expected.raised)
    if raised != wanted:
        yield "raised", raised
    for path, left, right in paired_leaves(dict(actual.values), dict(expected.values)):
        yield from _leaf_deviations(path, left, right)


def _leaf_deviations(path: str, actual: Value, expected: Value) -> Iterator[tuple[str, Value]]:
    """A number that comes in a tensor or a tuple may be right as a number."""
    if isinstance(expected, float) and not isinstance(actual, float):
        number = as_number(_unpacked(actual))
        if isinstance(number, float):
            yield path + _KIND, _kind(actual)
            actual = number
    if difference(actual, expected) is not None:
        yield path, actual


def _unpacked(value: Value) -> Value:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _kind(value: Value) -> str:
    if isinstance(value, Array):
        return "array" if value.device == "numpy" else "tensor"
    return type(value).__name__


def _exception(raised: Raised | None) -> str | None:
    """Its type and the beginning of its text, without numbers: these are the inputs'."""
    if raised is None:
        return None
    text = _NUMBER.sub("#", (raised.message.splitlines() or [""])[0])
    return f"{raised.type_name}: {text[:_MESSAGE_CHARACTERS]}"


# --- several that explain everything


def _decide(
    candidates: list[LookAlike], actual: Mapping[str, Seen], expected: Mapping[str, Observation]
) -> LookAlike | None:
    if len(candidates) == 1:
        return candidates[0]
    candidates = [look for look in candidates if _same_portraits(look.seen, actual, expected)]
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    scores = [_agreeing_evidence(look, actual) for look in candidates]
    best = max(scores)
    return candidates[scores.index(best)] if scores.count(best) == 1 else None


def _agreeing_evidence(look: LookAlike, actual: Mapping[str, Seen]) -> int:
    return sum(
        difference(there, here) is None
        for name, seen in look.seen.items()
        for _, there, here in paired_leaves(_evidence(seen), _evidence(actual[name]))
    )


def _evidence(seen: Seen) -> dict[str, Value]:
    return dict(seen.evidence) if isinstance(seen, Observation) else {}


# --- none that explains everything


def _finished(seen: Seen) -> bool:
    return isinstance(seen, Observation) and seen.raised is None


def _only(found: Deviations, scenarios: frozenset[str]) -> Deviations:
    return {leaf: value for leaf, value in found.items() if leaf[0] in scenarios}


def _within(signatures: Signatures, scenarios: frozenset[str]) -> Signatures:
    return [(look, _only(signature, scenarios)) for look, signature in signatures]


def _among(
    signatures: Signatures,
    found: Deviations,
    scenarios: frozenset[str],
    *,
    actual: Mapping[str, Seen],
    expected: Mapping[str, Observation],
) -> LookAlike | None:
    """The one that explains every deviation in these scenarios."""
    rest = _only(found, scenarios)
    parts = _within(signatures, scenarios)
    whole = [look for look, signature in parts if rest and explains(signature, rest)]
    return _decide(whole, actual, {name: expected[name] for name in scenarios}) if whole else None


def _costliest_of_two(signatures: Signatures, found: Deviations) -> LookAlike | None:
    """Where two misconceptions stand side by side, the one that deviates in more leaves.

    Together they deviate in just the leaves that were found. Where only one of them does, the
    value is its own; where both do, theirs mix and no value is known.
    """
    agreement = _Agreement(found)
    parts = [(look, signature) for look, signature in signatures if signature.keys() < found.keys()]
    pairs = [
        (first, second)
        for first, second in combinations(parts, 2)
        if len(first[1].keys() | second[1].keys()) == len(found)
        and agreement.holds(*first, besides=second[1])
        and agreement.holds(*second, besides=first[1])
    ]
    if len(pairs) != 1:
        return None
    return max(pairs[0], key=lambda part: _cost(part[1]))[0]


def _cost(signature: Deviations) -> tuple[int, int]:
    kinds = sum(path.endswith(_KIND) for _, path in signature)
    return len(signature) - kinds, kinds


class _Agreement:
    """Remembers which leaves of a look-alike hold what was found."""

    def __init__(self, found: Deviations) -> None:
        self._found = found
        self._known: dict[tuple[str, Leaf], bool] = {}

    def holds(self, look: LookAlike, signature: Deviations, *, besides: Deviations) -> bool:
        """Whether the look-alike has leaves of its own, and all of them agree."""
        own = signature.keys() - besides.keys()
        return bool(own) and all(self._agrees(look.id, leaf, signature[leaf]) for leaf in own)

    def _agrees(self, name: str, leaf: Leaf, value: Value) -> bool:
        key = name, leaf
        if key not in self._known:
            self._known[key] = difference(self._found[leaf], value) is None
        return self._known[key]


def _by_portrait(
    look_alikes: tuple[LookAlike, ...],
    actual: Mapping[str, Seen],
    expected: Mapping[str, Observation],
) -> LookAlike | None:
    """The one misconception with this portrait, if the portrait shows a mistake at all."""
    wanted = {name: expected[name] for name in expected if _finished(actual[name])}
    if _same_portraits(wanted, actual, wanted):
        return None
    named = [look for look in look_alikes if _same_portraits(look.seen, actual, wanted)]
    return named[0] if len(named) == 1 else None


def _same_portraits(
    look: Mapping[str, Seen], actual: Mapping[str, Seen], expected: Mapping[str, Observation]
) -> bool:
    return all(_alike(look[name], actual[name], expected[name]) for name in expected)


def _alike(look: Seen, actual: Seen, expected: Observation) -> bool:
    """Repeats are told as fewer than, as many as or more than expected."""
    if isinstance(look, Lost) or isinstance(actual, Lost):
        return look == actual
    usual = portrait_of(expected).repeats
    first, second = (
        replace(portrait, repeats=(portrait.repeats > usual) - (portrait.repeats < usual))
        for portrait in (portrait_of(look), portrait_of(actual))
    )
    return alike(first, second)
