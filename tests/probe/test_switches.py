"""Global switches: a changed one does not affect a scenario and is there again afterwards."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd import forward_ad
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.probe import simgpu
from autograder.probe.observe import observe
from autograder.probe.recorder import Recorder
from autograder.probe.switches import SETTINGS, SWITCHES, at_their_defaults, read_all

# Modes end with what has entered them.
ENTERED: list[Any] = []


class DoublesSums(TorchFunctionMode):
    """A mode of a notebook's own."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Return something else than what was asked for."""
        found = func(*args, **(kwargs or {}))
        return found * 2 if func is torch.Tensor.sum else found


class DoublesProducts(TorchDispatchMode):
    """Another one, below autograd."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Return something else than what was asked for."""
        found = func(*args, **(kwargs or {}))
        return found * 2 if func is torch.ops.aten.addmm.default else found


def enter(context: Any) -> object:
    """Enter a context and never leave it."""
    ENTERED.append(context)
    return context.__enter__()


def default_device(name: str) -> str:
    """Set it, after the simulated GPU is there."""
    simgpu.install()
    torch.set_default_device(name)
    return name


def sets_the_cpu() -> None:
    """Set the device that is the default one: nothing changes."""
    torch.set_default_device("cpu")


# (switch, what a notebook does to it).
MOVES: tuple[tuple[str, Callable[[], object]], ...] = (
    ("inference_mode", lambda: enter(torch.inference_mode())),
    ("grad_mode", lambda: torch.set_grad_enabled(False)),
    ("grad_mode", lambda: enter(torch.no_grad())),
    ("default_dtype", lambda: torch.set_default_dtype(torch.float64)),
    ("default_device", sets_the_cpu),
    ("default_device", lambda: default_device("meta")),
    ("default_device", lambda: default_device("simgpu")),
    ("default_device", lambda: enter(torch.device("meta"))),
    ("default_device", lambda: [default_device("simgpu"), enter(torch.device("meta"))]),
    ("default_device", lambda: [enter(torch.device("meta")), default_device("simgpu")]),
    ("default_device", lambda: [default_device("cpu"), enter(DoublesSums())]),
    ("default_device", lambda: enter(DoublesSums())),
    ("threads", lambda: torch.set_num_threads(3)),
    ("deterministic_mode", lambda: torch.use_deterministic_algorithms(mode=True)),
    (
        "deterministic_mode",
        lambda: torch.use_deterministic_algorithms(mode=True, warn_only=True),
    ),
    ("anomaly_detection", lambda: torch.autograd.set_detect_anomaly(mode=True)),
    ("anomaly_detection", lambda: torch.autograd.set_detect_anomaly(mode=True, check_nan=False)),
    ("autocast", lambda: enter(torch.autocast("cpu"))),
    ("autocast", lambda: [enter(torch.autocast("cpu")), enter(torch.autocast("cpu"))]),
    ("autocast", lambda: torch.set_autocast_enabled("cpu", enabled=True)),
    ("autocast", lambda: torch.set_autocast_enabled("cuda", enabled=True)),
    ("autocast", lambda: torch.set_autocast_dtype("cpu", torch.float16)),
    ("autocast", lambda: torch.set_autocast_cache_enabled(False)),
    ("numpy_errors", lambda: np.seterr(all="raise")),
    ("dispatch_modes", lambda: enter(DoublesProducts())),  # type: ignore[no-untyped-call]
    ("dual_levels", forward_ad.enter_dual_level),
    ("dual_levels", lambda: enter(forward_ad.dual_level())),
    ("multithreaded_backward", lambda: torch.autograd.set_multithreading_enabled(False)),
    ("matmul_precision", lambda: torch.set_float32_matmul_precision("medium")),
    ("matmul_precision", lambda: setattr(torch.backends, "fp32_precision", "bf16")),
    ("flush_denormal", lambda: torch.set_flush_denormal(True)),
    (
        "overwritten_parameters",
        lambda: torch.__future__.set_overwrite_module_params_on_conversion(True),
    ),
    ("swapped_parameters", lambda: torch.__future__.set_swap_module_params_on_conversion(True)),
    ("garbage_collection", gc.disable),
    ("no_compiler", lambda: os.environ.pop("TORCHDYNAMO_DISABLE", None)),
    ("no_compiler", lambda: os.environ.__setitem__("TORCHDYNAMO_DISABLE", "0")),
)
each_move = pytest.mark.parametrize(
    ("name", "move"), [pytest.param(*row, id=f"{i}-{row[0]}") for i, row in enumerate(MOVES)]
)


