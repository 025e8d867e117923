"""Stock nbgrader works in the course's folder, on what we have written."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.course.settings import Course
from autograder.grading.worker import WorkerSetup
from autograder.notebook.source import SourceNotebook
from tests.grading.fakes import ASSIGNMENT, answered, cell, hand_in
from tests.grading.test_run import grade

PROGRAMS = Path(sys.executable).parent
ATTACK = "<script>document.title='stolen'</script>"


def nbgrader(*arguments: str, workspace: Path | None = None) -> str:
    """What a stock command says; it must succeed."""
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    if workspace is not None:
        environment["AUTOGRADER_WORKSPACE"] = str(workspace)
    done = subprocess.run(
        ["nbgrader", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture
def graded(course: Course, source: SourceNotebook, worker_setup: WorkerSetup) -> Course:
    """Two graded submissions: a right one with a timestamp, and one that is no notebook."""
    document = answered()
    document["cells"].append(cell("code", f'print("""{ATTACK}""")'))
    document["cells"].append(cell("markdown", "![gone](attachment:gone.png)"))
    path = hand_in(course.workspace, "s001", document)
    (path.parent / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC")
    hand_in(course.workspace, "s002", b"no notebook")
    grade(course, source, worker_setup)
    return course


def test_generate_assignment_writes_to_the_workspace(course: Course) -> None:
    """the package ``release`` in the course's folder is not touched."""
    package = course.root / "release"
    package.mkdir()
    (package / "__init__.py").write_text("kept = True\n")
    for force in ([], ["--force"]):
        nbgrader("generate_assignment", ASSIGNMENT, *force)
    assert (course.release / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file()
    assert [path.name for path in package.iterdir()] == ["__init__.py"]
    assert (course.workspace / "gradebook.db").is_file()


def test_generate_feedback_shows_the_report(graded: Course) -> None:
    """each student's page has the report as a table, the score, and nobody's script."""
    nbgrader("generate_feedback", ASSIGNMENT)
    pages = {
        student: (graded.feedback / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
        for student in ("s001", "s002")
    }
    assert "Score: 10.0 / 12.0" in pages["s001"]
    assert "Is the value right?" in pages["s001"]
    assert "overflow:hidden;background-color:#ffffff" in pages["s001"]
    assert "Score: 0.0 / 12.0" in pages["s002"]
    assert "the file was not a notebook: it was not JSON" in pages["s002"]
    assert not any(ATTACK in page for page in pages.values())


def test_export_has_our_scores(graded: Course) -> None:
    """nbgrader's table of grades has a line for each student."""
    nbgrader("export", "--to", "grades.csv")
    with (graded.root / "grades.csv").open(newline="") as file:
        lines = {line["student_id"]: line for line in csv.DictReader(file)}
    assert {student: float(line["score"]) for student, line in lines.items()} == {
        "s001": 10.0,
        "s002": 0.0,
    }
    assert lines["s001"]["timestamp"] == "2030-01-01 00:00:00"
    assert float(lines["s001"]["max_score"]) == 12.0


def test_formgrader_sees_graded_submissions(graded: Course) -> None:
    """its own interface lists them as graded, with what a person has to do."""
    interface = NbGraderAPI(CourseDirectory(config=graded.config), config=graded.config)
    found = {row["student"]: row for row in interface.get_submissions(ASSIGNMENT)}
    assert {s: row["autograded"] for s, row in found.items()} == {"s001": True, "s002": True}
    assert {s: row["score"] for s, row in found.items()} == {"s001": 10.0, "s002": 0.0}
    assert {s: row["needs_manual_grade"] for s, row in found.items()} == {
        "s001": True,
        "s002": False,
    }
    assert found["s001"]["max_score"] == 12.0
    notebooks = interface.get_notebook_submissions(ASSIGNMENT, ASSIGNMENT)
    assert [row["index"] for row in notebooks] == [0, 1]
    (assignment,) = interface.get_assignments()
    assert (assignment["num_submissions"], assignment["source_path"]) == (
        2,
        f"assignments/{ASSIGNMENT}",
    )


def test_another_workspace_serves_nbgrader_too(course: Course, tmp_path: Path) -> None:
    """with the variable that the settings read."""
    elsewhere = tmp_path / "else+where (2)"
    nbgrader("generate_assignment", ASSIGNMENT, workspace=elsewhere)
    assert (elsewhere / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file()
    assert (elsewhere / "gradebook.db").is_file()
    assert not course.workspace.exists()


def test_autograded_notebooks_are_what_nbgrader_expects(graded: Course) -> None:
    """each keeps nbgrader's metadata, checksums included, for whoever reads them next."""
    path = graded.autograded / "s001" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    named = [
        one["metadata"]["nbgrader"]
        for one in json.loads(path.read_text())["cells"]
        if "nbgrader" in one["metadata"]
    ]
    assert [one["grade_id"] for one in named][-1] == "why"
    assert all(one["schema_version"] == 3 and len(one["checksum"]) == 32 for one in named)
