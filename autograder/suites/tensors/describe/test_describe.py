"""Checks of ``describe`` on its public scenarios. Part of the kit. Nothing is calculated here."""

from autograder.checks.check import check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation

_BOTH = ("batch", "others")


@check(*_BOTH, weight=0.5)
def test_tells_the_shape(actual: Observation, expected: Observation) -> None:
    """The entry "shape" is the tensor's shape, as a tuple of ints."""
    require_same_entry(actual, expected, key="shape")


@check(*_BOTH, weight=0.25)
def test_tells_the_dtype(actual: Observation, expected: Observation) -> None:
    """The entry "dtype" is the tensor's torch.dtype."""
    require_same_entry(actual, expected, key="dtype")


@check(*_BOTH, weight=0.25)
def test_tells_the_device(actual: Observation, expected: Observation) -> None:
    """The entry "device" is the tensor's torch.device."""
    require_same_entry(actual, expected, key="device")


@check(*_BOTH, weight=0.25)
def test_tells_requires_grad(actual: Observation, expected: Observation) -> None:
    """The entry "requires_grad" is True or False, as the tensor has it."""
    require_same_entry(actual, expected, key="requires_grad")


@check("batch", weight=0.15, requires=["test_tells_the_shape"], attested=True)
def test_has_exactly_these_keys(actual: Observation, expected: Observation) -> None:
    """The dict has these four keys and no others."""
    require_same_keys(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "batch", weight=0.04, requires=["test_tells_the_shape"]
)


def require_same_entry(actual: Observation, expected: Observation, *, key: str) -> None:
    """Every tensor's entry is that of the reference."""
    for name in expected.values:
        if name.startswith(f"{key}_") and name.removeprefix(f"{key}_").isdigit():
            require(name in actual.values, f"There is no entry {key!r} in what was returned.")
            require_same(actual[name], expected[name], what=f"The entry {key!r}")


def require_same_keys(actual: Observation, expected: Observation) -> None:
    """Every dict has the reference's keys."""
    for name in expected.values:
        if name.startswith("keys_"):
            require(
                actual[name] == expected[name],
                "The keys are not exactly shape, dtype, device and requires_grad.",
            )
