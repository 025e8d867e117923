"""The simulated GPU in real kernels: forks of the zygote, and forks of those."""

import pytest

from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import Observation
from autograder.model.program import Cell, ObservationRequest, Program
from autograder.sandbox.sandbox import KernelSandbox

pytestmark = pytest.mark.kernel

KEY = "demo/double"
SCENARIOS = tuple(Scenario(f"x{x}", {"x": x}, budget_seconds=10.0) for x in (1, 2))
BUSY = """
import torch
for _ in range(20):
    w = torch.ones(3, requires_grad=True)
    (w * w).sum().backward()
"""
IMPORT = "from autograder import simgpu"
ON_THE_DEVICE = """
w = torch.ones(3, device="simgpu", requires_grad=True)
(w * w).sum().backward()
assert w.grad.device.type == "simgpu"
"""
DOUBLE = """
def double(x):
    import torch
    from autograder import simgpu
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    model.to("simgpu")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batch = torch.ones(2, 1)
    for _ in range(3):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(batch.to("simgpu")), batch.to(simgpu.device)).backward()
        optimizer.step()
    try:
        model(batch)
    except RuntimeError as error:
        return f"{2 * x} {model[0].weight.grad.device} {'same device' in str(error)}"
"""


@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize(
    "cells",
    [
        (DOUBLE,),
        (BUSY, DOUBLE),
        (IMPORT, BUSY, DOUBLE),
        (BUSY, IMPORT, ON_THE_DEVICE, DOUBLE),
        (BUSY, IMPORT, ON_THE_DEVICE, DOUBLE, BUSY, ON_THE_DEVICE),
    ],
)
def test_trains_in_an_observation(
    sandbox: KernelSandbox, cells: tuple[str, ...], *, is_last: bool
) -> None:
    """It is true that a fork of a kernel, and the kernel, train on it after whatever cells did."""
    program = Program(
        tuple(Cell(cell) for cell in cells), (ObservationRequest(KEY, SCENARIOS, is_last=is_last),)
    )
    run = sandbox.run(program, Limits())
    assert [error for outputs in run.outputs for error in outputs] == []
    for x, seen in zip((1, 2), run.seen[KEY].values(), strict=True):
        assert isinstance(seen, Observation)
        assert seen.raised is None
        assert seen.values["result"] == f"{2 * x} simgpu:0 True"
