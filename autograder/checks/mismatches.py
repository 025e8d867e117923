"""Where observations are not as expected, leaf by leaf. Pure functions of data."""

import re
from collections.abc import Iterator, Mapping

from autograder.checks.check import as_number
from autograder.checks.comparison import MISSING, difference, paired_leaves
from autograder.checks.explanation import kind_of
from autograder.model.observation import (
    Array,
    MissingObservation,
    Observation,
    ObservationResult,
    Raised,
    Value,
)

# The scenario's name, and the path of a value in its observation.
Leaf = tuple[str, str]
Mismatches = Mapping[Leaf, Value]
RAISED, RAISED_TEXT, NOT_OBSERVED = "raised", "raised (text)", "not observed"
KIND = " (kind)"
_NUMBER = re.compile(r"\d+")
_TEXT_CHARACTERS = 120


def find_mismatches(
    actual: Mapping[str, ObservationResult], expected: Mapping[str, Observation]
) -> Mismatches:
    """(scenario, leaf) → what was found there, for every leaf that is not as expected."""
    return {
        (name, path): value
        for name, wanted in expected.items()
        for path, value in _scenario_mismatches(actual[name], wanted)
    }


def explains(signature: Mismatches, found: Mismatches) -> bool:
    """Whether the two have the same leaves, and the same value in each."""
    return signature.keys() == found.keys() and all(
        difference(found[leaf], value) is None for leaf, value in signature.items()
    )


def in_scenarios(found: Mismatches, scenarios: frozenset[str]) -> Mismatches:
    """The mismatches in these scenarios."""
    return {leaf: value for leaf, value in found.items() if leaf[0] in scenarios}


def without_exception_texts(found: Mismatches) -> Mismatches:
    """The mismatches without the texts of exceptions; the kinds of exceptions stay."""
    return {leaf: value for leaf, value in found.items() if leaf[1] != RAISED_TEXT}


def include_a_wrong_value(found: Mismatches, expected: Mapping[str, Observation]) -> bool:
    """Whether one is a wrong value: more than an exception and what it left undone.

    Where an exception is expected, another one is a wrong value, and so is none.
    """
    return any(
        _is_a_value(value, after_an_exception=(scenario, RAISED) in found)
        if path not in {RAISED, RAISED_TEXT, NOT_OBSERVED}
        else path != NOT_OBSERVED and expected[scenario].raised is not None
        for (scenario, path), value in found.items()
    )


def _is_a_value(value: Value, *, after_an_exception: bool) -> bool:
    # A container is a leaf where it holds fewer items than it should, such as none yet.
    return not after_an_exception or (
        value != MISSING and not isinstance(value, list | tuple | dict)
    )


def _scenario_mismatches(
    actual: ObservationResult, expected: Observation
) -> Iterator[tuple[str, Value]]:
    if isinstance(actual, MissingObservation):
        yield NOT_OBSERVED, str(actual.outcome)
        return
    if _type_name(actual.raised) != _type_name(expected.raised):
        yield RAISED, kind_label(actual.raised)
        yield RAISED_TEXT, _text(actual.raised)
    for path, left, right in paired_leaves(dict(actual.values), dict(expected.values)):
        yield from _leaf_mismatches(path, left, right)


def _leaf_mismatches(path: str, actual: Value, expected: Value) -> Iterator[tuple[str, Value]]:
    """The leaf's mismatches: a number in a tensor or a tuple may still be right as a number."""
    if isinstance(expected, float) and not isinstance(actual, float):
        only = actual[0] if isinstance(actual, list | tuple) and len(actual) == 1 else actual
        number = as_number(only)
        if isinstance(number, float):
            kind = type(actual).__name__
            if isinstance(actual, Array):
                kind = "array" if actual.device == "numpy" else "tensor"
            yield path + KIND, kind
            actual = number
    if difference(actual, expected) is not None:
        yield path, actual


def _type_name(raised: Raised | None) -> str | None:
    return raised.type_name if raised else None


def kind_label(raised: Raised | None) -> str | None:
    """The kind of exception: its name in the tables, else its type and text."""
    if raised is None:
        return None
    kind = kind_of(raised)
    return kind.name if kind else f"{raised.type_name}: {_text(raised)}"


def _text(raised: Raised | None) -> str:
    """The beginning of the exception's text; its numbers depend on the inputs and are left out."""
    lines = raised.message.splitlines() if raised else []
    return _NUMBER.sub("#", lines[0])[:_TEXT_CHARACTERS] if lines else ""
