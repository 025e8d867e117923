"""Where an observation departs from the expected one, leaf by leaf. Pure functions of data."""

import re
from collections.abc import Iterator, Mapping

from autograder.checks.check import as_number
from autograder.checks.comparison import difference, paired_leaves
from autograder.model.observation import Array, Lost, Observation, Raised, Seen, Value

Leaf = tuple[str, str]
Deviations = Mapping[Leaf, Value]
RAISED, RAISED_TEXT = "raised", "raised (text)"
KIND = " (kind)"
_NUMBER = re.compile(r"\d+")
_TEXT_CHARACTERS = 120


def deviations(actual: Mapping[str, Seen], expected: Mapping[str, Observation]) -> Deviations:
    """(scenario, leaf) → what was found there, for every leaf that is not as expected."""
    return {
        (name, path): value
        for name, wanted in expected.items()
        for path, value in _of_scenario(actual[name], wanted)
    }


def explains(signature: Deviations, found: Deviations) -> bool:
    """Whether the two deviate in the same leaves and agree on what stands there."""
    return signature.keys() == found.keys() and all(
        difference(found[leaf], value) is None for leaf, value in signature.items()
    )


def within(found: Deviations, scenarios: frozenset[str]) -> Deviations:
    """The deviations in these scenarios."""
    return {leaf: value for leaf, value in found.items() if leaf[0] in scenarios}


def without_texts(found: Deviations) -> Deviations:
    """The deviations, where an exception's type counts and its text does not."""
    return {leaf: value for leaf, value in found.items() if leaf[1] != RAISED_TEXT}


def _of_scenario(actual: Seen, expected: Observation) -> Iterator[tuple[str, Value]]:
    if isinstance(actual, Lost):
        yield "lost", str(actual.outcome)
        return
    if _type_name(actual.raised) != _type_name(expected.raised):
        yield RAISED, _type_name(actual.raised)
        yield RAISED_TEXT, _text(actual.raised)
    for path, left, right in paired_leaves(dict(actual.values), dict(expected.values)):
        yield from _of_leaf(path, left, right)


def _of_leaf(path: str, actual: Value, expected: Value) -> Iterator[tuple[str, Value]]:
    """A number that comes in a tensor or a tuple may still be right as a number."""
    if isinstance(expected, float) and not isinstance(actual, float):
        number = as_number(_unpacked(actual))
        if isinstance(number, float):
            yield path + KIND, _kind(actual)
            actual = number
    if difference(actual, expected) is not None:
        yield path, actual


def _unpacked(value: Value) -> Value:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _kind(value: Value) -> str:
    if isinstance(value, Array):
        return "array" if value.device == "numpy" else "tensor"
    return type(value).__name__


def _type_name(raised: Raised | None) -> str | None:
    return raised.type_name if raised else None


def _text(raised: Raised | None) -> str:
    """The beginning of its text without numbers, which are those of the inputs."""
    lines = raised.message.splitlines() if raised else []
    return _NUMBER.sub("#", lines[0])[:_TEXT_CHARACTERS] if lines else ""
