"""Comparison: kind, shape, dtype and finiteness before any tolerance, relative to expected."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.comparison import MISSING, Tolerance, difference
from autograder.model.observation import Array, Opaque, Value


def _array(values: object, dtype: str = "float32", device: str = "cpu") -> Array:
    array = np.asarray(values, dtype=dtype)
    return Array(dtype, array.shape, array.tobytes(), device)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(_VALUES)
def test_a_value_is_the_same_as_itself(value: Value) -> None:
    """It is true that nothing departs from itself, NaN and infinity included."""
    assert difference(value, value) is None


@pytest.mark.parametrize(
    ("actual", "expected", "category"),
    [
        (1, 1.0, "it is another kind of value"),
        (True, 1, "it is another kind of value"),
        (None, 0.0, "it is another kind of value"),
        ([1.0], (1.0,), "it is another kind of value"),
        ([1.0], [1.0, 2.0], "the value differs"),
        ({"a": 1}, {"b": 1}, "something is missing or too much"),
        ({"a": 1, "b": 1}, {"a": 1}, "something is missing or too much"),
        (_array([]), _array([1.0, 2.0]), "the shape differs"),
        (_array(1.0), _array([1.0, 1.0]), "the shape differs"),
        (_array([[1.0]]), _array([1.0]), "the shape differs"),
        (_array([1.0], "float64"), _array([1.0]), "the dtype differs"),
        (_array([1.0], device="numpy"), _array([1.0]), "the device differs"),
        (_array([math.nan]), _array([1.0]), "the values differ"),
        (_array([math.inf]), _array([1.0]), "the values differ"),
        (_array([1e30]), _array([math.inf]), "the values differ"),
        (_array([-math.inf]), _array([math.inf]), "the values differ"),
        (_array([1, 3], "int64"), _array([1, 2], "int64"), "the values differ"),
        (math.nan, 1.0, "the value differs"),
        (1e300, 1.0, "the value differs"),
        (Opaque("Liar", "1.0"), 1.0, "it is another kind of value"),
    ],
)
def test_departures_are_named(actual: Value, expected: Value, category: str) -> None:
    """It is true that each way of being wrong is found and named by its category."""
    found = difference(actual, expected)
    assert found is not None
    assert found.category == category


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.00001, 1.0),
        (_array([1.00001, 2.0]), _array([1.0, 2.0])),
        (_array([math.nan, math.inf]), _array([math.nan, math.inf])),
        (_array(np.zeros((0, 3))), _array(np.zeros((0, 3)))),
    ],
)
def test_rounding_is_no_departure(actual: Value, expected: Value) -> None:
    """It is true that what a reordered float32 sum may do is allowed."""
    assert difference(actual, expected) is None


def test_nothing_is_the_same_as_nothing() -> None:
    """It is true that two observations which lack the same leaf agree about it."""
    assert difference(MISSING, MISSING) is None


def test_the_tolerance_is_relative_to_the_expected_side() -> None:
    """It is true that a huge answer does not widen what is allowed."""
    assert difference(1e6, 1.0, Tolerance(relative=0.9)) is not None


def test_the_sentence_says_where_and_how_far() -> None:
    """It is true that a public message gives count, greatest difference, index and tolerance."""
    found = difference({"w": _array([1.0, 2.0, 9.0])}, {"w": _array([1.0, 2.5, 3.0])})
    assert found is not None
    assert found.sentence == (
        "w: 2 of 3 values differ; the greatest difference is 6 at [2] "
        "(allowed: 0.0001 of the expected value)"
    )


def test_the_category_quotes_nothing_that_was_found() -> None:
    """It is true that what may be shown of a hidden run has no word of the student's in it."""
    found = difference({"secret-123": 1.0}, {"b": 1.0})
    assert found is not None
    assert "secret" not in found.category
