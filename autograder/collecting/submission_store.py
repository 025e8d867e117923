"""Puts submissions into the workspace, and keeps what was there before.

In the operator's process, under the workspace's lock. A submission is a whole folder. The new one
is written beside the old one and changes places with it in one step. Whenever the machine goes
down, one of the two is there, complete, and the other is kept under ``submitted-earlier/``.
"""

import os
import secrets
import shutil
from datetime import datetime
from glob import escape
from pathlib import Path

from autograder.collecting.existing_submission import ExistingSubmission, IncomingSubmission
from autograder.collecting.submission_times import format_timestamp
from autograder.course.files import swap
from autograder.course.settings import Course
from autograder.course.workspace import TIMESTAMP_NAME
from autograder.errors import UsageError
from autograder.notebook.submission_file import RECORD_NAME

EARLIER_FOLDER = "submitted-earlier"
DRAFT, ASIDE = "new", "old"


def store_submission(
    course: Course,
    assignment: str,
    incoming: IncomingSubmission,
    existing: ExistingSubmission | None,
) -> Path | None:
    """Put a submission where grading looks for it.

    Args:
        course: The course.
        assignment: The assignment's name.
        incoming: The submission; its files are copied.
        existing: What is there now.

    Returns:
        Where the existing submission is kept; None where there was none.

    Raises:
        UsageError: The workspace cannot be written; the existing submission is still there.
    """
    target = course.submitted / incoming.student / assignment
    try:
        draft = _write_draft(target, incoming)
        if existing is None:
            draft.rename(target)
            _sync(target.parent)
            return None
        earlier = course.workspace / EARLIER_FOLDER / incoming.student / assignment
        kept = _free_path(earlier, existing.order_time)
        kept.parent.mkdir(parents=True, exist_ok=True)
        # The new one goes to the old one's later place first, and the two are exchanged there. A
        # crash in between leaves one more kept copy, not a draft that would be deleted.
        draft.rename(kept)
        if not swap(kept, target):
            _exchange_in_steps(kept, target)
        _sync(kept.parent)
        _sync(target.parent)
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written: {error.strerror}. What was there is kept; run the same "
            "command again."
        ) from error
    return kept


def _write_draft(target: Path, incoming: IncomingSubmission) -> Path:
    """The submission, its record and its time, complete and on the disk, beside its place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.{DRAFT}")
    draft.mkdir()
    for name, path in incoming.files.items():
        copy = draft / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        _sync(copy)
    texts = {RECORD_NAME: incoming.record()}
    if incoming.handed_in:
        texts[TIMESTAMP_NAME] = format_timestamp(incoming.handed_in.at)
    for name, text in texts.items():
        (draft / name).write_text(text, encoding="utf-8")
        _sync(draft / name)
    _sync(draft)
    return draft


def _exchange_in_steps(kept: Path, target: Path) -> None:
    """Exchange two folders where the file system has no single step for it.

    :func:`recover_interrupted_run` completes an exchange that broke off.
    """
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.{ASIDE}")
    target.rename(aside)
    try:
        kept.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    aside.rename(kept)


def recover_interrupted_run(course: Course, assignment: str) -> None:
    """Clean up after a run that was killed: delete drafts, put back what was set aside."""
    for path in sorted(course.submitted.glob(f"*/.{escape(assignment)}.????????.{DRAFT}")):
        shutil.rmtree(path, ignore_errors=True)
    for path in sorted(course.submitted.glob(f"*/.{escape(assignment)}.????????.{ASIDE}")):
        target = path.with_name(assignment)
        if not os.path.lexists(target):
            path.rename(target)
            continue
        earlier = course.workspace / EARLIER_FOLDER / target.parent.name / assignment
        earlier.mkdir(parents=True, exist_ok=True)
        modified = datetime.fromtimestamp(path.lstat().st_mtime).astimezone()
        path.rename(_free_path(earlier, modified))


def _free_path(folder: Path, order_time: datetime) -> Path:
    """A path in the folder that is not taken, named after the time of the submission."""
    name = f"{order_time:%Y%m%dT%H%M%S}"
    names = (name, *(f"{name}-{number}" for number in range(2, 10**6)))
    return next(folder / one for one in names if not os.path.lexists(folder / one))


def _sync(path: Path) -> None:
    # A rename may reach the disk before the renamed folder's content does.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
