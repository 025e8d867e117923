"""Losses are explained by what the grader itself did, never by what the sandbox said."""

import pytest

from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, Observation
from autograder.model.program import Cell, ObservationRequest, Program
from autograder.model.verdict import Outcome
from autograder.sandbox.missing_observations import explain_missing
from autograder.sandbox.sandbox import KernelSandbox

ONE, TWO = (ObservationRequest(f"a/{name}", (Scenario("s"),)) for name in ("one", "two"))
# A heading, two cells of the first section, one of the second, and one after it.
CELLS = (Cell(""), Cell("", closes=("one",)), Cell("", closes=("two",)), Cell(""))
PROGRAM = Program(CELLS, (ONE, TWO))
MISSING, DIED = MissingObservation("s", Outcome.MISSING), MissingObservation("s", Outcome.DIED)


def outcomes(
    *seen: MissingObservation | Observation, stopped: set[int], ended: Outcome | None = None
) -> list[Outcome | None]:
    """What becomes of an answer to each request."""
    answers = {r.label: {"s": one} for r, one in zip((ONE, TWO), seen, strict=True)}
    explained = explain_missing(answers, PROGRAM, stopped=stopped, ended=ended)
    return [
        one.outcome if isinstance(one, MissingObservation) else None
        for answer in explained.values()
        for one in answer.values()
    ]


@pytest.mark.parametrize(
    ("stopped", "expected"),
    [
        (set(), [Outcome.MISSING, Outcome.MISSING]),
        ({0}, [Outcome.TIMED_OUT, Outcome.MISSING]),
        ({1}, [Outcome.TIMED_OUT, Outcome.MISSING]),
        ({2}, [Outcome.MISSING, Outcome.TIMED_OUT]),
        ({3}, [Outcome.MISSING, Outcome.MISSING]),
    ],
)
def test_a_stopped_section(stopped: set[int], expected: list[Outcome]) -> None:
    """It is true that what a stopped cell should have defined timed out, and nothing else did."""
    assert outcomes(MISSING, MISSING, stopped=stopped) == expected


def test_an_answer_is_kept() -> None:
    """It is true that an observation that arrived stays, whatever was stopped or ended."""
    seen = Observation("s", {"result": 1})
    stopped = {0, 1, 2}
    assert outcomes(seen, DIED, stopped=stopped, ended=Outcome.OUT_OF_MEMORY) == [
        None,
        Outcome.OUT_OF_MEMORY,
    ]


def test_a_death_of_its_own() -> None:
    """It is true that a scenario that killed its own process died, when nobody ended it."""
    assert outcomes(DIED, MISSING, stopped=set()) == [Outcome.DIED, Outcome.MISSING]


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("while True: pass\ndef double(x): return 2 * x", Outcome.TIMED_OUT),
        (
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
            Outcome.TIMED_OUT,
        ),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", Outcome.DIED),
        ("import os\nwhile True: os.kill(1, 15)", Outcome.TIMED_OUT),
        ("1 / 0", Outcome.MISSING),
    ],
)
def test_a_solution_that_never_came(sandbox: KernelSandbox, cell: str, outcome: Outcome) -> None:
    """It is true that an exercise whose own cell was cut off says how it was."""
    request = ObservationRequest("demo/double", (Scenario("x", {"x": 1}),))
    program = Program((Cell("x = 1"), Cell(cell, closes=("double",)), Cell("")), (request,))
    run = sandbox.run(program, Limits(cell_seconds=0.7))
    assert run.seen["demo/double"]["x"] == MissingObservation("x", outcome)
