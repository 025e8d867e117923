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

from autograder.collecting.existing_submission import Lying, Submission
from autograder.collecting.submission_times import stamp_of
from autograder.course.files import swap
from autograder.course.settings import Course
from autograder.course.workspace import TIMESTAMP_NAME
from autograder.errors import UsageError
from autograder.notebook.submission_file import RECORD_NAME

EARLIER = "submitted-earlier"
DRAFT, ASIDE = "new", "old"


def place(course: Course, assignment: str, came: Submission, lies: Lying | None) -> Path | None:
    """Put what came where grading looks for it.

    Args:
        course: Where things lie.
        assignment: Its name.
        came: The submission; its files are moved.
        lies: What is there now.

    Returns:
        Where that is kept; None where there was nothing.

    Raises:
        UsageError: The workspace cannot be written; what was there is there still.
    """
    target = course.submitted / came.student / assignment
    try:
        draft = _drafted(target, came)
        if lies is None:
            draft.rename(target)
            _sync(target.parent)
            return None
        kept = _free(course.workspace / EARLIER / came.student / assignment, lies.order)
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


def _drafted(target: Path, came: Submission) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.{DRAFT}")
    draft.mkdir()
    for name, path in came.files.items():
        inner = draft / name
        inner.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, inner)
        _sync(inner)
    texts = {RECORD_NAME: came.record()}
    if came.moment:
        texts[TIMESTAMP_NAME] = stamp_of(came.moment.at)
    for name, text in texts.items():
        (draft / name).write_text(text, encoding="utf-8")
        _sync(draft / name)
    _sync(draft)
    return draft


def _exchange_in_steps(kept: Path, target: Path) -> None:
    """Two folders change places where that is no single step; :func:`mend` ends what broke off."""
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.{ASIDE}")
    target.rename(aside)
    try:
        kept.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    aside.rename(kept)


def mend(course: Course, assignment: str) -> None:
    """Clear up after a run that was killed: drafts go, and what was set aside comes back."""
    for path in _left_behind(course.submitted, assignment):
        target = path.with_name(assignment)
        if path.name.endswith(f".{DRAFT}"):
            shutil.rmtree(path, ignore_errors=True)
        elif not os.path.lexists(target):
            path.rename(target)
        else:
            folder = course.workspace / EARLIER / target.parent.name / assignment
            folder.mkdir(parents=True, exist_ok=True)
            path.rename(_free(folder, datetime.fromtimestamp(path.lstat().st_mtime).astimezone()))


def _left_behind(submitted: Path, assignment: str) -> Iterator[Path]:
    if not submitted.is_dir():
        return
    for ending in (DRAFT, ASIDE):
        yield from sorted(submitted.glob(f"*/.{escape(assignment)}.????????.{ending}"))


def _free(folder: Path, order: datetime) -> Path:
    """A name below the folder that says when it was handed in, and is not taken."""
    name = f"{order:%Y%m%dT%H%M%S}"
    names = (name, *(f"{name}-{number}" for number in range(2, 10**6)))
    return next(folder / one for one in names if not os.path.lexists(folder / one))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
