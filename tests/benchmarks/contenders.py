"""The two courses that are compared: the same notebooks, handed in by the same students."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.judge.assignment import load_assignment
from release.demo import PROJECT, make_course
from release.sample_class import ExerciseVariants, make_class, variants_of
from tests.benchmarks import in_kernel

BIN = Path(sys.executable).parent
ASSIGNMENT = "training"
BROKEN = 4
STOCK_CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "stock"\n'


@dataclass(frozen=True, slots=True)
class Contender:
    """A course with its submissions, and the command that grades them.

    Attributes:
        name: As it is shown.
        folder: The course.
        command: A program of the virtual environment and its arguments.
        environment: What it needs beside the usual.
    """

    name: str
    folder: Path
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(self, *extra: str, command: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """The command, or another one of the course's, started with its output in a log."""
        program, *words = command or self.command
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [BIN / program, *words, *extra],
                cwd=self.folder,
                env={**os.environ, "PATH": path, **self.environment},
                stdout=log,
                stderr=log,
            )

    def finish(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for it; RuntimeError with the log's end if it failed."""
        if process.wait() != 0:
            end = (self.folder / "log.txt").read_text(encoding="utf-8")[-3000:]
            message = f"{self.name}: {process.args!r} ended with {process.returncode}:\n{end}"
            raise RuntimeError(message)


def make_contenders(folder: Path, *, submissions: int) -> tuple[Contender, Contender]:
    """Stock nbgrader's course and ours, in ``folder``, released and handed in."""
    stock, ours = _stock(folder), _ours(folder)
    variants = variants_of(ASSIGNMENT)
    stock.finish(stock.start(command=("nbgrader", "generate_assignment", ASSIGNMENT)))
    ours.finish(ours.start(command=("release", "build", ASSIGNMENT, "--unverified")))
    _hand_in(stock.folder, variants, submissions)
    _hand_in(ours.folder / "workspace", variants, submissions)
    return stock, ours


def _ours(folder: Path) -> Contender:
    course = make_course(folder / "ours")
    return Contender("autograder grade", course, ("autograder", "grade", ASSIGNMENT, "--force"))


def _stock(folder: Path) -> Contender:
    course = folder / "stock"
    source = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(PROJECT / "assignments" / ASSIGNMENT / source.name, source)
    (course / "nbgrader_config.py").write_text(STOCK_CONFIG, encoding="utf-8")
    _check_in_the_kernel(source)
    _record(source, course / "expected")
    environment = {
        in_kernel.EXPECTED: str(course / "expected"),
        "JUPYTER_CONFIG_DIR": str(course / "jupyter"),
        "PYTHONPATH": str(PROJECT),
    }
    command = ("nbgrader", "autograde", ASSIGNMENT, "--force")
    return Contender("nbgrader autograde", course, command, environment)


def _check_in_the_kernel(source: Path) -> None:
    """Let each grade cell compute its points as its last expression, as nbgrader expects."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and not marks["solution"]:
            name, points = marks["grade_id"], marks["points"]
            cell["source"] = (
                "from tests.benchmarks.in_kernel import points\n\n"
                f'points("{ASSIGNMENT}/{name}", {name}, max_points={points})'
            )
    source.write_text(json.dumps(notebook), encoding="utf-8")


def _record(source: Path, folder: Path) -> None:
    assignment = load_assignment(ASSIGNMENT, source)
    imports = "".join(
        f"{one.source}\n" for one in assignment.cells if one.kind == "code" and one.role == "locked"
    )
    for exercise in assignment.exercises:
        in_kernel.record(exercise, imports, folder)


def _hand_in(workspace: Path, variants: tuple[ExerciseVariants, ...], submissions: int) -> None:
    released = workspace / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    everybody = make_class(
        released.read_text(encoding="utf-8"), variants, students=submissions + BROKEN
    )
    for number, one in enumerate(list(everybody)[BROKEN:], start=1):
        path = workspace / "submitted" / f"s{number:03d}" / ASSIGNMENT / released.name
        path.parent.mkdir(parents=True)
        path.write_bytes(one.content)
