"""Puts a submission in its place in the workspace, and keeps what was there before.

In the operator's process, under the workspace's lock. A submission is its whole folder. A new one
is made beside its place, and changes places with the old one in one step: whenever the machine
goes down, one of the two is there, whole, and the other is kept under ``submitted-earlier/``.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
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
    """Put what came where grading looks for it.

    Args:
        course: Where things lie.
        assignment: Its name.
        incoming: The submission; its files are moved.
        existing: What is there now.

    Returns:
        Where that is kept; None where there was nothing.

    Raises:
        UsageError: The workspace cannot be written; what was there is there still.
    """
    target = course.submitted / incoming.student / assignment
    try:
        draft = _write_draft(target, incoming)
        if existing is None:
            draft.rename(target)
            _sync(target.parent)
            return None
        kept = _free_path(
            course.workspace / EARLIER_FOLDER / incoming.student / assignment, existing.order_time
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        # From its later place on: what is left there after a crash is one more copy.
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
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.{DRAFT}")
    draft.mkdir()
    for name, path in incoming.files.items():
        inner = draft / name
        inner.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, inner)
        _sync(inner)
    texts = {RECORD_NAME: incoming.record()}
    if incoming.handed_in:
        texts[TIMESTAMP_NAME] = format_timestamp(incoming.handed_in.at)
    for name, text in texts.items():
        (draft / name).write_text(text, encoding="utf-8")
        _sync(draft / name)
    _sync(draft)
    return draft


def _exchange_in_steps(kept: Path, target: Path) -> None:
    """Two folders change places where that is no single step.

    :func:`recover_interrupted_run` ends what broke off.
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
    """Clear up after a run that was killed: drafts go, and what was set aside comes back."""
    for path in _leftovers(course.submitted, assignment):
        target = path.with_name(assignment)
        if path.name.endswith(f".{DRAFT}"):
            shutil.rmtree(path, ignore_errors=True)
        elif not os.path.lexists(target):
            path.rename(target)
        else:
            folder = course.workspace / EARLIER_FOLDER / target.parent.name / assignment
            folder.mkdir(parents=True, exist_ok=True)
            path.rename(
                _free_path(folder, datetime.fromtimestamp(path.lstat().st_mtime).astimezone())
            )


def _leftovers(submitted: Path, assignment: str) -> Iterator[Path]:
    if not submitted.is_dir():
        return
    for ending in (DRAFT, ASIDE):
        yield from sorted(submitted.glob(f"*/.{escape(assignment)}.????????.{ending}"))


def _free_path(folder: Path, order_time: datetime) -> Path:
    """A name below the folder that says when it was handed in, and is not taken."""
    name = f"{order_time:%Y%m%dT%H%M%S}"
    names = (name, *(f"{name}-{number}" for number in range(2, 10**6)))
    return next(folder / one for one in names if not os.path.lexists(folder / one))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
