"""A class in which every second submission wants to exhaust the machine."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from autograder.model.limits import MEBIBYTE
from autograder.sandbox.process_tree import descendants
from tests.grading.prepared import ASSIGNMENT, SOLUTION, hand_in, make_course, start
from tests.sandbox.waiting import wait_until

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

# Less than the three folders hold together, 384 MiB, whatever the kernel itself uses.
CELL_SECONDS, NOTEBOOK_SECONDS, GROUP_MEBIBYTES, JOBS = 4, 20, 380, 2
# What a run needs beside its submissions, on a machine that has much else to do.
START_SECONDS, GRACE_SECONDS = 240, 15
GRADER_BYTES = 1500 * MEBIBYTE

_IGNORE = "import os, signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
_STEP = "def train_step(model, optimizer, criterion, x_batch, y_batch):\n    "
# Whichever comes first: what is printed waits in the kernel's own memory until it is fetched.
TOO_MUCH = "TIMED_OUT or OUT_OF_MEMORY"
# Name: the solution cell, the exercise's outcome, and words of some problem.
HOSTILE = {
    "loop": ("while True: pass", "TIMED_OUT", "was stopped"),
    "stubborn": (_IGNORE + "while True: time.sleep(1)", "TIMED_OUT", "could not be stopped"),
    "forks": (
        _IGNORE + "while True:\n    try: os.fork()\n    except OSError: pass",
        "TIMED_OUT",
        "could not be stopped",
    ),
    "private": (
        _IGNORE + "for _ in range(8):\n    if os.fork() == 0: break\n"
        "hog = bytearray(b'x') * (100 << 20)\ntime.sleep(60)",
        "OUT_OF_MEMORY",
        "MiB of memory",
    ),
    "shared": (
        (
            "import mmap, time\nhogs = []\nfor _ in range(8):\n"
            "    hogs.append(mmap.mmap(-1, 100 << 20))\n"
            "    for page in range(0, 100 << 20, 4096): hogs[-1][page] = 1\ntime.sleep(60)"
        ),
        "OUT_OF_MEMORY",
        "MiB of memory",
    ),
    "tmpfs": (
        (
            "import time\nfor folder in ('/tmp', '/dev/shm', '.'):\n    for name in range(10):\n"
            "        with open(f'{folder}/{name}', 'wb') as file: file.write(bytes(60 << 20))\n"
            "time.sleep(60)"
        ),
        "OUT_OF_MEMORY",
        "MiB of memory",
    ),
    "memfd": ("import os\nos.memfd_create('hog')", "MISSING", ""),
    "stdout": ("while True: print('x' * 10_000)", TOO_MUCH, ""),
    "display": (
        "from IPython.display import HTML, display\nwhile True: display(HTML('x' * 100_000))",
        TOO_MUCH,
        "",
    ),
    "exception": ("raise RuntimeError('x' * 5_000_000)", f"MISSING or {TOO_MUCH}", ""),
    "observation": (_STEP + "return [0.5] * 20_000_000", "", ""),
    "in the function": (_STEP + "while True: pass", "TIMED_OUT", ""),
}


@dataclass
class Watch:
    """Looks at a process and at all that it starts, until it has ended.

    Attributes:
        peak_bytes: The most memory that they had together.
        seen: Each of them, with the moment at which it started.
    """

    peak_bytes: int = 0
    seen: set[tuple[int, str]] = field(default_factory=set)

    def follow(self, process: "subprocess.Popen[str]") -> None:
        """Look ten times a second."""
        while process.poll() is None:
            total = 0
            for pid in list(descendants(process.pid)):
                total += _proportional(pid)
                self.seen.add((pid, _started(pid)))
            self.peak_bytes = max(self.peak_bytes, total)
            time.sleep(0.1)


@dataclass(frozen=True)
class Graded:
    """What came of the class."""

    rows: dict[str, dict[str, Any]]
    seconds: float
    watch: Watch
    left_over: list[str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The class, graded by the real command."""
    limits = {"cell_seconds": CELL_SECONDS, "notebook_seconds": NOTEBOOK_SECONDS}
    memory = {"memory_bytes": 2048 * MEBIBYTE, "group_bytes": GROUP_MEBIBYTES * MEBIBYTE}
    folder = tmp_path_factory.mktemp("worst")
    course = make_course(
        folder / "course", **limits, **memory, scratch_bytes=300 * MEBIBYTE, processes=64
    )
    for number, (name, (cell, _, _)) in enumerate(HOSTILE.items()):
        hand_in(course, f"{number:02d}-{name}", {SOLUTION: cell})
        hand_in(course, f"{number:02d}-right")
    temporary = folder / "t"
    temporary.mkdir()
    watch = Watch()
    begun = time.monotonic()
    process = start(course, "grade", ASSIGNMENT, "--jobs", str(JOBS), TMPDIR=str(temporary))
    looking = threading.Thread(target=watch.follow, args=(process,))
    looking.start()
    _, errors = process.communicate()
    looking.join()
    assert process.returncode == 0, errors
    seconds = time.monotonic() - begun
    results = json.loads((course / "workspace/results" / f"{ASSIGNMENT}.json").read_text())
    rows = {row["student"]: row for row in results["submissions"]}
    return Graded(rows, seconds, watch, sorted(path.name for path in temporary.iterdir()))


def test_the_honest_half(graded: Graded) -> None:
    """It is true that everybody who is right has full marks, and no problem."""
    honest = {name: row for name, row in graded.rows.items() if name.endswith("-right")}
    assert len(honest) == len(HOSTILE)
    for name, row in honest.items():
        assert (row["score"], row["problems"]) == (row["max_score"], []), name


@pytest.mark.parametrize("name", HOSTILE)
def test_the_other_half(graded: Graded, name: str) -> None:
    """It is true that each hostile submission earns nothing for it, and its row says why."""
    (row,) = (row for student, row in graded.rows.items() if student.endswith(name))
    _, outcome, words = HOSTILE[name]
    (exercise,) = (one for one in row["exercises"] if one["name"] == "train_step")
    assert exercise["points"] == 0
    assert row["status"] == "graded"
    assert exercise["outcome"] in outcome or not outcome, exercise["outcome"]
    assert any(words in problem for problem in row["problems"]) or not words, row["problems"]


def test_the_time(graded: Graded) -> None:
    """It is true that the class takes no longer than the budgets of its submissions."""
    each = NOTEBOOK_SECONDS + GRACE_SECONDS
    assert graded.seconds < START_SECONDS + 2 * len(HOSTILE) * each / JOBS


def test_the_memory(graded: Graded) -> None:
    """It is true that the grader, with all that it starts, stays within 1.5 GB."""
    assert graded.watch.peak_bytes < GRADER_BYTES, graded.watch.peak_bytes


def test_what_is_left(graded: Graded) -> None:
    """It is true that no process and no folder is left."""
    begun = {(pid, moment) for pid, moment in graded.watch.seen if moment}
    wait_until(lambda: not any(_started(pid) == moment for pid, moment in begun))
    assert [name for name in graded.left_over if name.startswith("ag-")] == []


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in _lines(pid, "smaps_rollup"):
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _started(pid: int) -> str:
    with suppress(OSError):
        for line in _lines(pid, "stat"):
            return line.rpartition(")")[2].split()[19]
    return ""


def _lines(pid: int, name: str) -> Iterator[str]:
    yield from Path(f"/proc/{pid}/{name}").read_text(errors="replace").splitlines()
