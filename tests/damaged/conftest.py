"""One course, and one run of the real command over the whole corpus, for each assignment."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course.permissions import make_cache
from autograder.course.settings import Course, load_course
from autograder.grading.preparation import load_source
from tests.damaged.corpus import Damage, corpus
from tests.damaged.places import NEIGHBOUR
from tests.damaged.sheet import Sheet, encoded, read_notebook_file

PROJECT = Path(__file__).parents[2]
ASSIGNMENTS = ("autograd", "training")
# The first assignment is handed in with every kind of damage, the others with some.
SOME = slice(None, None, 4)
# Honest submissions stand between the others, in the order in which a run takes them.
BETWEEN = 12
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Class:
    """A whole class after a run.

    Attributes:
        course: Where it lies.
        sheet: What was damaged.
        entries: How.
        rows: The results, by student.
        witnesses: The honest students.
        errors: What the command said on standard error.
        code: Its exit code.
    """

    course: Course
    sheet: Sheet
    entries: tuple[Damage, ...]
    rows: dict[str, Row]
    witnesses: tuple[str, ...]
    errors: str
    code: int


def shown(student: str) -> str:
    """A folder's name as results have it."""
    return os.fsencode(student).decode("utf-8", errors="backslashreplace")


def start(course: Course, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the course's folder, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *words],
        cwd=course.root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the project's own assignments, and nothing handed in."""
    root = tmp_path_factory.mktemp("course")
    settings = (PROJECT / "course_config.py").read_text(encoding="utf-8")
    (root / "course_config.py").write_text(f"{settings}\nc.Course.cell_seconds = 10\n")
    shutil.copytree(PROJECT / "assignments", root / "assignments")
    course = load_course(root)
    make_cache(course)
    return course


def sheet_of(course: Course, assignment: str) -> Sheet:
    """What the corpus is made from."""
    other = next(name for name in ASSIGNMENTS if name != assignment)
    return Sheet(
        load_source(course, assignment),
        read_notebook_file(course.notebook(assignment)),
        read_notebook_file(course.notebook(other)),
        other,
    )


def hand_in(course: Course, sheet: Sheet, entries: tuple[Damage, ...]) -> tuple[str, ...]:
    """Put damaged submissions in place, and honest ones between; returns the honest students."""
    students = [NEIGHBOUR]
    for entry in entries:
        folder = course.submitted / entry.student / sheet.assignment
        folder.mkdir(parents=True)
        entry.place(sheet, folder)
    ordered = sorted(entry.student for entry in entries)
    students += [f"{student}-witness" for student in ordered[::BETWEEN] if student.isascii()]
    for student in students:
        folder = course.submitted / student / sheet.assignment
        folder.mkdir(parents=True)
        (folder / f"{sheet.assignment}.ipynb").write_bytes(encoded(sheet.solved()))
    return tuple(students)


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def graded(request: pytest.FixtureRequest, course: Course) -> Class:
    """The class, graded by ``autograder grade``."""
    sheet = sheet_of(course, request.param)
    entries = corpus() if request.param == ASSIGNMENTS[0] else corpus()[SOME]
    witnesses = hand_in(course, sheet, entries)
    results = course.root / f"{sheet.assignment}.json"
    done = start(course, "grade", sheet.assignment, "--jobs", "2", "--json", str(results))
    rows = json.loads(results.read_bytes())["submissions"] if results.exists() else []
    return Class(
        course=course,
        sheet=sheet,
        entries=entries,
        rows={row["student"]: row for row in rows},
        witnesses=witnesses,
        errors=done.stderr,
        code=done.returncode,
    )