@pytest.fixture(autouse=True)
def _afterwards_as_before() -> Iterator[None]:
    with at_their_defaults():
        yield
    torch.backends.fp32_precision = "none"  # type: ignore[attr-defined]


def _plan(target: Any, _scenario: Scenario, recorder: Recorder) -> None:
    """Train a layer of ours, in which most switches make a difference."""
    layer = nn.Linear(40, 30)
    layer.to(torch.float64).to(torch.float32)
    recorder.value("is_as_made", sorted(dict(layer.named_parameters())))
    recorder.value("switches", str(read_all()))
    before = [id(p) for p in layer.parameters()]
    layer.double()
    recorder.value("same_parameters", [id(p) for p in layer.parameters()] == before)
    layer.float()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    x = torch.randn(50, 40)
    recorder.value("returned", recorder.call(target, layer, optimizer, x))
    recorder.value("after", dict(layer.state_dict()))
    recorder.value("denormal", torch.tensor([2.0**-1060], dtype=torch.float64) * 1)
    recorder.value("overflow", np.array([1e300, 0.0]).astype(np.float32))


def _step(layer: nn.Linear, optimizer: torch.optim.Optimizer, x: torch.Tensor) -> float:
    optimizer.zero_grad()
    loss = layer(x).square().sum()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def _seen() -> Observation:
    return observe(_step, Scenario("s", seed=3), _plan)


@each_move
def test_what_was_left_switched_changes_nothing(name: str, move: Callable[[], object]) -> None:
    """It is true that a scenario shows the same whatever the notebook has left, and keeps that."""
    plain = _seen()
    assert plain.raised is None
    move()
    left = read_all()
    if name != "matmul_precision":  # a newer name for it moves what it inherits from
        assert left[_place(name)] != SWITCHES[_place(name)].default
    assert _seen() == plain
    assert read_all() == left


@each_move
def test_what_a_call_leaves_switched_is_noticed(name: str, move: Callable[[], object]) -> None:
    """It is true that a setting left changed is recorded by name, and changes nothing else."""

    def leave(*given: Any) -> float:
        returned = _step(*given)
        move()
        return returned

    plain, before = _seen(), read_all()
    seen = observe(leave, Scenario("s", seed=3), _plan)
    told = {name: True} if name in {setting.name for setting in SETTINGS} else {}
    if move is sets_the_cpu:
        told = {}
    if name == "inference_mode":
        told |= {"grad_mode": True}
    assert seen["settings_left"] == told
    assert {**seen.values, "settings_left": {}} == {**plain.values}
    assert read_all() == before


def _no_compiler_here(*_given: Any) -> Any:
    """A compiler that is missing, as on most laptops."""
    raise FileNotFoundError


def _breaks(x: torch.Tensor) -> torch.Tensor:
    """No compiler takes it whole."""
    torch._dynamo.graph_break()
    return x + 1


def _compiles_within(x: torch.Tensor) -> torch.Tensor:
    whole = torch.compile(_breaks, mode="max-autotune", fullgraph=True)
    answer: torch.Tensor = whole(torch.compile(_breaks, backend=_no_compiler_here)(x))
    return answer


def _compiles_a_model(_: object) -> torch.Tensor:
    layer = nn.Linear(3, 2)
    layer.compile()
    answer: torch.Tensor = torch.compile(layer)(layer(torch.ones(3)).new_ones(3))
    return answer


@pytest.mark.parametrize(
    "function",
    [
        torch.compile(_breaks, backend=_no_compiler_here),
        torch.compile(_breaks, backend=_no_compiler_here, fullgraph=True, dynamic=True),
        torch.compile(nn.Identity(), backend=_no_compiler_here),
        _compiles_within,
        _compiles_a_model,
    ],
)
def test_no_compiler_is_needed(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that what is compiled, in a cell or in a call, runs as it was written."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CXX", "missing")

    def plan(target: Any, _scenario: Scenario, recorder: Recorder) -> None:
        recorder.value("returned", recorder.call(target, torch.ones(3)))

    assert observe(function, Scenario("s"), plan).raised is None


def test_every_switch_is_tried() -> None:
    """It is true that each switch of the list is moved by a test."""
    assert {name for name, _ in MOVES} == {switch.name for switch in SWITCHES}


def test_the_defaults_are_those_of_a_new_process() -> None:
    """It is true that only threads, matrix products and the compiler are set otherwise."""
    told = (
        "from autograder.probe.switches import SWITCHES; "
        "print(*(s.name for s in SWITCHES if s.read() != s.default))"
    )
    found = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {*found} <= {"threads", "matmul_precision", "no_compiler"}


def _place(name: str) -> int:
    return [switch.name for switch in SWITCHES].index(name)
