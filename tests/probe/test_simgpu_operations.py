"""The simulated GPU calculates what the CPU does, and where CUDA is present CUDA does so, too."""

import warnings

import pytest
import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves

from autograder.probe import simgpu
from tests.probe.operations import OPERATIONS, RANDOM, Operation

CPU = torch.device("cpu")
# prod's backward takes another formula for a tensor of a class of its own: prod_safe_zeros_backward
# multiplies cumulative products where the CPU divides, each step rounding once.
# Source: areAnyTensorSubclassLike in torch/csrc/autograd/FunctionsManual.cpp, prod_backward.
ROUNDED_OTHERWISE = {"autograd/prod": 4 * torch.finfo(torch.float32).eps}
# float32 sums and products in another order; TF32 is off by default for matrix products.
CUDA_TOLERANCE = 2e-5

simgpu.install()
DEVICE = torch.device("simgpu")


def run(operation: Operation, device: torch.device) -> list[object]:
    """The leaves of what the operation returns on the device, from a known seed."""
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return tree_leaves(operation(device))


def compare(found: object, expected: object, place: torch.device, tolerance: float) -> None:
    """Assert that they are the same, and that a tensor is on ``place``."""
    if not isinstance(expected, Tensor):
        assert found == pytest.approx(expected, rel=tolerance) if tolerance else found == expected
        return
    assert isinstance(found, Tensor)
    assert (found.device, found.requires_grad) == (place, expected.requires_grad)
    torch.testing.assert_close(
        found.detach().cpu(), expected.detach(), rtol=tolerance, atol=tolerance, equal_nan=True
    )


@pytest.mark.parametrize("name", [*OPERATIONS, *(f"random/{name}" for name in RANDOM)])
def test_calculates_as_the_cpu(name: str) -> None:
    """It is true that every operation gives the CPU's numbers, bit by bit, on the device."""
    operation = OPERATIONS.get(name) or RANDOM[name.removeprefix("random/")]
    found, expected = run(operation, DEVICE), run(operation, CPU)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        compare(one, other, torch.device("simgpu:0"), ROUNDED_OTHERWISE.get(name, 0.0))
        if isinstance(one, Tensor) and isinstance(other, Tensor):
            assert one.stride() == other.stride()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_calculates_as_cuda() -> None:
    """It is true that the list describes a real GPU: CUDA gives the same within rounding."""
    for operation in OPERATIONS.values():
        found, expected = run(operation, torch.device("cuda")), run(operation, CPU)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            compare(one, other, torch.device("cuda:0"), CUDA_TOLERANCE)


def test_there_are_many() -> None:
    """It is true that at least 150 operations are compared."""
    assert len(OPERATIONS) + len(RANDOM) >= 150
