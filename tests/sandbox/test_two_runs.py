"""Two runs on one machine never meet: what one does costs right submissions of the other nothing.

A run is a process with a sandbox of its own, as ``autograder grade`` is. The class is of the
assignment that is graded soonest.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.judge.assignment import load_assignment
from autograder.judge.judge import Judge
from autograder.judge.reference import make_references
from autograder.model.limits import MEBIBYTE, Limits
from autograder.model.program import Cell, Program
from autograder.sandbox.leftovers import remove_leftovers
from autograder.sandbox.process_tree import descendants
from autograder.sandbox.sandbox import KernelSandbox
from tests.grading import prepared
from tests.sandbox.reading import printed
from tests.sandbox.waiting import wait_until

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

PROJECT = Path(__file__).parents[2]
ASSIGNMENT = "autograd"
CLASS_SIZE = 40
# What each prints, or how it ends, says that it has met its own limit.
BOMBS = {
    "fork bomb": (
        """
        import os, signal, time
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        first = os.getpid()
        while True:
            try: os.fork()
            except OSError as error:
                if os.getpid() == first: print("met", error.errno, flush=True)
                time.sleep(0.05)
        """,
        "met 11",
    ),
    "memory bomb": ('held = []\nwhile True: held.append(b"x" * (1 << 26))', "OUT_OF_MEMORY"),
    "disk fill": (
        """
        import itertools
        left = ["/tmp", "/dev/shm", "/scratch"]
        for number in itertools.count():
            for folder in left.copy():
                try: open(f"{folder}/{number}", "wb").write(bytes(1 << 24))
                except OSError as error:
                    print("met", error.errno, flush=True)
                    left.remove(folder)
            if not left: break
        """,
        "met 28",
    ),
}
# Runs the bomb again and again, and says each time whether it has met its limit.
_HOSTILE_RUN = """
import sys
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.sandbox.sandbox import KernelSandbox

_, bomb, sign, group_bytes = sys.argv
limits = Limits(cell_seconds=2, group_bytes=int(group_bytes))
with KernelSandbox.start() as sandbox:
    while True:
        run = sandbox.run(Program((Cell(bomb),)), limits)
        print("met" if sign in f"{run.ended} {run.outputs}" else "missed", flush=True)
"""
_SLEEPERS = """
import os, signal, sys
user, count = map(int, sys.argv[1:])
if os.getuid() == 0: os.setresuid(user, user, user)
for _ in range(count):
    if os.fork() == 0: signal.pause()
print("asleep", flush=True)
signal.pause()
"""

Grade = Callable[[int], list[float]]


@pytest.fixture(scope="module")
def right() -> Iterator[KernelSandbox]:
    """The sandbox of the run that nothing may happen to."""
    with KernelSandbox.start() as running:
        yield running


@pytest.fixture(scope="module")
def grade(right: KernelSandbox, tmp_path_factory: pytest.TempPathFactory) -> Grade:
    """Grades a class of so many right submissions, two at a time; returns what each has lost."""
    path = PROJECT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assignment = load_assignment(ASSIGNMENT, path)
    references = make_references(
        assignment,
        sandbox=right,
        secret=b"a secret of the tests",
        cache=tmp_path_factory.mktemp("cache"),
        limits=Limits(),
    )
    judge = Judge(assignment, references)
    program = Program(assignment.program_cells(), judge.requests)

    def lost(count: int) -> list[float]:
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda _: right.run(program, Limits()), range(count)))
        scores = [sum(exercise.points for exercise in judge.judge(run)) for run in runs]
        return [assignment.max_score - score for score in scores]

    return lost


@contextmanager
def hostile(bomb: str, sign: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Another run on this machine, which does nothing but ``bomb``; it has begun to."""
    arguments = [textwrap.dedent(bomb), sign, str(800 * MEBIBYTE)]
    with subprocess.Popen(
        [sys.executable, "-c", _HOSTILE_RUN, *arguments], cwd=PROJECT, stdout=subprocess.PIPE
    ) as run:
        try:
            assert run.stdout is not None
            while (line := run.stdout.readline()) != b"met\n":
                assert line == b"missed\n"
            yield run
        finally:
            family = set(descendants(run.pid))
            run.kill()
            run.wait()
            wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
            remove_leftovers()


