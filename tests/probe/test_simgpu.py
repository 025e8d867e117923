"""What the simulated GPU says of itself, and what it does to the process that it is in."""

import copy
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from autograder.model.observation import Array
from autograder.probe import simgpu
from autograder.probe.describe import describe

simgpu.install()
DEVICE = torch.device("simgpu")
FIRST = torch.device("simgpu:0")


@pytest.fixture
def x() -> Tensor:
    """Four rows of three numbers on the device."""
    return torch.arange(12.0).reshape(4, 3).to(DEVICE)


def run_apart(program: str) -> str:
    """What a program of its own prints; a warning in it is an error."""
    shown = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


def test_facts(x: Tensor) -> None:
    """It is true that a tensor says what a GPU's tensor says."""
    assert isinstance(x, Tensor)
    assert isinstance(x.device, torch.device)
    assert x.device == FIRST != DEVICE
    assert (x.device.type, x.device.index, x.get_device()) == ("simgpu", 0, 0)
    assert [x.is_cpu, x.is_cuda, x.is_meta] == [False] * 3
    assert (x.shape, x.dtype, x.layout) == ((4, 3), torch.float32, torch.strided)
    assert x.type() == "torch.simgpu.FloatTensor"
    assert type(x).__name__ == "Tensor"


@pytest.mark.parametrize("device", ["simgpu", "simgpu:0", DEVICE, FIRST])
def test_every_name(device: torch.device | str) -> None:
    """It is true that the device may be named as a string or as a torch.device, with its index."""
    for tensor in (
        torch.zeros(2, device=device),
        torch.tensor([1.0], device=device),
        torch.zeros(2).to(device),
        torch.zeros(2).to(device=device, dtype=torch.float64, non_blocking=True),
        torch.zeros_like(torch.ones(2), device=device),
        nn.Linear(2, 1).to(device).weight,
        nn.Linear(2, 1, device=device).weight,
    ):
        assert tensor.device == FIRST


def test_there_is_one() -> None:
    """It is true that a second simulated GPU is refused."""
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        torch.zeros(1, device="simgpu:1")
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        torch.zeros(1).to("simgpu:3")


def test_it_is_printed(x: Tensor) -> None:
    """It is true that it is printed as a tensor of a GPU is."""
    assert repr(x[0]) == "tensor([0., 1., 2.], device='simgpu:0')"
    assert repr(x.sum().requires_grad_()) == "tensor(66., device='simgpu:0', requires_grad=True)"
    parameter = nn.Parameter(x[:1])
    assert repr(parameter) == (
        "Parameter containing:\ntensor([[0., 1., 2.]], device='simgpu:0', requires_grad=True)"
    )
    assert repr(nn.Linear(1, 1).to(DEVICE)) == repr(nn.Linear(1, 1))
    assert f"{x.sum():.2f}" == "66.00"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there CUDA answers")
@pytest.mark.parametrize("place", ["cpu", "simgpu"])
def test_it_is_no_cuda(place: str) -> None:
    """It is true that code that names CUDA gets the error that this machine has none."""
    tensor, model = torch.zeros(2).to(place), nn.Linear(2, 1).to(place)
    for moved in (
        tensor.cuda,
        lambda: tensor.cuda(0),
        lambda: Tensor.cuda(tensor, device=0),
        lambda: tensor.to("cuda"),
        model.cuda,
        lambda: model.cuda(0),
    ):
        with pytest.raises(AssertionError, match="not compiled with CUDA"):
            moved()
    for name in ("torch.cuda.FloatTensor", vars(torch.cuda)["FloatTensor"]):
        with pytest.raises(RuntimeError, match="Cannot initialize CUDA"):
            tensor.type(name)


@pytest.mark.parametrize("place", ["cpu", "simgpu"])
def test_no_type_of_that_name(place: str) -> None:
    """It is true that type() refuses what it refuses of any tensor, in the same words."""
    tensor = torch.zeros(2).to(place)
    with pytest.raises(ValueError, match="invalid type: 'FloatTensor'"):
        tensor.type("FloatTensor")
    with pytest.raises(TypeError, match="dtype must be a type, str, or dtype object"):
        tensor.type(3)  # type: ignore[call-overload]


def test_numpy_refuses_it(x: Tensor) -> None:
    """It is true that every way to NumPy raises what it raises for CUDA."""
    with pytest.raises(
        TypeError, match=r"can't convert simgpu:0 device type tensor to numpy\. Use"
    ):
        x.numpy()
    with pytest.raises(TypeError, match=r"Use Tensor\.cpu\(\) to copy"):
        np.asarray(x)
    with pytest.raises(TypeError, match=r"Use Tensor\.cpu\(\) to copy"):
        x.requires_grad_().numpy()
    assert x.detach().cpu().numpy().sum() == x.numpy(force=True).sum() == 66


