"""From a download to the gradebook: collecting, grading, times and penalties."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from tests.collecting.downloads import NOON, hand_in_file, moodle, zipped
from tests.nbgrader_plugins.test_autograde import nbgrader

PROJECT = Path(__file__).parents[2]
ASSIGNMENT = "autograd"
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course on the real assignment ``autograd``, where what is late earns nothing."""
    root = tmp_path / "course"
    source = PROJECT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = root / "assignments" / ASSIGNMENT / source.name
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes(source.read_bytes())
    settings = (PROJECT / "course_config.py").read_text()
    settings += '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (root / "course_config.py").write_text(settings)
    (root / "nbgrader_config.py").write_bytes((PROJECT / "nbgrader_config.py").read_bytes())
    (root / "roster.csv").write_text("id,name\nada,Ada Lovelace\nlee,Lee Min\nmin,Min Lee\n")
    return load_course(root)


def autograder(course: Course, *words: str) -> str:
    """What one of our commands prints; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def recorded(course: Course) -> dict[str, tuple[str, float, float]]:
    """Student → time of handing in, automatic points, penalty."""
    from nbgrader import api

    with api.Gradebook(course.db_url, course.course_id) as book:
        return {
            row.student_id: (
                f"{row.timestamp:%Y-%m-%d %H:%M}",
                sum(grade.auto_score or 0.0 for one in row.notebooks for grade in one.grades),
                row.late_submission_penalty,
            )
            for row in book.assignment_submissions(ASSIGNMENT)
        }


def test_from_the_platform_to_the_gradebook(course: Course, tmp_path: Path) -> None:
    """`autograder grade` and stock `nbgrader autograde` record the same times and penalties."""
    solved = course.notebook(ASSIGNMENT).read_bytes()
    file = f"{ASSIGNMENT}.ipynb"
    path = zipped(
        tmp_path / "submissions.zip",
        moodle("Ada Lovelace", solved, number=1, file=file),
        moodle("Lee Min", solved, number=2, days=1, file=file),
        moodle(
            "Min Lee",
            hand_in_file(solved, file, notebook_sha256=f"sha256:{'0' * 64}"),
            number=3,
            days=-1,
            file=f"{ASSIGNMENT}-handin.zip",
        ),
    )
    autograder(course, "collect", str(path), ASSIGNMENT)
    code, said = nbgrader(
        course, "db", "assignment", "add", ASSIGNMENT, "--duedate", f"{NOON:%Y-%m-%d %H:%M:%S} UTC"
    )
    assert code == 0, said
    table = autograder(course, "grade", ASSIGNMENT)
    assert "the receipt was made for another version of this notebook" in table
    ours = recorded(course)
    full = ours["ada"][1]
    assert full > 0
    assert ours == {
        "ada": ("2030-01-10 12:00", full, 0.0),
        "lee": ("2030-01-11 12:00", full, full),
        "min": ("2030-01-09 12:00", full, 0.0),
    }
    code, said = nbgrader(course, "autograde", ASSIGNMENT, "--force")
    assert code == 0, said
    assert recorded(course) == ours
