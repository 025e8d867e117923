"""Checks of ``squared_mean_grad`` on its public scenarios. Part of the kit."""

from autograder.checks.check import check, require, require_same
from autograder.checks.comparison import to_numpy
from autograder.checks.settings import settings_check
from autograder.model.observation import Array, Observation, Value


@check("once", weight=3)
def test_gives_the_gradient(actual: Observation, expected: Observation) -> None:
    """The second of the pair is the gradient of mean(x²), of shape (4, 3)."""
    require_same_gradient(actual["g_1"], expected["g_1"], what="g")


@check("once", weight=2)
def test_x_is_a_leaf_with_these_values(actual: Observation, expected: Observation) -> None:
    """The first of the pair equals values, and it can be trained: a leaf that requires grad."""
    require_same(actual["x_1"], expected["x_1"], what="x")
    require(
        actual["trained_x"] is not None,
        "x has the right values, but an optimizer can't train it: either it does not require "
        "grad, or it is the result of a recorded calculation and not a leaf.",
    )
    require_same(actual["trained_x"], expected["trained_x"], what="x after a training step")


@check("once", weight=0.2, requires=["test_gives_the_gradient"], attested=True)
def test_g_is_a_tensor(actual: Observation, expected: Observation) -> None:
    """The gradient itself stands in the pair, not a tuple of gradients."""
    del expected
    require(
        isinstance(actual["g_1"], Array),
        "The values are right, but they stand in a tuple or a list. torch.autograd.grad gives a "
        "tuple, with one gradient for each input.",
    )


# No value can tell whether a derivative was at work.
@check("watched", weight=0.3, requires=["test_gives_the_gradient"], attested=True)
def test_lets_pytorch_take_the_gradient(actual: Observation, expected: Observation) -> None:
    """One of PyTorch's automatic derivatives computed the gradient."""
    require_same_gradient(actual["g_1"], expected["g_1"], what="g")
    require(
        actual["automatic"] is True,
        "The values are right, but no automatic derivative of PyTorch was seen at work: neither "
        "backward nor autograd.grad nor any other. They were worked out in another way.",
    )


test_leaves_settings_alone = settings_check(
    __name__, "once", weight=0.1, requires=["test_gives_the_gradient"]
)


def require_same_gradient(actual: Value, expected: Value, *, what: str) -> None:
    """As ``require_same``, but in whatever float type: the statement leaves that of g open."""
    require_same(_in_double(actual), _in_double(expected), what=what)


def _in_double(value: Value) -> Value:
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, Array) and value.dtype in {"float32", "float64"}:
        data = to_numpy(value).astype("<f8").tobytes()
        return Array("float64", value.shape, data, value.device)
    return value
