"""The time of handing in reaches nbgrader's gradebook, and nbgrader computes the penalty."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader import api

from autograder.course.settings import Course, load_course
from autograder.grading.preparation import load_source
from autograder.grading.worker import WorkerSetup
from autograder.model.verdict import SubmissionResult
from autograder.notebook.receipt import CHANGED_SENTENCE
from tests.collecting.downloads import (
    collect_from,
    hand_in_file,
    moodle,
    notebook,
    submit_to_exchange,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT, EXERCISES, FakeEquipment
from tests.grading.test_run import grade as grade_run
from tests.nbgrader_plugins.test_nbgrader import nbgrader

DUE = "2030-01-10 12:00:00 UTC"
Grade = Callable[[Course], tuple[SubmissionResult, ...]]


@pytest.fixture
def grade() -> Grade:
    """Grades as `autograder grade` does, with a sandbox in this process."""

    def run(course: Course) -> tuple[SubmissionResult, ...]:
        source = load_source(course, ASSIGNMENT)
        worker_setup = WorkerSetup(source, EXERCISES, course.limits, FakeEquipment())
        return grade_run(course, source, worker_setup)

    return run


@pytest.fixture
def strict(course: Course) -> Course:
    """The course, with no points for late submissions."""
    config = course.root / "course_config.py"
    penalty = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    config.write_text(config.read_text() + penalty)
    return load_course(course.root)


def late(course: Course) -> dict[str, tuple[dt.datetime | None, float, float]]:
    """Student → when it was handed in, seconds late, penalty."""
    with api.Gradebook(course.db_url, course.course_id) as book:
        return {
            row.student_id: (row.timestamp, row.total_seconds_late, row.late_submission_penalty)
            for row in book.assignment_submissions(ASSIGNMENT)
        }


def due(course: Course, time: str) -> None:
    """Set the due date."""
    with api.Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=time)


def test_late_submissions_lose_what_the_course_says(
    strict: Course, tmp_path: Path, grade: Grade
) -> None:
    """The exchange's and the zip's times count, and so does a new due date without regrading."""
    submit_to_exchange(tmp_path / "inbound", "ada")
    submit_to_exchange(tmp_path / "inbound", "jose", days=1)
    collect_from(strict, tmp_path / "inbound")
    collect_from(strict, zipped(tmp_path / "1.zip", moodle("Lee Min", days=2)))
    due(strict, DUE)
    grade(strict)
    noon = dt.datetime(2030, 1, 10, 12)  # noqa: DTZ001
    assert late(strict) == {
        "ada": (noon, 0, 0.0),
        "jose": (noon + dt.timedelta(days=1), 86_400, 10.0),
        "lee": (noon + dt.timedelta(days=2), 172_800, 10.0),
    }
    due(strict, "2030-01-11 12:00:00 UTC")
    grade(strict)
    assert {one: penalty for one, (_, _, penalty) in late(strict).items()} == {
        "ada": 0.0,
        "jose": 0.0,
        "lee": 10.0,
    }


def test_an_unknown_time_costs_nothing(strict: Course, tmp_path: Path, grade: Grade) -> None:
    """Without a time nobody is late; the same notebook at a later time is."""
    names = ("Ada Lovelace", "Lee Min", "José Müller-Ödön")
    members = [moodle(name, number=n, days=3) for n, name in enumerate(names)]
    collect_from(strict, zipped(tmp_path / "1.zip", *members))
    due(strict, DUE)
    grade(strict)
    assert set(late(strict).values()) == {(None, 0, 0.0)}
    inbound = tmp_path / "inbound"
    submit_to_exchange(inbound, "grace", "same")
    collect_from(strict, inbound)
    grade(strict)
    assert late(strict)["grace"][1:] == (0, 0.0)
    submit_to_exchange(inbound, "grace", "same", days=1)
    collect_from(strict, inbound)
    grade(strict)
    assert late(strict)["grace"][1:] == (86_400, 10.0)


def test_only_a_contradicting_receipt_is_mentioned(
    course: Course, tmp_path: Path, grade: Grade
) -> None:
    """Only a receipt for another version of the notebook is a problem in the student's row."""
    forged = hand_in_file(notebook("new"), notebook_sha256=f"sha256:{'0' * 64}")
    file = f"{ASSIGNMENT}-handin.zip"
    path = zipped(
        tmp_path / "1.zip",
        moodle("Ada Lovelace", forged, file=file),
        moodle("Lee Min", hand_in_file(notebook("lee")), number=2, days=-1, file=file),
        moodle("José Müller-Ödön", number=3, days=-2),
        moodle(
            "Min Lee", hand_in_file(notebook("m"), assignment="x"), number=4, days=-3, file=file
        ),
    )
    collect_from(course, path)
    problems = {row.student: row.problems for row in grade(course)}
    assert problems == {"ada": (CHANGED_SENTENCE,), "jose": (), "lee": (), "min": ()}


@pytest.mark.slow
def test_nbgraders_own_commands(strict: Course, tmp_path: Path, grade: Grade) -> None:
    """They set the due date before anything is collected, and export what was collected."""
    nbgrader("db", "assignment", "add", ASSIGNMENT, "--duedate", DUE)
    submit_to_exchange(tmp_path / "inbound", "ada", days=1)
    collect_from(strict, tmp_path / "inbound")
    grade(strict)
    assert late(strict)["ada"][1:] == (86_400, 10.0)
    nbgrader("export", "--to", "grades.csv")
    (line,) = [one for one in (strict.root / "grades.csv").read_text().splitlines() if "ada" in one]
    assert "2030-01-11 12:00:00" in line
    assert "Lovelace" in line
    assert "10.0,10.0,0.0,12.0" in line.replace('"', "")
