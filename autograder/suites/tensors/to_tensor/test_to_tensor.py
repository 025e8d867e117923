"""Checks of ``to_tensor`` on its public scenarios. Part of the kit.

Converting rounds once, to the nearest float32; there is no other noise for the tolerance to cover.
"""

from autograder.checks.check import check, require, require_same
from autograder.checks.comparison import difference
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation

_VALUES = ["test_converts_float64", "test_converts_float32"]


@check("doubles", weight=1)
def test_converts_float64(actual: Observation, expected: Observation) -> None:
    """A float64 array becomes a float32 tensor of the same shape and values."""
    require_same_tensors(actual, expected)


@check("floats", weight=1)
def test_converts_float32(actual: Observation, expected: Observation) -> None:
    """A float32 array becomes a float32 tensor of the same shape and values."""
    require_same_tensors(actual, expected)


@check("integers", weight=0.75)
def test_converts_int64(actual: Observation, expected: Observation) -> None:
    """An int64 array becomes a float32 tensor, too."""
    require_same_tensors(actual, expected)


@check("floats", weight=1, requires=["test_converts_float32"])
def test_shares_no_memory(actual: Observation, expected: Observation) -> None:
    """The tensor has memory of its own: changing the array later does not change it."""
    require_own_memory(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "doubles", weight=0.1, requires=["test_converts_float64"]
)


def require_same_tensors(actual: Observation, expected: Observation) -> None:
    """Every array became the same tensor as in the reference."""
    for name in names(expected, "tensor"):
        require_same(actual[name], expected[name], what="The tensor")


def require_own_memory(actual: Observation, expected: Observation) -> None:
    """No tensor changes with its array."""
    for name in names(expected, "later"):
        require(
            difference(actual[name], expected[name]) is None,
            "The tensor is right at first, but it shares its memory with the array: when the array "
            "is changed, the tensor changes as well.",
        )


def names(expected: Observation, kind: str) -> list[str]:
    """What was observed of this kind: ``tensor_1``, ``tensor_2`` and so on."""
    return [name for name in expected.values if name.startswith(f"{kind}_")]
