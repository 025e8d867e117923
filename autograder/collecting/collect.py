"""``autograder collect``: what was handed in, sorted by student, the latest in its place.

In the operator's process, under the workspace's lock. Doing it twice changes nothing.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path

from autograder.collecting.collection_report import CollectionReport
from autograder.collecting.collection_run import CollectionRun
from autograder.collecting.roster import Roster, reason_against_id
from autograder.collecting.roster_file import read_rosters
from autograder.collecting.sources import SourceOptions, open_source
from autograder.collecting.submission_store import recover_interrupted_run
from autograder.collecting.submission_times import load_timezone
from autograder.course.settings import Course
from autograder.course.workspace import locked_workspace
from autograder.errors import UsageError
from autograder.terminal.progress import Progress

ROSTER_NAME = "roster.csv"
STAGING = ".collecting-"


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for.

    Attributes:
        path: Where it is to be collected from.
        assignment: Its name.
        rosters: Files that say who is in the course, the first one with their ids; none for the
            one in the course's folder, if it is there.
        timezone: Of times that say none; empty for the course's.
        student: Whose the file is; empty where its name says so.
        trust_times: Whether the files' times are those of handing in, whatever they look like.
        dry_run: Only say what would be done.
    """

    path: Path
    assignment: str
    rosters: tuple[Path, ...] = ()
    timezone: str = ""
    student: str = ""
    trust_times: bool = False
    dry_run: bool = False


def collect(course: Course, request: Request, progress: Progress) -> CollectionReport:
    """Take in what a path holds.

    Raises:
        UsageError: Something that was asked for is not there, is damaged, or cannot be written.
    """
    course.notebook(request.assignment)
    _refuse_workspace(course, request.path)
    zone = load_timezone(request.timezone or course.timezone)
    roster = _roster(course, request, zone)
    if request.student:
        _refuse_unknown_student(roster, request.student)
    with ExitStack() as stack:
        if not request.dry_run:
            stack.enter_context(locked_workspace(course))
            recover_interrupted_run(course, request.assignment)
        staged = stack.enter_context(_staging(course, dry_run=request.dry_run))
        source = open_source(request.path, staged, _source_options(course, request, zone))
        collection = CollectionRun(course, request.assignment, roster, source)
        report = collection.run(progress, is_dry=request.dry_run)
    return replace(report, source=request.path.name)


def _refuse_workspace(course: Course, path: Path) -> None:
    ours, given = course.workspace.resolve(), path.resolve()
    if ours.is_relative_to(given) or given.is_relative_to(course.submitted.resolve()):
        raise UsageError(
            f"{path} holds what has been collected already; give the folder or the file that "
            "came from outside."
        )


def _roster(course: Course, request: Request, zone: tzinfo) -> Roster:
    paths = request.rosters or (course.root / ROSTER_NAME,)
    if not request.rosters and not paths[0].exists():
        return Roster()
    return read_rosters(paths, zone)


def _refuse_unknown_student(roster: Roster, student: str) -> None:
    reason = reason_against_id(student)
    if reason:
        raise UsageError(f"No student can have the id {student!r}: {reason}.")
    if roster.name and student not in roster.students:
        raise UsageError(
            f"The student {student!r} is not in {roster.name}; add a line there, or give the id "
            "that it has."
        )


def _source_options(course: Course, request: Request, zone: tzinfo) -> SourceOptions:
    return SourceOptions(
        assignment=request.assignment,
        others=tuple(name for name in course.assignments() if name != request.assignment),
        student=request.student,
        course_id=course.course_id,
        zone=zone,
        trusts_file_times=request.trust_times,
    )


@contextmanager
def _staging(course: Course, *, dry_run: bool) -> Iterator[Path]:
    """A folder for copies, in the workspace, where there is room; none of a killed run stays."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="autograder") as folder:
            yield Path(folder)
        return
    for path in course.workspace.glob(f"{STAGING}*"):
        shutil.rmtree(path, ignore_errors=True)
    made = course.workspace / f"{STAGING}{secrets.token_hex(4)}"
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
