"""The commands ``autograder grade`` and ``release verify`` while kernels stand still."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.grading.killings import VICTIMS
from tests.release.copied import copy_project, release
from tests.sandbox.processes import children, descendants

NAME, EXERCISE = "lessons", "twice"
HANDED_IN = {"right": "x + x", "squared": "x * x", "wrong": "x + 1"}
WORKSPACES = ("quiet", "busy")
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the project with one small exercise; who waits for a kernel soon gives up."""
    root = tmp_path / "course"
    root.mkdir()
    copy_project(root)
    made = release(root, "new", f"{NAME}/{EXERCISE}")
    assert made.returncode == 0, made.stderr
    _replace(root / f"assignments/{NAME}/{NAME}.ipynb", "REPLACE THIS", "Here stands")
    suite = root / "autograder/suites" / NAME / EXERCISE
    for name in ("scenarios.py", "hidden.py"):
        _replace(suite / name, ' {"shapes"', ' budget_seconds=0.5, options={"shapes"')
    # Long enough to be met while it is observed.
    _replace(suite / "plan.py", "    options: ", '    __import__("time").sleep(0.2)\n    options: ')
    return root


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@contextmanager
def started(course: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Begin a command in both workspaces, where what it tells is kept too; the busy one's run."""
    with ExitStack() as stack:
        runs = []
        for workspace in WORKSPACES:
            folder = course / workspace
            folder.mkdir(exist_ok=True)
            told = stack.enter_context((folder / "told").open("wb"))
            run = subprocess.Popen(
                [sys.executable, "-m", *words, "--workspace", workspace],
                cwd=course,
                env={**os.environ, "AUTOGRADER_SECRET": "a secret of the tests"},
                stdout=told,
            )
            stack.callback(run.wait)
            stack.callback(run.terminate)
            runs.append(run)
        yield runs[-1]
        assert [run.wait() for run in runs] == [0, 0]


def stop_kernels(run: "subprocess.Popen[bytes]", numbers: set[int]) -> None:
    """Stop these of the kernels that are observed, for good; the first one is 0. To its end."""
    met: list[int] = []
    while run.poll() is None:
        for kernel in VICTIMS["kernel"](run.pid):
            # It observes in a child.
            if kernel not in met and children(kernel):
                if len(met) in numbers:
                    for pid in (kernel, *descendants(kernel)):
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGSTOP)
                met.append(kernel)
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.01)
    assert len(met) > max(numbers)


def kept(course: Path, workspace: str) -> dict[str, bytes]:
    """What a command has told, and the files in which it is kept."""
    folder = course / workspace
    files = [
        folder / "told",
        *(folder / "results").glob("*.json"),
        *(folder / "autograded").rglob("*.ipynb"),
        *(folder / "reports").rglob("*.*"),
        *(folder / "cache/observations").glob("*"),
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_grade(course: Path) -> None:
    """It is true that it changes no byte when a reference and look-alikes stood still."""
    document = json.loads((course / f"assignments/{NAME}/{NAME}.ipynb").read_bytes())
    (solution,) = (one for one in document["cells"] if one["id"] == f"{EXERCISE}-solution")
    for workspace in WORKSPACES:
        for student, returned in HANDED_IN.items():
            solution["source"] = f"def {EXERCISE}(x):\n    return {returned}\n"
            path = course / workspace / "submitted" / student / NAME / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(document), encoding="utf-8")
    with started(course, "autograder", "grade", NAME) as busy:
        # The first one is of what students are told at home.
        stop_kernels(busy, {1, 2})
    expected, found = (kept(course, one) for one in WORKSPACES)
    assert found == expected
    # Also one that was called by its name after what stood still.
    assert b"squared  0      0 squared" in found["told"]


def test_verify(course: Path) -> None:
    """It is true that it changes no byte when references, and right solutions, stood still."""
    words = ("release", "verify", NAME, "--quick", "--secrets", "1", "--json", "-")
    with started(course, *words) as busy:
        # The solution, its look-alikes and, once both are there, some of what is to be graded.
        stop_kernels(busy, {0, 1, 3})
    expected, found = (kept(course, one) for one in WORKSPACES)
    assert found == expected
    assert {"told", f"reports/verify/{NAME}.html"} < set(found)
