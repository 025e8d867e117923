"""A course on the real assignment ``training`` whose references are observed once for all tests."""

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
ASSIGNMENT = "training"
SECRET = "the secret of a course that exists in tests only"
SOLUTION = "train_step-solution"


def make_course(folder: Path, **settings: float) -> Path:
    """A course in ``folder``, with the given ``c.Course`` settings."""
    text = (PROJECT / "course_config.py").read_text(encoding="utf-8")
    lines = [text, *(f"c.Course.{name} = {value}" for name, value in settings.items())]
    folder.mkdir(parents=True)
    (folder / "course_config.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    source = PROJECT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    target = folder / "assignments" / ASSIGNMENT / source.name
    target.parent.mkdir(parents=True)
    shutil.copy(source, target)
    return folder


def hand_in(course: Path, student: str, cells: Mapping[str, str] = {}) -> Path:
    """Hand the instructor's own notebook in, with other text in some cells."""
    document = solved()
    for cell in document["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = cells.get(grade_id, cell["source"])
    path = course / "workspace/submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def solved() -> dict[str, Any]:
    """The source notebook."""
    path = PROJECT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    document: dict[str, Any] = copy.deepcopy(json.loads(path.read_bytes()))
    return document


def environment(**more: str) -> dict[str, str]:
    """What a command of such a course runs with."""
    return {**os.environ, "AUTOGRADER_SECRET": SECRET, **more}


def start(course: Path, *arguments: str, **more: str) -> "subprocess.Popen[str]":
    """Begin a command in the course's folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=course,
        env=environment(PYTHONPATH=str(PROJECT), **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
