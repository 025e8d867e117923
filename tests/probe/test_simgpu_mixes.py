"""Two devices mix on the simulated GPU where they do on CUDA, and nowhere else."""

import pytest
import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves

from autograder.probe import simgpu
from tests.probe.mixes import ALLOWED, RAISES

simgpu.install()
DEVICE = torch.device("simgpu")
SAME = "Expected all tensors to be on the same device"
OTHER_WORDS = {
    "index_of_cpu_rows": "indices should be either on cpu or on the same device",
    "mask_of_cpu_rows": "indices should be either on cpu or on the same device",
    "gradient_assigned": "attempting to assign a gradient with device type 'cpu'",
    "gradient_given": "expected device simgpu:0 but got cpu",
    "pinned": "only dense CPU tensors can be pinned",
    "generator": "Expected a 'simgpu' device type for generator but found 'cpu'",
}
NEEDS_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@pytest.mark.parametrize("name", RAISES)
def test_refused(name: str) -> None:
    """It is true that what CUDA refuses is refused in PyTorch's words, and nothing is left over."""
    with pytest.raises(RuntimeError, match=OTHER_WORDS.get(name, SAME)):
        RAISES[name](DEVICE)
    x = torch.ones(2, requires_grad=True)
    x.sum().backward()
    assert x.grad is not None


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(name: str) -> None:
    """It is true that what CUDA allows is allowed, and the result is where CUDA's is."""
    place, call = ALLOWED[name]
    for leaf in tree_leaves(call(DEVICE)):
        if isinstance(leaf, Tensor):
            assert leaf.device.type == ("cpu" if place == "cpu" else "simgpu")


@pytest.mark.gpu
@NEEDS_CUDA
def test_cuda_agrees() -> None:
    """It is true that CUDA refuses and allows just these, with results in the same places."""
    cuda = torch.device("cuda")
    for call in RAISES.values():
        with pytest.raises(RuntimeError):
            call(cuda)
    for place, call in ALLOWED.values():
        for leaf in tree_leaves(call(cuda)):
            if isinstance(leaf, Tensor):
                assert leaf.device.type == ("cpu" if place == "cpu" else "cuda")
