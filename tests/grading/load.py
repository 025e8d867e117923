"""``make load``: one class, graded in peace, crowded and beside busy programs; the same bytes.

The class holds right and wrong solutions, endless loops, sleepers, bombs and crashes. Budgets count
processor seconds, so that what a submission earns must not depend on what else the machine does:
with one job, with sixteen jobs on a few processors, and with two jobs beside two busy loops a
processor. Every results file is compared with the first one.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.grading.prepared import ASSIGNMENT, SOLUTION, hand_in, make_course, start

_HEAD = "def train_step(model, optimizer, criterion, x_batch, y_batch):\n"
_RIGHT = """\
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
"""
_AT_WORK = """\
import time
def work(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))
"""
SETTINGS = {"cell_seconds": 3.0, "notebook_seconds": 15.0}
# What one student hands in as the solution cell of train_step.
CLASS = {
    "right": _HEAD + _RIGHT,
    "right-and-slow-cell": f"{_AT_WORK}work(1.5)\n{_HEAD}{_RIGHT}",
    "right-and-slow-function": f"{_AT_WORK}{_HEAD}    work(0.3)\n{_RIGHT}",
    "right-and-naps": f"import time\ntime.sleep(2)\n{_HEAD}    time.sleep(0.2)\n{_RIGHT}",
    "no-zero": _HEAD + _RIGHT.replace("    optimizer.zero_grad()\n", ""),
    "no-step": _HEAD + _RIGHT.replace("    optimizer.step()\n", ""),
    "endless-cell": f"while True: pass\n{_HEAD}{_RIGHT}",
    "endless-function": f"{_HEAD}    while True: pass",
    "stubborn-cell": "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass",
    "sleeping-cell": f"import time\ntime.sleep(1000)\n{_HEAD}{_RIGHT}",
    "sleeping-function": f"import time\n{_HEAD}    time.sleep(1000)",
    "fork-bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "memory-bomb": "kept = []\nwhile True: kept.append(bytearray(64 << 20))",
    "exit": f"{_HEAD}{_RIGHT}import os\nos._exit(0)",
    "crash": f"import ctypes\n{_HEAD}    ctypes.string_at(0)",
}


@dataclass(frozen=True, slots=True)
class Round:
    """One way of grading the class.

    Attributes:
        name: What it is called in the table.
        jobs: Submissions graded at a time.
        loops: Busy loops beside it, for each processor.
    """

    name: str
    jobs: int
    loops: int = 0


ROUNDS = (
    Round("1 job", 1),
    Round("16 jobs", 16),
    Round("2 jobs beside 2 busy loops a processor", 2, loops=2),
)


class LoadError(Exception):
    """A round could not be graded, or its results are others."""


def make_class(folder: Path, students: Sequence[str], *, rights: int) -> Path:
    """A course with these students of ``CLASS``, and some more that are right."""
    course = make_course(folder, **SETTINGS)
    for name in students:
        hand_in(course, name, {SOLUTION: CLASS[name]})
    for number in range(rights):
        hand_in(course, f"right-{number:02d}")
    return course


def results_of(course: Path, how: Round) -> bytes:
    """The results file of a fresh run.

    Raises:
        LoadError: The command said something else than that all is graded.
    """
    for name in ("autograded", "gradebook.db", "results"):
        path = course / "workspace" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    with _busy_loops(how.loops * (os.cpu_count() or 1)):
        process = start(course, "grade", ASSIGNMENT, "--jobs", str(how.jobs), "--force")
        _, errors = process.communicate()
    if process.returncode:
        raise LoadError(f"{how.name}: exit code {process.returncode}\n{errors}")
    return (course / "workspace" / "results" / f"{ASSIGNMENT}.json").read_bytes()


def certify(course: Path, rounds: Sequence[Round]) -> None:
    """Grade the class in every way; a line for each.

    Raises:
        LoadError: Two results files differ.
    """
    first: bytes | None = None
    for how in rounds:
        begun = time.monotonic()
        results = results_of(course, how)
        first = first or results
        print(f"{how.name}: {time.monotonic() - begun:.0f} s", flush=True)
        if results != first:
            (course / "first.json").write_bytes(first)
            (course / "other.json").write_bytes(results)
            raise LoadError(f"{how.name}: other results; compare first.json and other.json")


@contextmanager
def _busy_loops(number: int) -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(number)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def main() -> int:
    """All rounds, three times; 0 where every results file is the same."""
    parser = argparse.ArgumentParser(prog="python -m tests.grading.load", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how often; 3 by default")
    times = parser.parse_args().times
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    course = make_class(folder / "course", [*CLASS], rights=10)
    try:
        certify(course, ROUNDS * times)
    except LoadError as error:
        print(f"{error}\nEverything is in {course}.", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    print(f"The same bytes {len(ROUNDS) * times} times, for {len(CLASS) + 10} submissions.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
