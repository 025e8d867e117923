"""What comes back over the observation channel, from honest and from hostile kernels."""

import pytest

from autograder.checks.explanation import place_of
from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import (
    MissingObservation,
    Observation,
    ObservationResult,
)
from autograder.model.program import Cell, ObservationRequest, Program, Run, Sandbox
from autograder.model.verdict import Outcome
from autograder.sandbox.fake import FakeSandbox
from autograder.sandbox.sandbox import KernelSandbox

pytestmark = pytest.mark.kernel

KEY = "demo/double"
SCENARIOS = tuple(Scenario(f"x{x}", {"x": x}, budget_seconds=1.0) for x in (1, 2))
RIGHT = "def double(x):\n    return 2 * x"


AGAIN = (ObservationRequest("demo/again", ()),)


def observe(
    sandbox: Sandbox,
    *cells: str | Cell,
    limits: Limits | None = None,
    again: tuple[ObservationRequest, ...] = AGAIN,
) -> Run:
    """Run the cells and observe ``double``: in the kernel itself where it is not asked again."""
    program = Program(
        tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells),
        (ObservationRequest(KEY, SCENARIOS), *again),
    )
    return sandbox.run(program, limits or Limits())


def results(run: Run) -> list[object]:
    """The result seen in each scenario, or how it was lost."""

    def one(seen: ObservationResult) -> object:
        return seen.outcome if isinstance(seen, MissingObservation) else seen.values.get("result")

    return [one(seen) for seen in run.seen[KEY].values()]


def test_function_is_observed(sandbox: KernelSandbox) -> None:
    """It is true that each scenario's values come back under its name."""
    run = observe(sandbox, RIGHT)
    assert list(run.seen[KEY]) == ["x1", "x2"]
    assert results(run) == [2, 4]
    assert run.seen["demo/again"] == {}


def test_namespace_is_kept(sandbox: KernelSandbox) -> None:
    """It is true that a later cell cannot change what an earlier section's exercise shows."""
    run = observe(sandbox, Cell(RIGHT, closes=("double",)), "def double(x):\n    return 0")
    assert results(run) == [2, 4]


def test_missing_function(sandbox: KernelSandbox) -> None:
    """It is true that a function that was never defined is MISSING, not an error of ours."""
    assert results(observe(sandbox, "pass")) == [Outcome.MISSING] * 2


def test_exception_is_an_observation(sandbox: KernelSandbox) -> None:
    """It is true that an exception in the function is seen, with its name."""
    seen = observe(sandbox, "def double(x):\n    raise KeyError(x)").seen[KEY]["x1"]
    assert isinstance(seen, Observation)
    assert seen.raised is not None
    assert seen.raised.type_name == "KeyError"


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        (
            "def double(x):\n    y = 2 * x\n    return y.item()",
            "line 3 of the cell: “return y.item()”",
        ),
        (
            "\n  \ndef double(x):\n   \n    return x.item()\n\n",
            "line 5 of the cell: “return x.item()”",
        ),
        ("double = lambda x: helper(x)", "line 1 of the cell: “double = lambda x: helper(x)”"),
        ("%time y = 1\ndouble = lambda x: x.item()", ""),
        ("double = helper", ""),
    ],
)
def test_the_students_line_is_known(sandbox: KernelSandbox, cell: str, line: str) -> None:
    """It is true that Jupyter's name of a cell leads to its text, where Jupyter runs just that."""
    run = observe(sandbox, "def helper(x):\n    return x.item()", cell, "z = 3")
    for seen in run.seen[KEY].values():
        assert isinstance(seen, Observation)
        assert seen.raised is not None
        place = place_of(seen.raised, [cell])
        assert line in place
        assert bool(place) == bool(line)


COMPILED = """
import torch
from torch import nn
layer = torch.compile(nn.Linear(1, 1), mode="max-autotune")
layer.compile()

@torch.compile(fullgraph=True)
def scaled(x):
    print("not to be compiled whole")
    return 0 * layer(x) + 2 * x

def double(x):
    return torch.compile(scaled, backend="aot_eager")(torch.tensor([float(x)])).item()
"""
LEFT_SWITCHED = """
import gc, torch, numpy as np
entered = torch.inference_mode(), torch.autocast("cpu"), torch.device("meta")
for context in entered:
    context.__enter__()
torch.set_num_threads(2)
torch.use_deterministic_algorithms(True)
torch.autograd.set_detect_anomaly(True)
torch.set_default_dtype(torch.float16)
np.seterr(all="raise")
gc.disable()
"""
TRAINS = """
def double(x):
    weight = torch.nn.Parameter(torch.tensor([[float(x)]]))
    (weight @ weight).sum().backward()
    return weight.grad.item()
"""


