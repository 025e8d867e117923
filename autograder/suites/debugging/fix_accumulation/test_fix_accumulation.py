"""Checks of ``fix_accumulation`` on its public scenarios. Part of the kit.

Every check builds on one that the bug fails, so that the function as it was given earns nothing.
"""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.comparison import to_numpy
from autograder.checks.settings import settings_check
from autograder.model.observation import Array, Observation, Value


@check("several_batches", weight=1.25)
def test_updates_on_every_batch(actual: Observation, expected: Observation) -> None:
    """Every batch is one update, from its own gradient alone."""
    require_same_parameters(actual, expected)


@check("stale_gradients", weight=0.5, requires=["test_updates_on_every_batch"])
def test_ignores_stale_gradients(actual: Observation, expected: Observation) -> None:
    """Gradients that are left over on entry do not influence the first update."""
    require_same_parameters(actual, expected)


@check("several_batches", weight=0.5, requires=["test_updates_on_every_batch"])
def test_returns_each_loss(actual: Observation, expected: Observation) -> None:
    """It returns each batch's loss, in their order, each from before its own update."""
    require_same_losses(actual, expected)


@check("several_batches", weight=0.25, requires=["test_returns_each_loss"], attested=True)
def test_returns_a_list_of_floats(actual: Observation, expected: Observation) -> None:
    """The losses come back as a list of Python floats, not as tensors."""
    del expected
    returned = actual["returned_1"]
    require(
        isinstance(returned, list) and all(type(item) is float for item in returned),
        "The values are right, but this is not a list of Python floats: perhaps they are still "
        "tensors, each with its graph, or stand in something else than a list.",
    )


@check("generator", weight=0.25, requires=["test_updates_on_every_batch"])
def test_takes_any_iterable(actual: Observation, expected: Observation) -> None:
    """The batches may be any iterable, such as a generator, which has no length."""
    require_same_parameters(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "several_batches", weight=0.1, requires=["test_updates_on_every_batch"]
)


def require_same_parameters(actual: Observation, expected: Observation, *, call: int = 1) -> None:
    """The parameters after a call are those of the reference."""
    name = f"parameters_{call}"
    require_same(actual[name], expected[name], what=f"The parameters after call {call}")


def require_same_losses(actual: Observation, expected: Observation, *, call: int = 1) -> None:
    """What was returned are the same numbers, whatever type they have."""
    found, wanted = losses(actual, call=call), losses(expected, call=call)
    require_same(found, wanted, what="The returned losses")


def losses(seen: Observation, *, call: int = 1) -> list[Value]:
    """The returned numbers, in a list or in something like one."""
    returned = seen[f"returned_{call}"]
    if isinstance(returned, Array) and len(returned.shape) == 1:
        return [float(item) for item in to_numpy(returned)]
    return [as_number(item) for item in returned] if isinstance(returned, list | tuple) else []
