"""What the workspace has of a student's submission, and whether an incoming one replaces it.

In the operator's process. The folder may hold anything: it may have been filled by hand, by
``nbgrader collect``, or by us, who leave a record beside the submission.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Literal

import msgspec

from autograder.archives.archive import members_of
from autograder.archives.compression import RefusedError
from autograder.archives.member import CHUNK, Caps
from autograder.collecting.found_submission import NOTEBOOK_SUFFIX
from autograder.collecting.submission_times import (
    MOST_ZONE_DIFFERENCE,
    SubmissionTime,
    TimeOrigin,
    parse_timestamp,
)
from autograder.course.workspace import TIMESTAMP_NAME, SubmissionFolder
from autograder.notebook.document import UnreadableError
from autograder.notebook.submission_file import RECORD_NAME, read_bytes

NOT_CONTENT = frozenset({RECORD_NAME, TIMESTAMP_NAME})
MOST_RECORD_BYTES = 64 * 1024
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Action(StrEnum):
    """What becomes of an incoming submission."""

    NEW = "new"
    REPLACED = "replaced"
    NEW_TIME = "dated"
    UNCHANGED = "unchanged"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class IncomingSubmission:
    """A submission that may get into the workspace.

    Attributes:
        student: The student's id.
        files: Path below the submission's folder → where our copy is.
        handed_in: When it was handed in; None where it is not known.
        order_time: Decides which of two submissions is the later one: when it was handed in, or
            when it was there at the latest.
        source_name: What it is called in the source.
    """

    student: str
    files: Mapping[str, Path]
    handed_in: SubmissionTime | None
    order_time: datetime
    source_name: str

    @property
    def digest(self) -> str:
        """Changes with any byte and any name."""
        return _digest((name, _opener(path)) for name, path in self.files.items())

    def record(self) -> str:
        """What is kept beside it, as JSON."""
        kept = {
            "from": self.source_name,
            "handed_in": self.handed_in.at.isoformat() if self.handed_in else None,
            "order": self.order_time.isoformat(),
            "schema": 1,
            "word_of": str(self.handed_in.origin) if self.handed_in else None,
        }
        return json.dumps(kept, indent=1, sort_keys=True) + "\n"


@dataclass(frozen=True, slots=True)
class ExistingSubmission:
    """A submission that is in the workspace.

    Attributes:
        digest: Digest of all files but ``timestamp.txt`` and the record.
        handed_in: When it was handed in, as far as is known.
        order_time: As that of an incoming submission.
    """

    digest: str
    handed_in: SubmissionTime | None
    order_time: datetime


def find_existing(folder: Path, assignment: str, *, now: datetime) -> ExistingSubmission | None:
    """What a submission's folder holds; None where there is no such folder.

    Args:
        folder: The submission's folder.
        assignment: Its name.
        now: The time now; no record can be of a later one.
    """
    try:
        folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    digest = _digest_of(folder)
    time = parse_timestamp(SubmissionFolder("", folder).timestamp())
    record = _read_record(folder)
    # A person, or nbgrader, may have written another time since: then the record is out of date.
    # One of a later time than any zone has now would keep out whatever follows.
    if record is None or record.handed_in != time or record.order > now + MOST_ZONE_DIFFERENCE:
        handed_in = SubmissionTime(time, TimeOrigin.TIMESTAMP) if time else None
        return ExistingSubmission(digest, handed_in, time or _modified(folder, assignment))
    origin = record.word_of or TimeOrigin.TIMESTAMP
    handed_in = SubmissionTime(time, origin) if time else None
    return ExistingSubmission(digest, handed_in, record.order)


def choose_action(incoming: IncomingSubmission, existing: ExistingSubmission | None) -> Action:
    """Whether the incoming submission replaces the existing one."""
    if existing is None:
        return Action.NEW
    if incoming.digest != existing.digest:
        return Action.REPLACED if incoming.order_time > existing.order_time else Action.OLDER
    has_better_time = _is_better(incoming.handed_in, existing.handed_in)
    return Action.NEW_TIME if has_better_time else Action.UNCHANGED


def _is_better(incoming: SubmissionTime | None, known: SubmissionTime | None) -> bool:
    """Whether a time of the same files is their first, a more reliable one, or a later one."""
    if incoming is None:
        return False
    if known is None:
        return True
    if not incoming.origin.is_reliable or incoming.at == known.at:
        return False
    return not known.origin.is_reliable or incoming.at > known.at


@dataclass(frozen=True, slots=True)
class _Record:
    """What of a record is used; see :meth:`IncomingSubmission.record`."""

    schema: Literal[1]
    handed_in: _Moment | None
    order: _Moment
    word_of: TimeOrigin | None


def _read_record(folder: Path) -> _Record | None:
    try:
        content = read_bytes(folder / RECORD_NAME, limit=MOST_RECORD_BYTES)
        return msgspec.json.decode(content, type=_Record)
    # The folder may have been filled by hand: what is not our record says nothing.
    except (UnreadableError, ValueError, RecursionError):
        return None


def _modified(folder: Path, assignment: str) -> datetime:
    for path in (folder / f"{assignment}{NOTEBOOK_SUFFIX}", folder):
        try:
            nanoseconds = path.lstat().st_mtime_ns
        except OSError:
            continue
        return datetime.fromtimestamp(nanoseconds // 10**9, UTC)
    return datetime.fromtimestamp(0, UTC)


def _digest_of(folder: Path) -> str:
    """Digest of a folder; one that cannot be read differs from every incoming submission."""
    if folder.is_symlink() or not folder.is_dir():
        return ""
    try:
        with members_of(folder, Caps()) as members:
            content = (member for member in members if member.name not in NOT_CONTENT)
            return _digest((one.name, None if one.refusal else one.open) for one in content)
    except (RefusedError, OSError):
        return ""


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _digest(files: Iterable[tuple[str, Callable[[], IO[bytes]] | None]]) -> str:
    """Digest of names and bytes, in whatever order they come; a link or a device has no bytes."""
    lines = []
    for name, open_file in files:
        digest = hashlib.sha256()
        if open_file is not None:
            with open_file() as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        lines.append(repr((name, open_file is not None, digest.hexdigest())))
    # A name on disk may hold bytes that are not UTF-8.
    return hashlib.sha256("\n".join(sorted(lines)).encode(errors="replace")).hexdigest()
