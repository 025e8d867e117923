"""``release new``: what it adds, and what it leaves alone."""

import json
from pathlib import Path

import pytest

from autograder.course.settings import Course
from autograder.errors import SourceError, UsageError
from autograder.judge.suite import suite_folder
from release.scaffold import make_exercise
from tests.grading.fakes import ASSIGNMENT, cell, source_notebook


@pytest.fixture(autouse=True)
def own_suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for suites that is not the project's."""
    folder = tmp_path / "suites"
    folder.mkdir()
    monkeypatch.setattr("autograder.judge.suite.SUITES", folder)
    monkeypatch.setattr("release.scaffold.SUITES", folder)
    return folder


def write(course: Course, document: object) -> Path:
    """Write the tiny assignment's notebook."""
    path = course.notebook(ASSIGNMENT)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_cells_are_added_to_a_notebook_that_is_there(course: Course) -> None:
    """It is true that three cells are added before the cell `end`, and no other changes."""
    document = source_notebook()
    document["cells"].append({**cell("markdown", "Hand it in."), "id": "end"})
    path = write(course, document)
    written = make_exercise(course, f"{ASSIGNMENT}/half")
    after = json.loads(path.read_text(encoding="utf-8"))
    added = after["cells"][-4:-1]
    assert [one["id"] for one in added] == ["half-statement", "half-solution", "half"]
    assert [one for one in after["cells"] if one not in added] == document["cells"]
    assert written[0] == path
    assert {one.parent for one in written[1:]} == {suite_folder(f"{ASSIGNMENT}/half")}


@pytest.mark.parametrize("taken", ["double", "double-solution", "double-statement"])
def test_a_taken_name_is_refused(course: Course, own_suites: Path, taken: str) -> None:
    """It is true that nothing is written where any of the three cells is there already."""
    document = source_notebook()
    document["cells"] = [{**cell("markdown", "text"), "id": taken}]
    before = write(course, document).read_bytes()
    with pytest.raises(UsageError, match="already; nothing was written"):
        make_exercise(course, f"{ASSIGNMENT}/double")
    assert course.notebook(ASSIGNMENT).read_bytes() == before
    assert list(own_suites.iterdir()) == []


def test_a_suite_that_is_there_is_refused(course: Course, own_suites: Path) -> None:
    """It is true that a suite without cells is not overwritten, and that no cells are added."""
    (own_suites / ASSIGNMENT / "half").mkdir(parents=True)
    before = course.notebook(ASSIGNMENT).read_bytes()
    with pytest.raises(UsageError, match="is there already; nothing was written"):
        make_exercise(course, f"{ASSIGNMENT}/half")
    assert course.notebook(ASSIGNMENT).read_bytes() == before


@pytest.mark.parametrize("document", [[], {"cells": [1]}, {"cells": [{}]}, {}])
def test_a_damaged_notebook_is_reported(course: Course, document: object) -> None:
    """It is true that it is an error, and that the file is unchanged."""
    path = write(course, document)
    with pytest.raises(SourceError, match="cannot be read as a notebook"):
        make_exercise(course, f"{ASSIGNMENT}/half")
    assert json.loads(path.read_text(encoding="utf-8")) == document


def test_a_folder_that_cannot_be_written_is_reported(course: Course, own_suites: Path) -> None:
    """It is true that the reason is one sentence, and that the notebook is unchanged."""
    before = course.notebook(ASSIGNMENT).read_bytes()
    (own_suites / ASSIGNMENT).write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        make_exercise(course, f"{ASSIGNMENT}/half")
    assert course.notebook(ASSIGNMENT).read_bytes() == before