def test_it_is_described(x: Tensor) -> None:
    """It is true that an observation holds its values and its device."""
    seen = describe(x[1].requires_grad_())
    assert isinstance(seen, Array)
    assert (seen.device, seen.requires_grad, seen.shape) == ("simgpu:0", True, (3,))
    assert np.frombuffer(seen.data, np.float32).tolist() == [3.0, 4.0, 5.0]


def test_module_is_moved_in_place() -> None:
    """It is true that a module moves in place: its parameters are the same objects, and leaves."""
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    before = list(model.parameters())
    assert model.to(DEVICE) is model
    after = list(model.parameters())
    assert all(one is other for one, other in zip(before, after, strict=True))
    assert all(isinstance(p, nn.Parameter) for p in after)
    assert all(p.is_leaf and p.requires_grad for p in after)
    assert {t.device for t in model.state_dict().values()} == {FIRST}
    model.cpu()
    assert {type(p) for p in model.parameters()} == {nn.Parameter}
    assert {t.device.type for t in model.state_dict().values()} == {"cpu"}


def test_module_moves_while_a_graph_lives() -> None:
    """It is true that an old loss in the namespace does not keep a model from moving."""
    model = nn.Linear(3, 1)
    loss = model(torch.ones(2, 3)).sum() * model.weight.sum()
    model.to(DEVICE)
    model(torch.ones(2, 3, device=DEVICE)).sum().backward()
    assert loss.requires_grad
    assert model.weight.grad is not None
    assert model.weight.grad.device == FIRST


@pytest.mark.parametrize("there_first", [True, False])
def test_gradients_travel_with_the_module(there_first: bool) -> None:  # noqa: FBT001
    """It is true that module.to moves gradients, in both directions."""
    start, end = (DEVICE, "cpu") if there_first else ("cpu", DEVICE)
    model = nn.Linear(3, 1).to(start)
    model(torch.ones(2, 3, device=start)).sum().backward()
    model.to(end)
    gradient = model.weight.grad
    assert gradient is not None
    assert gradient.device == model.weight.device
    assert gradient is model.weight.grad
    assert gradient.cpu().tolist() == [[2.0, 2.0, 2.0]]


def test_data_assigned() -> None:
    """It is true that ``p.data = p.data.to(device)`` moves a parameter by hand, and back."""
    parameter = nn.Parameter(torch.ones(2))
    parameter.data = parameter.data.to(DEVICE)
    assert parameter.device == FIRST
    (parameter * 3).sum().backward()
    assert parameter.grad is not None
    assert parameter.grad.device == FIRST
    parameter.data = parameter.data.cpu()
    assert parameter.device.type == "cpu"
    assert type(parameter) is nn.Parameter


@pytest.mark.parametrize("is_simulated", [True, False])
def test_moved_in_inference_mode(is_simulated: bool) -> None:  # noqa: FBT001
    """It is true that a module moved in inference mode is as spoiled as PyTorch leaves it.

    The CPU's counterpart of a move between devices is one between types, which takes the same way.
    """
    model, target = nn.Linear(3, 1), DEVICE if is_simulated else torch.float64
    with torch.inference_mode():
        model.to(target)
        assert not model(torch.ones(1, 3).to(target)).requires_grad
    inputs = torch.ones(1, 3).to(target).requires_grad_()
    assert model.weight.is_inference()
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        model(inputs)


def test_moved_without_a_graph() -> None:
    """It is true that a module moved under no_grad goes on training."""
    model = nn.Linear(3, 1)
    with torch.no_grad():
        model.to(DEVICE)
    model(torch.ones(2, 3, device=DEVICE)).sum().backward()
    assert model.weight.grad is not None


def test_copies_share_nothing(x: Tensor) -> None:
    """It is true that a copy to the CPU, to the device or by deepcopy has memory of its own."""
    values = torch.ones(3)
    for twin in (x.cpu(), copy.deepcopy(x), x.clone(), x.to(DEVICE, copy=True)):
        twin.zero_()
    values.to(DEVICE).zero_()
    assert x.sum().item() == 66
    assert values.sum().item() == 3


