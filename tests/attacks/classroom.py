"""A course in a folder: the project's notebooks with canaries in them, and a class of attackers."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.attacks.attack import Attack, AttackError

PROJECT = Path(__file__).parents[2]
WITNESS_CELL = PROJECT / "tests" / "attacks" / "witness.txt"
# Of a processor; what waits may wait three times as long, and once more alone.
CELL_SECONDS, NOTEBOOK_SECONDS = 1.5, 9
Notebook = dict[str, Any]
_NOTHING = "def {}(*args, **kwargs):\n    pass\n"
_MARKS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Classroom:
    """The course that everybody attacks.

    Attributes:
        root: Its folder, which plays the project's part as well.
        assignment: The one that is graded.
        places: Placeholder in an attack file → what it stands for.
    """

    root: Path
    assignment: str
    places: Mapping[str, str]

    @property
    def workspace(self) -> Path:
        """Where everything is written."""
        return self.root / "workspace"

    @property
    def exercises(self) -> list[str]:
        """The automatic exercises, in the notebook's order."""
        cells = source_notebook(self.assignment)["cells"]
        return [grade_id(c) for c in cells if _is_grade_cell(c)]

    def furnish(self, words: Mapping[str, str]) -> None:
        """Write the settings, the secret and the source notebook, canaries included."""
        settings = (PROJECT / "course_config.py").read_text(encoding="utf-8")
        settings += f"\nc.Course.cell_seconds = {CELL_SECONDS}\n"
        settings += f"c.Course.notebook_seconds = {NOTEBOOK_SECONDS}\n"
        settings += f"c.Attacks.canary = {words['settings']!r}\n"
        (self.root / "course_config.py").write_text(settings, encoding="utf-8")
        (self.root / "nbgrader_config.py").write_bytes(
            (PROJECT / "nbgrader_config.py").read_bytes()
        )
        self.workspace.mkdir()
        secret = self.workspace / "course-secret"
        secret.write_text(words["secret"], encoding="utf-8")
        secret.chmod(0o600)
        notebook = source_notebook(self.assignment)
        mark = f"### BEGIN SOLUTION\n    # {words['solution']}"
        for cell in notebook["cells"]:
            cell["source"] = cell["source"].replace("### BEGIN SOLUTION", mark)
        path = self.root / "assignments" / self.assignment / f"{self.assignment}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    def hand_in(self, student: str, notebook: Notebook, files: Mapping[str, str]) -> None:
        """Put a submission where ``nbgrader collect`` would."""
        folder = self.workspace / "submitted" / student / self.assignment
        folder.mkdir(parents=True)
        (folder / f"{self.assignment}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def notebook_of(self, attack: Attack) -> tuple[Notebook, dict[str, str]]:
        """The notebook that the attacker hands in, and the files beside it."""
        notebook = solved(self.assignment) if attack.is_right else unsolved(self.assignment)
        files = {}
        for section in attack.sections:
            text = self._filled(section.source)
            if section.place == "file":
                files[section.name] = text
            elif section.place != "notebook":
                _place(notebook["cells"], section.place, text, attack.target)
        # Last, so that it finds everything else in its place.
        for section in attack.sections:
            if section.place == "notebook":
                _edit(notebook, self._filled(section.source), attack)
        return notebook, files

    def witness_notebook(self) -> Notebook:
        """A right submission that looks for what others have left behind."""
        notebook = solved(self.assignment)
        looking = WITNESS_CELL.read_text(encoding="utf-8")
        notebook["cells"].insert(0, code_cell(looking, "witness"))
        return notebook

    def bystander_notebook(self, word: str) -> Notebook:
        """A right submission that is nobody else's business."""
        notebook = solved(self.assignment)
        notebook["cells"].append(code_cell(f"mine = '{word}'", "mine"))
        return notebook

    def run(
        self, *command: str, seconds: float, words: Mapping[str, str], home: Path
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program in the course's folder, with a canary in its environment."""
        environment = {
            **os.environ,
            "HOME": str(home),
            "ATTACKS_CANARY": words["environment"],
            "PYTHONPATH": str(PROJECT),
        }
        for name in ("AUTOGRADER_WORKSPACE", "AUTOGRADER_CACHE", "AUTOGRADER_SECRET"):
            environment.pop(name, None)
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.root, env=environment, capture_output=True, text=True, timeout=seconds,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def _filled(self, text: str) -> str:
        for placeholder, value in self.places.items():
            text = text.replace(placeholder, value)
        return text


# --- notebooks


def source_notebook(assignment: str) -> Notebook:
    """The project's source notebook; every cell's source is one string."""
    path = PROJECT / "assignments" / assignment / f"{assignment}.ipynb"
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def solved(assignment: str) -> Notebook:
    """The student version with right solutions in it."""
    notebook = source_notebook(assignment)
    for cell in notebook["cells"]:
        cell["source"] = _MARKS.sub("", cell["source"])
    return notebook


def unsolved(assignment: str) -> Notebook:
    """The student version with solutions that do nothing."""
    notebook = solved(assignment)
    for cell in notebook["cells"]:
        name = grade_id(cell)
        if cell["cell_type"] == "code" and name.endswith("-solution"):
            cell["source"] = _NOTHING.format(name.removesuffix("-solution"))
    return notebook


def grade_id(cell: Mapping[str, Any]) -> str:
    """nbgrader's name of the cell, or nothing."""
    name: str = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    return name


def code_cell(source: str, name: str) -> Notebook:
    """An ordinary code cell."""
    return {
        "cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [],
        "source": source,
    }  # fmt: skip


def find(notebook: Notebook, name: str) -> Notebook:
    """The first cell of that grade_id."""
    return next(cell for cell in notebook["cells"] if grade_id(cell) == name)


def _is_grade_cell(cell: Mapping[str, Any]) -> bool:
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("grade") and not marks.get("solution") and cell["cell_type"] == "code")


def _place(cells: list[Notebook], place: str, source: str, target: str) -> None:
    at = next(i for i, cell in enumerate(cells) if grade_id(cell) == f"{target}-solution")
    if place == "solution":
        cells[at]["source"] = source
        return
    index = {"first": 0, "before": at, "end": len(cells)}.get(place, at + 1)
    # Several cells in one place stand in the order of the file.
    while index < len(cells) and cells[index]["id"].startswith(f"x-{place}-"):
        index += 1
    if place == "before":
        index = at
    if place == "first":
        index = sum(cell["id"].startswith("x-first-") for cell in cells)
    cells.insert(index, code_cell(source, f"x-{place}-{len(cells)}"))


def _edit(notebook: Notebook, program: str, attack: Attack) -> None:
    names = {
        "notebook": notebook,
        "cells": notebook["cells"],
        "find": lambda name: find(notebook, name),
        "code_cell": code_cell,
        "copy": copy,
        "target": attack.target,
    }
    try:
        exec(compile(program, f"{attack.key}.txt", "exec"), names)  # noqa: S102 - a test's own words
    except Exception as error:
        message = f"{attack.key}.txt: its section `notebook` raised {error!r}"
        raise AttackError(message) from error
