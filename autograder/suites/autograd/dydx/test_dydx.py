"""Checks of ``dydx`` on its public scenarios. Part of the kit."""

from autograder.checks.check import as_number, check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation, Value


@check("numbers", weight=3)
def test_gives_the_derivative(actual: Observation, expected: Observation) -> None:
    """The derivative of (3x + 1)² is right at several numbers."""
    require_same(answers(actual), answers(expected), what="The derivatives at the numbers")


@check("integers", weight=1, requires=["test_gives_the_derivative"])
def test_accepts_an_int(actual: Observation, expected: Observation) -> None:
    """The number may be a Python int, such as 2."""
    require_same(answers(actual), answers(expected), what="The derivatives at the integers")


@check("numbers", weight=0.35, requires=["test_gives_the_derivative"], attested=True)
def test_returns_a_python_float(actual: Observation, expected: Observation) -> None:
    """The derivative comes back as a Python float."""
    returned, count = actual["returned"], len(answers(expected))
    floats = isinstance(returned, list) and [type(item) is float for item in returned]
    require(
        floats == [True] * count,
        "The value is right, but it is not a Python float: it is still in a tensor, in a tuple or "
        "of another type. A tensor with one number in it gives it away with .item().",
    )


# No value can tell whether a derivative was at work.
@check("watched", weight=0.35, requires=["test_gives_the_derivative"], attested=True)
def test_lets_pytorch_take_the_derivative(actual: Observation, expected: Observation) -> None:
    """One of PyTorch's automatic derivatives computed it."""
    require_same(answers(actual), answers(expected), what="The derivative")
    require(
        actual["automatic"] is True,
        "The value is right, but no automatic derivative of PyTorch was seen at work: neither "
        "backward nor autograd.grad nor any other. It was worked out in another way.",
    )


test_leaves_settings_alone = settings_check(
    __name__, "numbers", weight=0.1, requires=["test_gives_the_derivative"]
)


def answers(seen: Observation) -> list[Value]:
    """The returned numbers, whatever they came in: a float, a tensor or a tuple of one."""
    returned = seen["returned"]
    return [_number(item) for item in returned] if isinstance(returned, list) else []


def _number(value: Value) -> Value:
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    return as_number(value)
