"""A batch elsewhere behaves as if it were on another device."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from autograder.probe.elsewhere import ElsewhereFactories, ElsewhereTensor, put_elsewhere

CPU = torch.device("cpu")
MODEL = nn.Linear(3, 1)
VALUES = torch.arange(12.0).reshape(4, 3)
MOVES: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda x: x.to(CPU),
    lambda x: x.to("cpu", non_blocking=True),
    lambda x: x.to(device=CPU),
    lambda x: x.to(MODEL.weight),
    lambda x: x.to(CPU, torch.float32),
    lambda x: x.cpu(),
    lambda x: x.clone().detach().cpu(),
    lambda x: x.type_as(MODEL.weight),
    lambda x: torch.as_tensor(x, device=CPU),
    lambda x: torch.asarray(x, device="cpu"),
    lambda x: torch.stack(list(x)).to(CPU),
    lambda x: torch.empty(4, 3).copy_(x).cpu(),
)
STAYS: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda x: x.to(torch.float64),
    lambda x: x.to(x.device),
    lambda x: x.clone(),
    lambda x: x[:2].reshape(-1) + 1,
    torch.zeros_like,
    torch.as_tensor,
)
MIXES: tuple[Callable[[Tensor], object], ...] = (
    MODEL,
    lambda x: nn.functional.mse_loss(MODEL(VALUES), x[:, :1]),
    lambda x: MODEL(VALUES) - x[:, :1],
    lambda x: MODEL.weight @ x.T,
    lambda x: torch.cat([VALUES, x]),
    nn.BatchNorm1d(3),
)


@pytest.fixture
def x() -> Tensor:
    """Four rows of three numbers on another device."""
    moved = put_elsewhere(VALUES)
    assert isinstance(moved, Tensor)
    return moved


def test_it_says_so(x: Tensor) -> None:
    """It is true that it has another device and the same shape."""
    assert x.device != CPU
    assert not x.is_cpu
    assert (x.shape, len(x), x.size(0), x.dtype) == ((4, 3), 4, 4, torch.float32)
    assert x.sum().item() == VALUES.sum().item()


@pytest.mark.parametrize("move", MOVES)
def test_it_can_be_moved(x: Tensor, move: Callable[[Tensor], Tensor]) -> None:
    """It is true that every way to move it gives the plain tensor."""
    with ElsewhereFactories():
        moved = move(x)
    if not isinstance(moved, ElsewhereTensor):
        assert torch.equal(moved, VALUES)
    assert type(moved) is Tensor


@pytest.mark.parametrize("stay", STAYS)
def test_it_stays_where_it_is(x: Tensor, stay: Callable[[Tensor], Tensor]) -> None:
    """It is true that among its own kind it calculates, and the result is elsewhere, too."""
    with ElsewhereFactories():
        assert isinstance(stay(x), ElsewhereTensor)


@pytest.mark.parametrize("mix", MIXES)
def test_it_does_not_mix(x: Tensor, mix: Callable[[Tensor], object]) -> None:
    """It is true that meeting a CPU tensor raises what PyTorch raises."""
    with pytest.raises(RuntimeError, match="Expected all tensors to be on the same device"):
        mix(x)


def test_numpy_refuses_it(x: Tensor) -> None:
    """It is true that .numpy() raises as it does on a GPU."""
    with pytest.raises(TypeError, match=r"Use Tensor\.cpu"):
        x.numpy()
