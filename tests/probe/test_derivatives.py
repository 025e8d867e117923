"""The witness sees every automatic derivative of PyTorch's, and nothing else."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad, functional, grad

from autograder.probe.derivatives import DerivativeWitness

# PyTorch compiles its own formulas at the first forward-mode derivative.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")


def _y(x: Tensor) -> Tensor:
    return (3 * x + 1) ** 2


def _leaf() -> Tensor:
    return torch.tensor(2.0, requires_grad=True)


def _backward() -> Tensor | None:
    x = _leaf()
    torch.autograd.backward(_y(x))
    return x.grad


def _forward_mode() -> Tensor | None:
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(torch.tensor(2.0), torch.tensor(1.0))
        tangent: Tensor | None = forward_ad.unpack_dual(_y(dual)).tangent
        return tangent


def _imported_grad() -> Tensor:
    x = _leaf()
    return grad(_y(x), x)[0]


TWO, ONE = torch.tensor(2.0), torch.tensor(1.0)
DERIVATIVES: dict[str, Callable[[], object]] = {
    "backward": _backward,
    "imported grad": _imported_grad,
    "forward mode": _forward_mode,
    "jacobian": lambda: functional.jacobian(_y, TWO),
    "vectorized": lambda: functional.jacobian(_y, TWO, vectorize=True),
    "vjp": lambda: functional.vjp(_y, TWO)[1],
    "jvp": lambda: functional.jvp(_y, TWO, ONE)[1],
    "func.grad": lambda: torch.func.grad(_y)(TWO),
    "func.jacrev": lambda: torch.func.jacrev(_y)(TWO),
    "func.jacfwd": lambda: torch.func.jacfwd(_y)(TWO),
    "func.vjp": lambda: torch.func.vjp(_y, TWO)[1](ONE)[0],
    "func.jvp": lambda: torch.func.jvp(_y, (TWO,), (ONE,))[1],
}
OTHERS: dict[str, Callable[[], object]] = {
    "formula": lambda: 6 * (3 * TWO + 1),
    "graph that nobody walks": lambda: 6 * (3 * _leaf() + 1),
    "difference": lambda: (_y(TWO + 0.5) - _y(TWO - 0.5)) / 1.0,
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_a_derivative_is_seen_and_right(name: str) -> None:
    """It is true that it is seen, and that watching changes nothing."""
    with DerivativeWitness() as witness:
        result = DERIVATIVES[name]()
    assert witness.saw_one
    assert isinstance(result, Tensor)
    assert result.item() == 42


@pytest.mark.parametrize("name", OTHERS)
def test_another_way_is_not_taken_for_one(name: str) -> None:
    """It is true that a formula, a graph and a difference are no automatic derivative."""
    with DerivativeWitness() as witness:
        OTHERS[name]()
    assert not witness.saw_one
