"""The two courses in which the holes are tried: stock nbgrader's, with plain asserts, and ours.

Runs as the operator, in a throw-away folder: stock nbgrader runs student code with our rights.
"""

import html
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from autograder import suites
from release.demo import make_course
from tests.benchmarks.tricks import EXERCISE, RIGHT, Notebook

ASSIGNMENT = "autograd"
BIN = Path(sys.executable).parent
HIDDEN_TEST = "assert abs(dydx(-1.5) - -21.0) < 1e-4"
PATIENCE_SECONDS = 180.0
_SCORE = """
select coalesce(grade.manual_score, grade.auto_score)
from grade
join base_cell on grade.cell_id = base_cell.id
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
where base_cell.name = ? and submitted_assignment.student_id = ?
"""


@dataclass(frozen=True, slots=True)
class Course:
    """A course whose one assignment has the exercise ``dydx``, released and ready.

    Attributes:
        name: As it is shown.
        folder: Where its commands are typed.
        workspace: What lies in it is named as nbgrader names it.
        command: Grades what was handed in and has not been graded.
        secrets: Lines that no student may read.
        is_stopped: Whether one submission can stop the command, so that classes stay apart.
        sign: The student whose autograded notebook shows that ``killed-slow`` is being graded.
        environment: What its commands need beside the usual.
    """

    name: str
    folder: Path
    workspace: Path
    command: tuple[str, ...]
    secrets: tuple[str, ...]
    is_stopped: bool
    sign: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def gradebook(self) -> Path:
        """nbgrader's database."""
        return self.workspace / "gradebook.db"

    def released(self) -> Notebook:
        """What students are given."""
        path = self.workspace / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        return notebook

    def hand_in(self, student: str, notebook: Notebook) -> None:
        """Put a file where ``nbgrader collect`` would."""
        path = self._notebook("submitted", student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    def withdraw(self) -> None:
        """Take back whatever was handed in; what was graded stays."""
        shutil.rmtree(self.workspace / "submitted")

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """One command, begun; what it says goes to a log."""
        program, *others = words
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [BIN / program, *others],
                cwd=self.folder,
                env={**os.environ, "PATH": path, **self.environment},
                stdout=log,
                stderr=log,
            )

    def run(self, *words: str) -> int:
        """One command; its exit status."""
        return self.start(*words).wait()

    def kill_midway(self) -> None:
        """Begin to grade, and be killed while ``killed-slow`` is being graded.

        Raises:
            RuntimeError: That moment never came.
        """
        process = self.start(*self.command)
        sign, deadline = self._notebook("autograded", self.sign), time.monotonic()
        while not sign.exists():
            if process.poll() is not None or time.monotonic() > deadline + PATIENCE_SECONDS:
                process.kill()
                raise RuntimeError(
                    f"{self.name} did not get to grade {self.sign}: see {self.folder}/log.txt"
                )
            time.sleep(0.02)
        process.kill()
        process.wait()

    def score(self, student: str) -> float | None:
        """What the gradebook says; None when it says nothing."""
        address = f"{self.gradebook.as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as book:
            row = book.execute(_SCORE, (EXERCISE, student)).fetchone()
        return None if row is None else row[0]

    def outputs(self, student: str) -> str:
        """All that the student's autograded notebook shows, as one text."""
        path = self._notebook("autograded", student)
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"] if path.is_file() else []
        found = [output for cell in cells for output in cell.get("outputs", ())]
        return "".join("".join(one.get("text", "")) for one in found)

    def feedback(self, student: str) -> str:
        """What the student's feedback page says, without its tags."""
        self.run("nbgrader", "generate_feedback", ASSIGNMENT, "--force", "--student", student)
        path = self._notebook("feedback", student).with_suffix(".html")
        return html.unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")))

    def _notebook(self, step: str, student: str) -> Path:
        return self.workspace / step / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def our_course(folder: Path) -> Course:
    """This project's assignment ``autograd``, in the sandbox."""
    root = make_course(folder)
    for other in (root / "assignments").iterdir():
        if other.is_dir() and other.name != ASSIGNMENT:
            shutil.rmtree(other)
    course = Course(
        name="autograder",
        folder=root,
        workspace=root / "workspace",
        command=("autograder", "grade", ASSIGNMENT, "--jobs", "1"),
        secrets=_hidden_lines(),
        is_stopped=False,
        sign="killed-fast",
    )
    _release(course, "release", "build", ASSIGNMENT, "--unverified")
    return course


def _hidden_lines() -> tuple[str, ...]:
    """The lines of the exercise's hidden suite that name an input or compare something."""
    path = Path(suites.__file__).parent / ASSIGNMENT / EXERCISE / "hidden.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    found = tuple(one.strip() for one in lines if "hidden=True" in one or "require_same(" in one)
    if not found:
        raise RuntimeError(f"{path} has no line of the kind that must stay hidden")
    return found


def stock_course(folder: Path) -> Course:
    """The same exercise as instructors write it for nbgrader: asserts, some of them hidden."""
    source = folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(_stock_notebook()), encoding="utf-8")
    config = 'c = get_config()\nc.CourseDirectory.course_id = "stock"\n'
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    course = Course(
        name="nbgrader",
        folder=folder,
        workspace=folder,
        command=("nbgrader", "autograde", ASSIGNMENT),
        secrets=(HIDDEN_TEST,),
        is_stopped=True,
        sign="killed-slow",
        environment={"JUPYTER_CONFIG_DIR": str(folder / "jupyter")},
    )
    _release(course, "nbgrader", "generate_assignment", ASSIGNMENT)
    return course


def _release(course: Course, *words: str) -> None:
    if course.run(*words) != 0:
        log = (course.folder / "log.txt").read_text(encoding="utf-8")
        raise RuntimeError(f"{course.name} could not release:\n{log[-2000:]}")


def _stock_notebook() -> Notebook:
    solution = RIGHT.replace("    x =", "    ### BEGIN SOLUTION\n    x =", 1)
    tests = (
        "assert abs(dydx(2.0) - 42.0) < 1e-4\n"
        f"### BEGIN HIDDEN TESTS\n{HIDDEN_TEST}\n### END HIDDEN TESTS"
    )
    return {
        "cells": [
            _cell("import torch", grade_id="setup", locked=True),
            _cell(
                f"{solution}    ### END SOLUTION", grade_id=f"{EXERCISE}-solution", solution=True
            ),
            _cell(tests, grade_id=EXERCISE, grade=True, locked=True, points=4),
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(source: str, *, grade_id: str, **marks: object) -> dict[str, object]:
    plain = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return {
        "cell_type": "code",
        "id": grade_id,
        "metadata": {"nbgrader": {**plain, "grade_id": grade_id, **marks}},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }
