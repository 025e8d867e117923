"""Grades one file and records nothing: ``autograder check``. In the operator's process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from autograder.course.secret import secret_of
from autograder.course.settings import Course
from autograder.course.workspace import Handed
from autograder.errors import UsageError
from autograder.grading.past_release import grade_one
from autograder.grading.preparation import (
    SharedZygote,
    load_source,
    make_cache,
    open_sandbox,
    references_of,
)
from autograder.grading.worker import Graded, Station, grade, settle
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
    return check_handed(course, _handed(path, assignment), assignment, progress)


def check_handed(
    course: Course, handed: Handed, assignment: str, progress: Progress
) -> tuple[GradingResults, Graded]:
    """The verdict on what was handed in; raises as :func:`check_notebook` does."""
    with open_station(course, assignment, progress) as (station, suite_digest):
        present = partial(settle, partial(grade, station, station.equip()))
        graded = grade_one(course, station, handed, present)
    results = GradingResults(
        assignment, suite_digest, (graded.result,), confinement=course.confinement
    )
    return results, graded


@contextmanager
def open_station(
    course: Course, assignment: str, progress: Progress
) -> Iterator[tuple[Station, str]]:
    """All that grading a submission needs, and the digest of the suites; a sandbox is running."""
    from autograder.judge.assignment import load_assignment

    notebook = course.notebook(assignment)
    make_cache(course)
    loaded = load_assignment(assignment, notebook)
    source = load_source(course, assignment)
    secret = secret_of(course)
    with open_sandbox(course, loaded, progress.say) as sandbox:
        references = references_of(course, loaded, sandbox=sandbox, secret=secret, say=progress.say)
        sandbox.await_ready()
        equip = SharedZygote(loaded, references, sandbox.address)
        yield Station(source, loaded.exercises, course.limits, equip), loaded.suite_digest


def _handed(path: Path, assignment: str) -> Handed:
    if not path.exists():
        raise UsageError(f"There is no file {path}.")
    if not path.is_file() or not os.access(path, os.R_OK):
        raise UsageError(f"{path} cannot be checked: it is not a file that you may read.")
    student = student_of(path, assignment)
    try:
        content = read_bytes(path.resolve())
    except UnreadableError as error:
        return Handed(student, b"", str(error))
    return Handed(student, content, release=claims_of(path.parent, content).release)


def student_of(path: Path, assignment: str) -> str:
    """Whose file it is: the student in ``<student>/<assignment>/<file>``, else the file's name."""
    folder = path.absolute().parent
    if folder.name == assignment and folder.parent.name:
        return folder.parent.name
    return path.stem
