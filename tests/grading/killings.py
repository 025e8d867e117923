"""Kills each process of a grading run at ten moments, and compares what comes out.

``python -m tests.grading.killings [VICTIM[:SIGNAL] …]`` tries all of them, in half an hour. Moments
are what the run itself tells: a sentence on standard error, or so many lines in its journal.
"""

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader import api

from autograder.cli import INTERNAL, INTERRUPTED
from tests.grading.fakes import cell
from tests.sandbox.processes import children
from tests.sandbox.waiting import wait_until

PROJECT = Path(__file__).parents[2]
NAME = "autograd"
WRONG = (
    ("dydx", "def dydx(x0):\n    return 0.5\n"),
    ("dydx", "def dydx(x0):\n    pass\n"),
    ("squared_mean_grad", "def squared_mean_grad(w):\n    raise ValueError\n"),
    ("squared_mean_grad", "def squared_mean_grad(w):\n    return w.detach() * 0\n"),
)
# It leaves on its own each time, so what it defined before is judged.
LEAVES = "import os\nos._exit(0)"
STARTS, OBSERVES = "starting the sandbox", "observing the reference"
MOMENTS: tuple[str | int, ...] = (STARTS, OBSERVES, 0, 1, 2, 3, 4, 5, 7, 9)
TRACEBACK = "Traceback (most recent call last)"
OTHERS = ("main:SIGINT", "main:SIGTERM", "kernel:SIGSTOP")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves that anybody reads: results, notebooks, what the gradebook says."""

    results: bytes
    notebooks: dict[str, bytes]
    gradebook: tuple[tuple[Any, ...], ...]


class Run:
    """``autograder grade`` at work, in a process of its own."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._said = workspace.with_suffix(".said")
        command = [sys.executable, "-m", "autograder", "grade", NAME, "--jobs", "2"]
        with self._said.open("wb") as said:
            self.main = subprocess.Popen(
                [*command, "--workspace", str(workspace)],
                cwd=PROJECT,
                # What is observed, and when, is part of what is disturbed.
                env={
                    **os.environ,
                    "AUTOGRADER_SECRET": "a secret of the tests",
                    "AUTOGRADER_CACHE": "",
                },
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    @property
    def said(self) -> str:
        """What it has told the operator."""
        return self._said.read_text("utf-8")

    def wait_for(self, moment: str | int) -> None:
        """Until it has said so, or has graded so many."""
        wait_until(lambda: self._is_over(moment) or self.main.poll() is not None, seconds=300)

    def _is_over(self, moment: str | int) -> bool:
        if isinstance(moment, str):
            return moment in self.said
        # Grading has begun when the gradebook and the workers are there.
        return len(self._journal()) >= moment and OBSERVES in self.said

    def _journal(self) -> list[bytes]:
        with suppress(FileNotFoundError):
            path = self._workspace / "results" / f"{NAME}.journal.jsonl"
            return path.read_bytes().splitlines()
        return []

    def end(self) -> int:
        """Its exit status."""
        return self.main.wait()


def _below(pid: int, what: str) -> Iterator[int]:
    for child in children(pid):
        with suppress(OSError):
            if what.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                yield child


def _children(pids: Iterator[int]) -> Iterator[int]:
    for pid in pids:
        yield from children(pid)


# Victim → the processes, of which the first one is killed, below the operator's.
VICTIMS: dict[str, Callable[[int], Iterator[int]]] = {
    "main": lambda main: iter([main]),
    "fork server": lambda main: _below(main, "multiprocessing.forkserver"),
    "worker": lambda main: _children(_below(main, "multiprocessing.forkserver")),
    "bootstrap": lambda main: _below(main, "sandbox.inside.bootstrap"),
    "zygote": lambda main: _children(_below(main, "sandbox.inside.bootstrap")),
    "fork": lambda main: _children(_children(_below(main, "sandbox.inside.bootstrap"))),
    "kernel": lambda main: _children(
        _children(_children(_below(main, "sandbox.inside.bootstrap")))
    ),
}


def kill(run: Run, victim: str, number: signal.Signals = signal.SIGKILL) -> bool:
    """Kill one as soon as there is one; whether there was, before the run was over."""
    killed = False

    def try_it() -> bool:
        nonlocal killed
        for pid in VICTIMS[victim](run.main.pid):
            with suppress(OSError):
                # One that has ended already waits to be counted only.
                if ") Z " not in Path(f"/proc/{pid}/stat").read_text("ascii"):
                    os.kill(pid, number)
                    killed = True
                    break
        return killed or run.main.poll() is not None

    wait_until(try_it, seconds=300)
    return killed


def hand_in(workspace: Path) -> None:
    """A class of twelve: right, wrong, unreadable, and one that leaves."""
    document = json.loads((PROJECT / "assignments" / NAME / f"{NAME}.ipynb").read_bytes())
    for number in range(12):
        one = copy.deepcopy(document)
        if number < len(WRONG):
            exercise, source = WRONG[number]
            solution = f"{exercise}-solution"
            next(c for c in one["cells"] if c.get("id") == solution)["source"] = source
        if number == 5:
            one["cells"].append({**cell("code", LEAVES), "id": "leaves"})
        place = workspace / "submitted" / f"s{number:03}" / NAME
        place.mkdir(parents=True)
        content = b"no notebook" if number == 10 else json.dumps(one).encode()
        (place / f"{NAME}.ipynb").write_bytes(content)


def outcome_of(workspace: Path) -> Outcome:
    """What the run has left."""
    notebooks = (workspace / "autograded").rglob("*.ipynb")
    with closing(api.Gradebook(f"sqlite:///{workspace / 'gradebook.db'}")) as book:
        rows = [
            (s.student.id, n.name, g.name, g.auto_score, g.manual_score, g.needs_manual_grade)
            for s in book.assignment_submissions(NAME)
            for n in s.notebooks
            for g in n.grades
        ]
    return Outcome(
        (workspace / "results" / f"{NAME}.json").read_bytes(),
        {str(path.relative_to(workspace)): path.read_bytes() for path in notebooks},
        tuple(sorted(rows)),
    )


class Trials:
    """Runs that are disturbed, beside one that was not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._first = folder / "undisturbed"
        hand_in(self._first)
        run = Run(self._first)
        assert run.end() == 0, run.said
        self.expected = outcome_of(self._first)

    def disturb(
        self, victim: str, moment: str | int, number: signal.Signals = signal.SIGKILL
    ) -> str:
        """Kill the victim then, and let the run, or the same command, go on; what was said."""
        workspace = self._workspace(with_cache=moment != OBSERVES)
        run = Run(workspace)
        run.wait_for(moment)
        assert kill(run, victim, number), f"there was no {victim}: {run.said}"
        status, said = run.end(), run.said
        if victim == "main":
            assert status == (-signal.SIGKILL if number is signal.SIGKILL else INTERRUPTED), said
            run = Run(workspace)
            status = run.end()
            said += run.said
        assert status == 0, said
        assert TRACEBACK not in said, said
        assert outcome_of(workspace) == self.expected, said
        shutil.rmtree(workspace)
        return said

    def exhaust(self) -> None:
        """Kill each zygote that there is, once two have been graded: the run says so, and ends."""
        workspace = self._workspace(with_cache=True)
        run = Run(workspace)
        run.wait_for(2)
        while run.main.poll() is None:
            kill(run, "zygote")
        assert run.end() == INTERNAL, run.said
        assert TRACEBACK not in run.said, run.said
        last = run.said.strip().rpartition("\n")[2]
        assert "has died too often to be started again" in last, run.said
        # What was graded before stays graded, and nothing else is.
        assert not (workspace / "results" / f"{NAME}.json").exists()
        run = Run(workspace)
        assert run.end() == 0, run.said
        assert outcome_of(workspace) == self.expected, run.said

    def _workspace(self, *, with_cache: bool) -> Path:
        """The class, with nothing graded yet."""
        self._number += 1
        workspace = self._folder / f"disturbed-{self._number}"
        for name in ("submitted", "cache") if with_cache else ("submitted",):
            shutil.copytree(self._first / name, workspace / name)
        return workspace


def main(victims: list[str]) -> None:
    """Every victim, or those that are named, at each moment."""
    # A shell lets what it starts in the background ignore it, and so would the runs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(Path(folder))
        for named in victims or [*VICTIMS, *OTHERS]:
            victim, _, name = named.partition(":")
            number = signal.Signals[name or "SIGKILL"]
            for moment in MOMENTS:
                # There are no workers yet, and no kernel, while the sandbox starts.
                is_late = moment == STARTS and victim in {"worker", "fork", "kernel"}
                then = 8 if is_late else moment
                trials.disturb(victim, then, number)
                _tell(f"{number.name} to the {victim} at {then!r}")


def _tell(what: str) -> None:
    sys.stdout.write(f"{what}: the same bytes\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