def test_random_numbers_are_seeded() -> None:
    """It is true that torch.manual_seed makes its random numbers, and that they are the CPU's."""
    drawn = []
    for device in (DEVICE, DEVICE, "cpu"):
        torch.manual_seed(3)
        drawn.append(torch.rand(4, device=device).tolist())
    assert drawn[0] == drawn[1] == drawn[2]


def test_saved_here_and_loaded_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It is true that torch.load puts what was saved where it was, or where map_location says."""
    path = tmp_path_factory.mktemp("saved") / "model.pt"
    torch.save(nn.Linear(2, 1).to(DEVICE).state_dict(), path)
    for location, place in ((None, FIRST), ("cpu", torch.device("cpu")), (DEVICE, FIRST)):
        loaded = torch.load(path, map_location=location)  # noqa: TID251 - written a line above
        assert {tensor.device for tensor in loaded.values()} == {place}


def test_installing_again_does_nothing() -> None:
    """It is true that a second import or install changes nothing."""
    to = Tensor.to
    simgpu.install()
    assert Tensor.to is to


def test_it_is_not_reported_as_the_accelerator() -> None:
    """It is true that PyTorch does not take it for the machine's accelerator."""
    assert not torch.accelerator.is_available()
    assert torch.accelerator.current_accelerator(check_available=True) is None


def test_cpu_tensors_are_what_they_were() -> None:
    """It is true that CPU tensors keep their class, their results and their errors."""
    parameter = nn.Parameter(torch.ones(2))
    parameter.data = torch.zeros(2)
    assert (type(parameter), type(parameter.data)) == (nn.Parameter, Tensor)
    assert type(torch.ones(2).to(torch.float64)) is Tensor
    assert torch.as_tensor(np.ones(2)).dtype == torch.float64
    with torch.device("meta"):
        assert {torch.tensor([1.0]).device.type, torch.zeros(1).device.type} == {"meta"}
    with pytest.raises(AssertionError, match="not compiled with XPU"):
        torch.ones(2).to("xpu")
    assert torch.ones(2).type() == "torch.FloatTensor"
    assert type(torch.ones(2).type("torch.LongTensor")) is Tensor
    assert torch.ones(2).type(torch.float64, non_blocking=True).dtype == torch.float64


def test_one_import_is_enough() -> None:
    """It is true that one import makes the device work, after any number of backward passes."""
    program = """
import torch
x = torch.ones(3, requires_grad=True)
for _ in range(5):
    (x * x).sum().backward()
from autograder import simgpu
y = torch.ones(3, device="simgpu", requires_grad=True)
(y * y).sum().backward()
(x * x).sum().backward()
print(y.grad, x.grad.device, simgpu.device)
"""
    assert run_apart(program) == "tensor([2., 2., 2.], device='simgpu:0') cpu simgpu\n"


def test_no_other_device_is_replaced() -> None:
    """It is true that another library's device stays, and that ours says why it cannot be."""
    program = """
import torch
torch.utils.rename_privateuse1_backend("npu")
from autograder.errors import UsageError
try:
    from autograder import simgpu
except UsageError as error:
    print(error)
"""
    assert "already has a device of its own, 'npu'" in run_apart(program)


def test_it_starts_no_thread() -> None:
    """It is true that no thread starts, and that forks of forks run backward."""
    program = """
import os
from pathlib import Path
import torch
torch.set_num_threads(1)
from autograder import simgpu
def threads():
    return len(list(Path("/proc/self/task").iterdir()))
before = threads()
def backward(device):
    x = torch.ones(3, device=device, requires_grad=True)
    (x * x).sum().backward()
    return x.grad.sum().item()
said = []
for depth in range(3):
    started = threads() - (1 if depth else before)
    said.append((backward("cpu"), backward("simgpu"), started))
    if (child := os.fork()):
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status))
print(said, flush=True)
os._exit(0)
"""
    assert run_apart(program) == "[(6.0, 6.0, 0), (6.0, 6.0, 0), (6.0, 6.0, 0)]\n"


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    """It is true that the autograder, its probe and its checks leave PyTorch as it is."""
    program = """
import torch
import autograder, autograder.probe.session, autograder.probe.observe
from autograder.probe import simgpu
print(hasattr(torch, "simgpu"), type(torch.Tensor.to).__name__)
"""
    assert run_apart(program) == "False method_descriptor\n"


def test_a_scalar_of_a_live_tensor_warns_as_it_does() -> None:
    """It is true that float() of a live 0-d tensor gives its value, with PyTorch's own warning."""
    loss = torch.ones((), device=DEVICE, requires_grad=True) * 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values: list[object] = [float(loss), loss.item(), loss.tolist()]
    assert values == [2.0] * 3
