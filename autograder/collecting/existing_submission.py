"""What lies in a submission's place now, and whether what came is to take it.

In the operator's process. A place may hold anything: it may have been filled by hand, by
``nbgrader collect``, or by us, who leave a record beside the submission.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from autograder.archives.archive import members_of
from autograder.archives.compression import RefusedError
from autograder.archives.member import CHUNK, Caps
from autograder.collecting.found_submission import NOTEBOOK_SUFFIX
from autograder.collecting.submission_times import (
    SubmissionTime,
    TimeOrigin,
    parse_timestamp,
)
from autograder.course.workspace import TIMESTAMP_NAME, SubmissionFolder
from autograder.notebook.document import UnreadableError
from autograder.notebook.submission_file import RECORD_NAME, read_bytes

NOT_CONTENT = frozenset({RECORD_NAME, TIMESTAMP_NAME})
MOST_RECORD_BYTES = 64 * 1024


class Action(StrEnum):
    """What becomes of a hand-in."""

    NEW = "new"
    REPLACED = "replaced"
    NEW_TIME = "dated"
    UNCHANGED = "unchanged"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class IncomingSubmission:
    """A submission that is to lie in its place.

    Attributes:
        student: The student's id.
        files: Path below its folder → where the bytes lie now.
        moment: When it was handed in; None where nobody knows.
        order: Says which of two came later; when it was handed in, or was known to be there.
        label: What it was called where it came from.
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
    """What lies in a place now.

    Attributes:
        digest: Of all files but the time and the record.
        moment: When it was handed in, as far as is known.
        order: As a submission's.
    """

    digest: str
    handed_in: SubmissionTime | None
    order_time: datetime


def find_existing(folder: Path, assignment: str) -> ExistingSubmission | None:
    """What lies there; None for nothing."""
    try:
        folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    stated_time = parse_timestamp(SubmissionFolder("", folder).timestamp())
    record = _record(folder)
    origin = TimeOrigin.TIMESTAMP
    if record and record[0] == stated_time and record[2]:
        origin = record[2]
    handed_in = SubmissionTime(stated_time, origin) if stated_time else None
    order_time = record[1] if record and record[0] == stated_time else stated_time
    return ExistingSubmission(
        _digest_of(folder), handed_in, order_time or _modified(folder, assignment)
    )


def choose_action(incoming: IncomingSubmission, existing: ExistingSubmission | None) -> Action:
    """Whether what came takes the place of what lies there."""
    if existing is None:
        return Action.NEW
    if incoming.digest != existing.digest:
        return Action.REPLACED if incoming.order_time > existing.order_time else Action.OLDER
    return (
        Action.NEW_TIME
        if _has_better_time(incoming.handed_in, existing.handed_in)
        else Action.UNCHANGED
    )


def _has_better_time(incoming: SubmissionTime | None, known: SubmissionTime | None) -> bool:
    """Whether the same files now have a time, a surer one, or were handed in again later."""
    if incoming is None:
        return False
    if known is None:
        return True
    if not incoming.origin.is_reliable or incoming.at == known.at:
        return False
    return not known.origin.is_reliable or incoming.at > known.at


def _record(folder: Path) -> tuple[datetime | None, datetime, TimeOrigin | None] | None:
    try:
        found = json.loads(read_bytes(folder / RECORD_NAME, limit=MOST_RECORD_BYTES))
        handed_in, word = found["handed_in"], found["word_of"]
        handed_in = datetime.fromisoformat(handed_in).astimezone(UTC) if handed_in else None
        order_time = datetime.fromisoformat(found["order"]).astimezone(UTC)
        return handed_in, order_time, TimeOrigin(word) if word else None
    except (UnreadableError, ValueError, TypeError, KeyError, RecursionError):
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
    """Of whatever lies there; what cannot be read differs from everything that can come."""
    if folder.is_symlink() or not folder.is_dir():
        return ""
    try:
        with members_of(folder, Caps()) as members:
            mine = (one for one in members if one.name not in NOT_CONTENT)
            return _digest((one.name, None if one.refusal else one.open) for one in mine)
    except (RefusedError, OSError):
        return ""


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _digest(files: Iterable[tuple[str, Callable[[], IO[bytes]] | None]]) -> str:
    """Of names and bytes, in whatever order they come; a link or a device has no bytes."""
    lines = []
    for name, opened in files:
        one = hashlib.sha256()
        if opened is not None:
            with opened() as file:
                while chunk := file.read(CHUNK):
                    one.update(chunk)
        lines.append(repr((name, opened is not None, one.hexdigest())))
    return hashlib.sha256("\n".join(sorted(lines)).encode(errors="replace")).hexdigest()
