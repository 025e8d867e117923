"""A receipt: what the student's kit wrote of a notebook when it packed it to be handed in.

In the operator's process. It is the student's word and proves nothing: it tells a student and the
course team whether the file that arrived is the one that was packed.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from autograder.notebook.document import UnreadableError
from autograder.notebook.submission_file import read_bytes

RECEIPT_NAME = "receipt.json"
MOST_BYTES = 64 * 1024
CHANGED_SENTENCE = (
    "the receipt was made for another version of this notebook; what was handed in was graded"
)
_Count = Annotated[int, Meta(ge=0)]


class ReceiptStatus(StrEnum):
    """What a receipt says of the notebook beside it."""

    MISSING = "missing"
    FITS = "fits"
    CHANGED = "changed"
    FOREIGN = "foreign"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What of a receipt is of use.

    Attributes:
        assignment: What it was made for.
        notebook_sha256: ``sha256:`` and the digest of the notebook's bytes.
        submitted: When it was made, by the clock of the student's machine, in UTC.
        release: Version of the package that made it; of no use where there is no such version.
    """

    assignment: str
    notebook_sha256: str
    submitted: datetime
    release: str = ""

    def status(self, notebook: bytes, assignment: str) -> ReceiptStatus:
        """Whether it was made for this notebook and this assignment."""
        if self.notebook_sha256 != f"sha256:{hashlib.sha256(notebook).hexdigest()}":
            return ReceiptStatus.CHANGED
        return ReceiptStatus.FITS if self.assignment == assignment else ReceiptStatus.FOREIGN


def read_receipt(path: Path) -> Receipt | None:
    """The receipt in a file; None for one that is damaged.

    Raises:
        FileNotFoundError: There is none.
    """
    if not path.is_symlink() and not path.exists():
        raise FileNotFoundError(path)
    try:
        return parsed_receipt(read_bytes(path, limit=MOST_BYTES))
    except UnreadableError:
        return None


def parsed_receipt(content: bytes) -> Receipt | None:
    """The receipt; None unless it is one, whole and of the version that is known."""
    try:
        found = msgspec.json.decode(content, type=_File)
        submitted = found.submitted.astimezone(UTC)
    except (ValueError, OverflowError, RecursionError):
        return None
    return Receipt(found.assignment, found.notebook_sha256, submitted, found.release)


@dataclass(frozen=True, slots=True)
class _Tally:
    passed: _Count
    total: _Count


@dataclass(frozen=True, slots=True)
class _File:
    schema: Literal[1]
    assignment: Annotated[str, Meta(pattern=r"\A[0-9A-Za-z_.-]{1,100}\Z")]
    release: str
    notebook_sha256: Annotated[str, Meta(pattern=r"\Asha256:[0-9a-f]{64}\Z")]
    submitted: Annotated[datetime, Meta(tz=True)]
    self_check: dict[str, _Tally]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a receipt says of the notebook that it was found beside.

    Attributes:
        contradiction: A sentence where it is another notebook's; else empty.
        release: Version of the package that this notebook was handed in with; else empty.
    """

    contradiction: str = ""
    release: str = ""


def claims_of(folder: Path, notebook: bytes) -> Claims:
    """What the receipt in a submission's folder says of the notebook there.

    A receipt that is missing, damaged or made for another assignment says nothing of the notebook,
    and costs an honest student not even a sentence.
    """
    try:
        receipt = read_receipt(folder / RECEIPT_NAME)
    except OSError:
        return Claims()
    if receipt is None:
        return Claims()
    if receipt.status(notebook, receipt.assignment) is ReceiptStatus.CHANGED:
        return Claims(contradiction=CHANGED_SENTENCE)
    return Claims(release=receipt.release)
