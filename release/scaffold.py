"""``release new``: the skeleton of an exercise, which works and is then changed step by step.

In the operator's process. It writes source files of the course: the notebook's cells and a suite.
Nothing that is there is changed but the notebook, which gets three cells more.
"""

import json
import keyword
import re
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from autograder.course.files import write_atomically
from autograder.course.settings import Course
from autograder.errors import SourceError, UsageError
from autograder.judge.assignment import Assignment
from autograder.judge.suite import SUITES, suite_folder
from autograder.judge.variants import MISCONCEPTIONS
from autograder.model.cells import NotebookCell, read_cells
from autograder.model.exercise import SOLUTION_SUFFIX

# What is still to be written; `release verify` refuses an assignment in which it stands.
MARK = "REPLACE THIS"
_SKELETON = Path(__file__).with_name("skeleton")
_SUITE = ("plan.py", "scenarios.py", "hidden.py", "accepted.py", MISCONCEPTIONS)
_ASSIGNMENT = re.compile(r"[a-z][a-z0-9_]*")
_LAST_CELL = "end"
_PLAIN = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
Notebook = dict[str, Any]


def make_exercise(course: Course, key: str) -> tuple[Path, ...]:
    """Make the exercise ``assignment/exercise``; returns the files that were written.

    Raises:
        UsageError: It is there already, its name cannot be one, or nothing can be written.
        SourceError: The assignment's notebook cannot be read.
    """
    assignment, _, exercise = key.partition("/")
    _refuse_bad_names(key, assignment, exercise)
    path = course.source / assignment / f"{assignment}.ipynb"
    document = _read(path) if path.exists() else _new_notebook(assignment)
    folder = suite_folder(key)
    _refuse_overwriting(document, path, exercise=exercise, folder=folder)
    _add_cells(document, exercise)
    try:
        written = _write_suite(folder, {"assignment": assignment, "exercise": exercise})
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error
    write_atomically(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return (path, *written)


def unfinished(assignment: Assignment) -> tuple[str, ...]:
    """A sentence for each cell of the notebook that still is the skeleton's."""
    return tuple(
        f"{assignment.name}: a cell of the notebook still says {MARK!r}: "
        f"{cell.source.strip().splitlines()[0]!r}; write the exercise's own statement."
        for cell in assignment.cells
        if MARK in cell.source
    )


def _refuse_bad_names(key: str, assignment: str, exercise: str) -> None:
    if not _ASSIGNMENT.fullmatch(assignment) or keyword.iskeyword(assignment):
        raise UsageError(
            f"{key!r} names no exercise; give ASSIGNMENT/EXERCISE, the assignment in small "
            "letters, as in evaluation/accuracy."
        )
    if not (exercise.isascii() and exercise.isidentifier()) or keyword.iskeyword(exercise):
        raise UsageError(
            f"{exercise!r} cannot be an exercise: it is to be the name of a Python function, as in "
            "evaluation/accuracy."
        )


def _refuse_overwriting(document: Notebook, path: Path, *, exercise: str, folder: Path) -> None:
    cells = map(NotebookCell.of, document["cells"])
    names = {name for cell in cells for name in (cell.grade_id, cell.cell_id)}
    if names & {exercise, exercise + SOLUTION_SUFFIX, f"{exercise}-statement"}:
        raise UsageError(f"{path} has the exercise {exercise!r} already; nothing was written.")
    if folder.exists():
        raise UsageError(f"{folder} is there already; nothing was written.")


def _read(path: Path) -> Notebook:
    try:
        text = path.read_text(encoding="utf-8")
        read_cells(text)
        document: Notebook = json.loads(text)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{path} cannot be read as a notebook ({error}); open it in Jupyter and save it."
        ) from error
    return document


def _new_notebook(assignment: str) -> Notebook:
    title = f"# {assignment.capitalize()}\n\n{MARK} by what the student learns here."
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    setup = {**_PLAIN, "grade_id": "setup", "locked": True}
    return {
        "cells": [_text("title", title), _code("setup", _filled("setup.py"), setup)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _add_cells(document: Notebook, exercise: str) -> None:
    """Statement, solution and grade cell, at the end or before the cell called ``end``."""
    solution = {**_PLAIN, "grade_id": exercise + SOLUTION_SUFFIX, "solution": True}
    grade = {**_PLAIN, "grade_id": exercise, "grade": True, "locked": True, "points": 1}
    added = [
        _text(f"{exercise}-statement", _filled("statement.md", exercise=exercise)),
        _code(exercise + SOLUTION_SUFFIX, _filled("solution.py", exercise=exercise), solution),
        _code(exercise, f"check({exercise})", grade),
    ]
    cells = document["cells"]
    place = len(cells) - bool(cells and cells[-1].get("id") == _LAST_CELL)
    cells[place:place] = added


def _text(name: str, source: str) -> Notebook:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(source)}


def _code(name: str, source: str, nbgrader: dict[str, Any]) -> Notebook:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"nbgrader": dict(sorted(nbgrader.items()))},
        "outputs": [],
        "source": _lines(source),
    }


def _lines(source: str) -> list[str]:
    return source.rstrip("\n").splitlines(keepends=True)


def _filled(name: str, **names: str) -> str:
    text = (_SKELETON / f"{name}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(names)


def _write_suite(folder: Path, names: dict[str, str]) -> tuple[Path, ...]:
    """Put the suite's folder in its place whole."""
    folder.parent.mkdir(exist_ok=True)
    (folder.parent / "__init__.py").touch()
    texts = {name: _filled(name, **names) for name in _SUITE}
    texts[f"test_{names['exercise']}.py"] = _filled("test.py", **names)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=SUITES) as place:
        draft = Path(place, folder.name)
        draft.mkdir()
        (draft / "__init__.py").touch()
        for name, text in texts.items():
            (draft / name).write_text(text, encoding="utf-8")
        draft.rename(folder)
    return tuple(folder / name for name in sorted(texts))