@pytest.mark.parametrize(("bomb", "sign"), BOMBS.values(), ids=[*BOMBS])
def test_a_hostile_run_costs_another_nothing(grade: Grade, bomb: str, sign: str) -> None:
    """It is true that a class of right ones gets all points beside a bomb, three times in a row."""
    with hostile(bomb, sign) as run:
        for _ in range(3):
            assert grade(CLASS_SIZE) == [0.0] * CLASS_SIZE
        assert run.poll() is None


def test_a_hostile_run_costs_a_graded_class_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that ``autograder grade`` gives a class of right ones all points beside a bomb."""
    monkeypatch.setattr(prepared, "ASSIGNMENT", ASSIGNMENT)
    course = prepared.make_course(tmp_path / "course")
    for number in range(CLASS_SIZE):
        prepared.hand_in(course, f"s{number:03}")
    with hostile(*BOMBS["fork bomb"]) as run:
        grading = prepared.start(course, "grade", ASSIGNMENT, "--json", "-")
        told, errors = grading.communicate()
        assert run.poll() is None
    assert grading.returncode == 0, errors
    rows = json.loads(told)["submissions"]
    assert [row["max_score"] - row["score"] for row in rows] == [0.0] * CLASS_SIZE


def test_two_checks_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that checks in one new workspace share its cache and secret, and find the same."""
    monkeypatch.setattr(prepared, "ASSIGNMENT", ASSIGNMENT)
    course = prepared.make_course(tmp_path / "course")
    notebook = str(prepared.hand_in(course, "right"))
    command = ("check", notebook, "--assignment", ASSIGNMENT, "--json", "-")
    own = {"AUTOGRADER_SECRET": "", "AUTOGRADER_CACHE": ""}
    checks = [prepared.start(course, *command, **own) for _ in range(3)]
    told = [check.communicate() for check in checks]
    assert [check.returncode for check in checks] == [0] * 3, told
    (results,) = {text for text, _ in told}
    (row,) = json.loads(results)["submissions"]
    assert row["score"] == row["max_score"]


def test_a_hostile_fork_costs_its_own_run_nothing(right: KernelSandbox, grade: Grade) -> None:
    """It is true that the other forks of one zygote have all their processes beside a bomb."""
    bomb, sign = BOMBS["fork bomb"]
    program = Program((Cell(textwrap.dedent(bomb)),))
    limits = Limits(cell_seconds=10)
    assert right._zygote is not None
    zygote = right._zygote.pid
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(right.run, program, limits)
        wait_until(lambda: len(set(descendants(zygote))) > 0.9 * limits.processes)
        assert grade(4) == [0.0] * 4
        assert not run.done()
        assert sign in printed(run.result())


def test_processes_of_the_same_id(right: KernelSandbox, grade: Grade) -> None:
    """It is true that whoever else has a fork's user id takes no process from it."""
    look = "import os\nprint(os.getuid(), *open('/proc/self/uid_map').read().split())"
    told = printed(right.run(Program((Cell(look),)), Limits())).split()
    own, inside, outside, _ = map(int, told)
    user = str(outside + own - inside)
    assert user != "0"
    with subprocess.Popen(
        [sys.executable, "-c", _SLEEPERS, user, "300"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as sleepers:
        try:
            assert sleepers.stdout is not None
            assert sleepers.stdout.readline() == b"asleep\n"
            assert grade(4) == [0.0] * 4
        finally:
            os.killpg(sleepers.pid, signal.SIGKILL)
