"""``autograder collect``: puts every student's latest submission into the workspace.

In the operator's process, under the workspace's lock. Collecting twice changes nothing.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
    """What the operator asked for.

    Attributes:
        path: The source that is collected from.
        assignment: The assignment's name.
        rosters: Files that say who is in the course, the first one with their ids. Without any, it
            is the course folder's roster.csv, if there is one.
        timezone: Zone of times that name none; empty for the course's zone.
        student: Whose the file is; empty where its name says so.
        trust_times: Take the files' times for those of handing in, whatever they look like.
        dry_run: Only say what would be done.
    """

    path: Path
    assignment: str
    rosters: tuple[Path, ...] = ()
    timezone: str = ""
    student: str = ""
    trust_times: bool = False
    dry_run: bool = False


def collect(
    course: Course, request: Request, progress: Progress, *, now: datetime | None = None
) -> CollectionReport:
    """Collect the submissions that a path holds.

    Args:
        course: Its workspace gets them.
        request: What the operator asked for.
        progress: Shows how far it is.
        now: The time; None to look at the clock.

    Raises:
        UsageError: The source or a roster is missing or damaged, an option does not fit the course,
            or the workspace cannot be written.
    """
    course.notebook(request.assignment)
    _refuse_workspace(course, request.path)
    zone = load_timezone(request.timezone or course.timezone)
    in_course = [path for path in [course.root / ROSTER_NAME] if path.exists()]
    rosters = request.rosters or in_course
    roster = read_rosters(rosters, zone) if rosters else Roster()
    if request.student:
        _refuse_unknown_student(roster, request.student)
    options = SourceOptions(
        assignment=request.assignment,
        others=tuple(name for name in course.assignments() if name != request.assignment),
        student=request.student,
        course_id=course.course_id,
        zone=zone,
        trusts_file_times=request.trust_times,
    )
    with ExitStack() as stack:
        if not request.dry_run:
            stack.enter_context(locked_workspace(course))
            recover_interrupted_run(course, request.assignment)
        staging = stack.enter_context(_staging(course, dry_run=request.dry_run))
        source = open_source(request.path, staging, options)
        now = now or datetime.now(UTC)
        run = CollectionRun(course, request.assignment, roster, source, now=now)
        report = run.collect(progress, is_dry=request.dry_run)
    return replace(report, source=request.path.name)


def _refuse_workspace(course: Course, path: Path) -> None:
    workspace, source = course.workspace.resolve(), path.resolve()
    if workspace.is_relative_to(source) or source.is_relative_to(course.submitted.resolve()):
        raise UsageError(
            f"{path} holds what has been collected already; give the downloaded file or folder."
        )


def _refuse_unknown_student(roster: Roster, student: str) -> None:
    reason = reason_against_id(student)
    if reason:
        raise UsageError(f"No student can have the id {student!r}: {reason}.")
    if roster.name and student not in roster.students:
        raise UsageError(
            f"The student {student!r} is not in {roster.name}; add a line there, or give an id "
            "that it has."
        )


@contextmanager
def _staging(course: Course, *, dry_run: bool) -> Iterator[Path]:
    """A folder for copies: in the workspace, where there is room, or elsewhere for a dry run."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="autograder") as folder:
            yield Path(folder)
        return
    # A run that was killed has left its folder. The lock says that no other run is using it.
    for path in course.workspace.glob(f"{STAGING}*"):
        shutil.rmtree(path, ignore_errors=True)
    staging = course.workspace / f"{STAGING}{secrets.token_hex(4)}"
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
