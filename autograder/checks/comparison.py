"""Whether two values are the same, and how they differ. Pure functions of data.

The order keeps a claim from being worth more than it shows: same keys, exact kind, exact shape,
exact dtype, equal finiteness, and only then a tolerance, relative to the expected side alone. A
tolerance that grew with the student's own numbers would let a huge answer pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.model.observation import Array, Opaque, Value


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two numbers may be apart: ``absolute + relative · |expected|``.

    Attributes:
        relative: Of each expected element.
        absolute: In units of the expected array's largest magnitude, or of 1 if that is less.

    Source: float32 has a unit roundoff of 6e-8; the suites' sums have up to a few hundred terms
    in an order that a right solution may change, and a handful of steps follow one another. In
    tests/suites/test_tolerance.py, references use at most 2.1% of it against themselves in float64,
    and right solutions in other styles at most 1.4%.
    """

    relative: float = 1e-4
    absolute: float = 2e-6


DEFAULT = Tolerance()
_SHOWN_KEYS = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """How two values differ.

    Attributes:
        category: Which of kind, keys, shape, dtype, device and values differ. It holds nothing
            that a student's process could have chosen, so it may be shown of a hidden run.
        sentence: What was found and what was expected, for public inputs.
        has_names: Whether the sentence may hold a name or a text that the student's process chose.
    """

    category: str
    sentence: str
    has_names: bool = False


def difference(actual: Value, expected: Value, tolerance: Tolerance = DEFAULT) -> Difference | None:
    """How the first leaf differs that is not as expected; None where all leaves are."""
    for path, left, right in paired_leaves(actual, expected):
        found = _leaf_difference(left, right, tolerance)
        if found is not None:
            sentence = f"{path}: {found.sentence}" if path else found.sentence
            return replace(found, sentence=sentence)
    return None


MISSING = Opaque("nothing")


def paired_leaves(
    actual: Value, expected: Value, path: str = ""
) -> Iterator[tuple[str, Value, Value]]:
    """(path, actual, expected) of every leaf of either side.

    Containers that differ in kind or length are a pair themselves. A key that one side lacks is
    paired with :data:`MISSING`.
    """
    if isinstance(actual, dict) and isinstance(expected, dict):
        for key in sorted({*actual, *expected}):
            pair = actual.get(key, MISSING), expected.get(key, MISSING)
            yield from paired_leaves(*pair, path=f"{path}.{key}" if path else key)
    elif (
        isinstance(actual, list | tuple)
        and isinstance(expected, list | tuple)
        and type(actual) is type(expected)
        and len(actual) == len(expected)
    ):
        for index, pair in enumerate(zip(actual, expected, strict=True)):
            yield from paired_leaves(*pair, path=f"{path}[{index}]")
    else:
        yield path, actual, expected


def to_numpy(array: Array) -> NDArray[Any]:
    """The array's values, read-only; bfloat16 comes back as its raw 16 bits."""
    dtype = "uint16" if array.dtype == "bfloat16" else array.dtype
    return np.frombuffer(array.data, dtype=np.dtype(dtype)).reshape(array.shape)


def in_words(value: Value) -> str:
    """A short description of a value for a student: its kind, shape and dtype, or the value."""
    match value:
        case None:
            return "None"
        case bool() | int() | float():
            return f"the {type(value).__name__} {value:.6g}"
        case str():
            return "a string"
        case Array():
            kind = "NumPy array" if value.device == "numpy" else "tensor"
            return f"a {value.dtype} {kind} of shape {value.shape}"
        case Opaque():
            return value.text or f"a {value.type_name}" if value != MISSING else "nothing"
        case dict():
            keys = ", ".join(sorted(value)[:_SHOWN_KEYS])
            return f"a dict with the keys {keys}{', …' if len(value) > _SHOWN_KEYS else ''}"
        case _:
            return f"a {type(value).__name__} of {len(value)}"


def _leaf_difference(actual: Value, expected: Value, tolerance: Tolerance) -> Difference | None:
    if isinstance(actual, Array) and isinstance(expected, Array):
        return _array_difference(actual, expected, tolerance)
    # Both, because True == 1 == 1.0.
    if type(actual) is type(expected) and actual == expected:
        return None
    words = f"found {in_words(actual)}, expected {in_words(expected)}"
    # In the student's own words: the key of what is too much, the name of a type, keys of a dict.
    names = expected == MISSING or (isinstance(actual, Opaque | dict) and actual != MISSING)
    if (actual == MISSING) != (expected == MISSING):
        return Difference("something is missing or too much", words, has_names=names)
    if type(actual) is not type(expected):
        return Difference("it is another kind of value", words, has_names=names)
    if isinstance(actual, float) and isinstance(expected, float):
        left, right = np.asarray([actual]), np.asarray([expected])
        wrong = bool(_mismatches(left, right, tolerance).any())
    else:
        wrong = actual != expected
    return Difference("the value differs", words, has_names=names) if wrong else None


def _array_difference(actual: Array, expected: Array, tolerance: Tolerance) -> Difference | None:
    for name in ("shape", "dtype", "device"):
        found, wanted = getattr(actual, name), getattr(expected, name)
        if found != wanted:
            sentence = f"found {name} {found}, expected {name} {wanted}"
            return Difference(f"the {name} differs", sentence, has_names=name != "shape")
    # Most arrays are the same to the last bit, and comparing bytes is a hundred times faster.
    if actual.data == expected.data:
        return None
    left, right = to_numpy(actual), to_numpy(expected)
    wrong = _mismatches(left, right, tolerance)
    if not wrong.any():
        return None
    return Difference("the values differ", _how_far(left, right, wrong, tolerance))


def _how_far(
    actual: NDArray[Any],
    expected: NDArray[Any],
    wrong: NDArray[np.bool_],
    tolerance: Tolerance,
) -> str:
    count = f"{int(wrong.sum())} of {wrong.size} values differ"
    # Beside an infinity, a greatest difference says nothing.
    if actual.dtype.kind not in "fc" or not np.isfinite(actual).all():
        return count
    with np.errstate(invalid="ignore", over="ignore"):
        distances = np.where(wrong, np.abs(actual - expected), 0)
    worst = np.unravel_index(int(np.argmax(distances)), wrong.shape)
    place = f" at {[int(i) for i in worst]}" if wrong.ndim else ""
    return (
        f"{count}; the greatest difference is {distances[worst]:.3g}{place} "
        f"(allowed: {tolerance.relative:g} of the expected value)"
    )


def _mismatches(
    actual: NDArray[Any], expected: NDArray[Any], tolerance: Tolerance
) -> NDArray[np.bool_]:
    if expected.dtype.kind not in "fc":
        return np.asarray(actual != expected)
    finite = np.isfinite(expected)
    scale = max(1.0, float(np.abs(expected[finite]).max(initial=0.0)))
    allowed = tolerance.absolute * scale + tolerance.relative * np.abs(expected)
    with np.errstate(invalid="ignore", over="ignore"):
        # Not `>`: a NaN in `actual` compares false either way, and must count as far.
        far = ~(np.abs(actual - expected) <= allowed)
    same = (np.isnan(actual) & np.isnan(expected)) | (actual == expected)
    return np.asarray(np.where(finite, far, ~same), dtype=np.bool_)
