"""Grades one file and records nothing: ``autograder check``. In the operator's process."""

import os
from functools import partial
from pathlib import Path

from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import UsageError
from autograder.grading.past_release import grade_one
from autograder.grading.preparation import open_worker_setup
from autograder.grading.worker import Graded, grade, grade_alone
from autograder.model.verdict import GradingResults
from autograder.notebook.receipt import claims_of
from autograder.notebook.submitted import UnreadableError, read_bytes
from autograder.terminal.progress import Progress


def check_notebook(
    course: Course, path: Path, assignment: str, progress: Progress
) -> tuple[GradingResults, Graded]:
    """The verdict on one file, as ``autograder grade`` would give it.

    Raises:
        UsageError: There is no such file or assignment.
        AutograderError: Nothing can be graded: no confinement, no sandbox, a broken suite.
    """
    course.notebook(assignment)
    return check_submitted(course, _submitted_file(path, assignment), assignment, progress)


def check_submitted(
    course: Course, submitted: SubmittedFile, assignment: str, progress: Progress
) -> tuple[GradingResults, Graded]:
    """The verdict on what was handed in; raises as :func:`check_notebook` does."""
    with open_worker_setup(course, assignment, progress.say) as (worker_setup, suite_digest):
        present = partial(grade_alone, partial(grade, worker_setup, worker_setup.equip()))
        graded = grade_one(course, worker_setup, submitted, present)
    results = GradingResults(
        assignment, suite_digest, (graded.result,), confinement=course.confinement
    )
    return results, graded


def _submitted_file(path: Path, assignment: str) -> SubmittedFile:
    if not path.exists():
        raise UsageError(f"There is no file {path}.")
    if not path.is_file() or not os.access(path, os.R_OK):
        raise UsageError(f"{path} cannot be checked: it is not a file that you may read.")
    student = student_of(path, assignment)
    try:
        content = read_bytes(path.resolve())
    except UnreadableError as error:
        return SubmittedFile(student, b"", str(error))
    return SubmittedFile(student, content, release=claims_of(path.parent, content).release)


def student_of(path: Path, assignment: str) -> str:
    """Whose file it is: the student in ``<student>/<assignment>/<file>``, else the file's name."""
    folder = path.absolute().parent
    if folder.name == assignment and folder.parent.name:
        return folder.parent.name
    return path.stem