COMPILED_WITHIN = """
import torch
def double(x):
    return torch.compile(lambda y: 2 * y)(torch.tensor([float(x)])).item()
"""


@pytest.mark.parametrize(
    "cells", [(COMPILED, "print(double(2))"), (COMPILED_WITHIN,), (LEFT_SWITCHED, TRAINS)]
)
def test_neither_compilers_nor_switches_matter(sandbox: KernelSandbox, cells: list[str]) -> None:
    """It is true that a right function is right beside a compiler's call or a switch left over."""
    run = observe(sandbox, *cells)
    assert results(run) == [2.0, 4.0]
    assert not any(output["output_type"] == "error" for cell in run.outputs for output in cell)


def test_slow_function(sandbox: KernelSandbox) -> None:
    """It is true that a scenario beyond its budget is TIMED_OUT and the kernel answers on."""
    run = observe(sandbox, "import time\ndef double(x):\n    time.sleep(100)")
    assert results(run) == [Outcome.TIMED_OUT] * 2
    assert run.ended is None


@pytest.mark.parametrize(
    ("hostile", "outcome"),
    [
        ("import os\nos._exit(0)", Outcome.DIED),
        ("import os, signal\nos.kill(1, signal.SIGTERM)\nos.kill(os.getppid(), 9)", Outcome.DIED),
        ("import ctypes\nctypes.string_at(0)", Outcome.DIED),
    ],
)
def test_death_while_observed(sandbox: KernelSandbox, hostile: str, outcome: Outcome) -> None:
    """It is true that a function that kills its process loses its own scenarios only."""
    body = hostile.replace("\n", "\n    ")
    assert results(observe(sandbox, f"def double(x):\n    {body}")) == [outcome] * 2


def test_kernel_dead_before_observation(sandbox: KernelSandbox) -> None:
    """It is true that every requested scenario has an entry even when the notebook died."""
    run = observe(sandbox, RIGHT, "import os\nos._exit(1)")
    assert results(run) == [Outcome.DIED] * 2
    assert run.ended is Outcome.DIED


@pytest.mark.parametrize(
    "forged",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x00",
        b"GET / HTTP/1.0\r\n\r\n" * 50,
    ],
)
def test_forged_frames(sandbox: KernelSandbox, forged: bytes) -> None:
    """It is true that what student code writes in place of an answer earns it nothing but DIED."""
    forge = f"""
from autograder.probe import session
def double(x):
    session._SESSION.channel.sendall({forged!r})
    return 2 * x
"""
    assert results(observe(sandbox, forge, again=())) == [Outcome.DIED] * 2


REPLAY = """
from autograder.model.observation import Observation
from autograder.probe import session, wire
def replay():
    answer = wire.encode_seen("0" * 32, Observation("x1", {"result": 2}))
    wire.send_frame(session._SESSION.channel, answer)
"""


def test_replayed_answer(sandbox: KernelSandbox) -> None:
    """It is true that an answer to another question, however right, is not believed."""
    forge = f"{REPLAY}\ndef double(x):\n    replay()\n    return 2 * x"
    assert results(observe(sandbox, forge, again=())) == [Outcome.DIED] * 2


def test_an_answer_before_the_question(sandbox: KernelSandbox) -> None:
    """It is true that an observation that comes while cells run is none."""
    run = observe(sandbox, f"{REPLAY}\nreplay()\ndef double(x):\n    return 0")
    assert results(run) == [0, 0]
    assert run.problems == ()


def test_silent_kernel(sandbox: KernelSandbox) -> None:
    """It is true that a kernel that never answers costs its budget and no more."""
    silence = (
        "from autograder.probe import session\nimport time\nsession.serve = lambda: time.sleep(99)"
    )
    run = observe(sandbox, RIGHT, silence)
    assert results(run) == [Outcome.TIMED_OUT] * 2


def test_fake_agrees(sandbox: KernelSandbox) -> None:
    """It is true that the shipped fake gives what a kernel gives, for trusted code."""
    cells = (Cell("print('hi')\n" + RIGHT, closes=("double",)), Cell("double = None\n1 / 0"))
    real = observe(sandbox, *cells)
    program = Program(cells, (ObservationRequest(KEY, ()),))
    fake = FakeSandbox().run(program, Limits())
    assert fake.outputs[0] == real.outputs[0]
    assert fake.outputs[1][0]["ename"] == real.outputs[1][0]["ename"]
