"""The workspace on disk: its lock and the submissions in it. In the operator's process."""

import difflib
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.course.permissions import make_private
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.notebook.document import UnreadableError
from autograder.notebook.receipt import Claims, claims_of
from autograder.notebook.submission_file import OPERATORS, find_notebook, read_bytes
from autograder.terminal.escaping import plain_line

LOCK_NAME = ".lock"
TIMESTAMP_NAME = "timestamp.txt"
TIMESTAMP_BYTES = 1024


@contextmanager
def locked_workspace(course: Course) -> Iterator[None]:
    """Keep every other run out of the workspace, which is made where there is none.

    Raises:
        UsageError: Another run holds it, or it cannot be written.
    """
    try:
        for folder in (course.workspace, course.results):
            make_private(folder)
        descriptor = os.open(course.workspace / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(
            f"The workspace {course.workspace} cannot be written: {error.strerror}. "
            "Choose another with --workspace."
        ) from error
    try:
        # Linux releases it when this process ends, also by SIGKILL: no stale lock is left.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise UsageError(
            f"Another run is at work in {course.workspace}; wait until it has ended, or choose "
            "another --workspace."
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """One student's submission as it was handed in; nothing of it is believed.

    Attributes:
        student: The student's id.
        content: The notebook's bytes; empty when it could not be read.
        unreadable: Why it could not be read, or the empty string.
        timestamp: What timestamp.txt says, or the empty string.
        notes: Sentences about the file, for the student.
        release: Version of the package that its receipt names, or the empty string.
    """

    student: str
    content: bytes
    unreadable: str = ""
    timestamp: str = ""
    notes: tuple[str, ...] = ()
    release: str = ""

    @property
    def digest(self) -> str:
        """Changes whenever something was handed in anew."""
        total = hashlib.sha256(self.content)
        facts = (self.unreadable, self.timestamp, self.notes, self.release)
        total.update(repr(facts).encode())
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class SubmissionFolder:
    """The folder of one student's submission."""

    student: str
    folder: Path

    def read(self, assignment: str) -> SubmittedFile:
        """The submission; never raises for anything that a student can hand in."""
        claims = Claims()
        try:
            path, note = find_notebook(self.folder, assignment)
            content, unreadable = read_bytes(path), ""
            claims = claims_of(self.folder, content)
            notes = tuple(filter(None, (note, claims.contradiction)))
        except UnreadableError as error:
            content, unreadable, notes = b"", str(error), ()
        except OSError as error:
            reason = f"the submission could not be opened ({error.strerror}); {OPERATORS}"
            content, unreadable, notes = b"", reason, ()
        return SubmittedFile(
            self.student, content, unreadable, self.timestamp(), notes, claims.release
        )

    def timestamp(self) -> str:
        """What timestamp.txt says; empty where there is none, or something else than a file."""
        try:
            content = read_bytes(self.folder / TIMESTAMP_NAME, limit=TIMESTAMP_BYTES)
        except UnreadableError:
            return ""
        return content.decode(errors="replace").strip()


def find_submissions(
    course: Course, assignment: str, students: Sequence[str] = ()
) -> tuple[SubmissionFolder, ...]:
    """Every submission of the assignment, or those of the named students, sorted by student.

    Raises:
        UsageError: There is none, or a named student has none.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(course.submitted))
    except FileNotFoundError:
        names = []
    except OSError as error:
        raise UsageError(f"{course.submitted} cannot be read: {error.strerror}.") from error
    found = {}
    for name in names:
        folder = course.submitted / name / assignment
        if not name.startswith(".") and _is_there(folder):
            # Bytes that are no UTF-8 are written as ``\xff``, so that two names differ.
            student = os.fsencode(name).decode("utf-8", errors="backslashreplace")
            found[student] = SubmissionFolder(student, folder)
    if not found:
        raise UsageError(
            f"There are no submissions of {assignment} in {course.submitted}; they are expected "
            f"as <student>/{assignment}/{assignment}.ipynb."
        )
    for student in students:
        if student not in found:
            known = sorted(found)
            close = difflib.get_close_matches(student, known, n=3, cutoff=0.5) or known[:3]
            raise UsageError(
                f"The student {student!r} has no submission of {assignment}; "
                f"there are {len(known)}, such as {', '.join(map(plain_line, close))}."
            )
    return tuple(found[student] for student in sorted(set(students) or found))


def _is_there(folder: Path) -> bool:
    try:
        folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    # Any other error is reported in the student's row, when the submission is read.
    except OSError:
        return True
    return True
