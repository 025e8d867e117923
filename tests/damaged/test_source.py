"""A damaged source notebook is its author's to mend: exit code 2, and one sentence."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from tests.damaged.conftest import PROJECT
from tests.damaged.sheet import Notebook, find, read_notebook_file

NAME = "training"


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The source notebook of a course of its own, in which one student has handed it in."""
    monkeypatch.delenv("AUTOGRADER_WORKSPACE", raising=False)
    shutil.copy(PROJECT / "course_config.py", tmp_path)
    path = tmp_path / "assignments" / NAME / f"{NAME}.ipynb"
    handed_in = tmp_path / "workspace" / "submitted" / "s001" / NAME / f"{NAME}.ipynb"
    for place in (path, handed_in):
        place.parent.mkdir(parents=True)
        shutil.copy(PROJECT / "assignments" / NAME / f"{NAME}.ipynb", place)
    monkeypatch.chdir(tmp_path)
    return path


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence with which ``autograder grade`` refuses."""
    assert cli.main(["grade", NAME]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("autograder: ")
    return line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON (line 1: Expecting value)"),
        (b'{"cells": [\n', "is not JSON (line 2"),
        (b'{"cells": "\xff"}', "is not UTF-8"),
        (b"[]", "has no list of cells"),
        (b'{"nbformat": 3, "worksheets": []}', "has no list of cells"),
        (b"[" * 100_000, "is no JSON that can be read"),
        (b'{"cells": [' + b"9" * 5_000 + b"]}", "is no JSON that can be read"),
        (b'{"cells": [{"cell_type": "code", "metadata": {}}]}', "cell 1 has no source"),
        (b'{"cells": [{"source": "", "metadata": {}}]}', "cell 1 has no cell_type"),
        (b'{"cells": [{"source": "", "cell_type": "code"}]}', "cell 1 has no metadata"),
        (b'{"cells": [7]}', "cell 1 is malformed"),
    ],
    ids=range(11),
)
def test_a_file_that_is_no_notebook(
    notebook: Path, capsys: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    """the sentence names the file, what is wrong with it, and what to do."""
    notebook.write_bytes(content)
    line = refused(capsys)
    assert f"{notebook} cannot be read: it {says}" in line or f"read: {says}" in line
    assert line.endswith("Put back an earlier version, or open it in Jupyter and save it.")


def solution(document: Notebook) -> dict[str, Any]:
    """The first solution cell."""
    return find(document, "train_step-solution")


def claims(document: Notebook, name: str = "train_step") -> dict[str, Any]:
    """What nbgrader's metadata of a cell says."""
    found: dict[str, Any] = find(document, name)["metadata"]["nbgrader"]
    return found


def negative_points(document: Notebook) -> None:
    """Points below zero."""
    claims(document)["points"] = -1


def odd_points(document: Notebook) -> None:
    """Points that are no number."""
    claims(document)["points"] = "many"


def no_points(document: Notebook) -> None:
    """No points."""
    del claims(document)["points"]


def no_solution_cell(document: Notebook) -> None:
    """The solution cell was renamed."""
    claims(document, "train_step-solution")["grade_id"] = "solution"


def a_name_twice(document: Notebook) -> None:
    """Two cells have one name."""
    claims(document, "setup")["grade_id"] = "train_step-solution"


def a_schema_of_the_future(document: Notebook) -> None:
    """nbgrader's metadata is of a version that there is not."""
    claims(document)["schema_version"] = 99


def an_unclosed_solution(document: Notebook) -> None:
    """The end of the solution is not marked."""
    cell = solution(document)
    cell["source"] = cell["source"].replace("### END SOLUTION", "")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (negative_points, "has -1 points, where a number, 0 or more, is expected"),
        (odd_points, "has 'many' points"),
        (no_points, "train_step"),
        (no_solution_cell, "has a grade cell `train_step` but no solution cell"),
        (a_name_twice, "train_step-solution"),
        (a_schema_of_the_future, "nbgrader"),
        (an_unclosed_solution, "solution"),
    ],
)
def test_a_notebook_that_cannot_be_released(
    notebook: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Notebook], None],
    says: str,
) -> None:
    """what nbgrader or we refuse is told with the file's name."""
    document = read_notebook_file(notebook)
    spoil(document)
    notebook.write_text(json.dumps(document), encoding="utf-8")
    line = refused(capsys)
    assert says in line
    assert f"{NAME}.ipynb" in line
    assert os.linesep not in line
