"""When a hand-in was handed in, by the best word that there is. In the operator's process."""

from datetime import datetime
from pathlib import Path

from autograder.collecting.found_submission import FoundSubmission, SubmissionContent
from autograder.collecting.owner_hints import MoodleHint
from autograder.collecting.roster import Student
from autograder.collecting.sources import Source
from autograder.collecting.submission_times import (
    MOST_ZONE_DIFFERENCE,
    SubmissionTime,
    TimeOrigin,
    in_utc,
)
from autograder.notebook.receipt import RECEIPT_NAME, Receipt, ReceiptStatus, read_receipt


def best_time(
    submission: FoundSubmission, content: SubmissionContent, student: Student, *, source: Source
) -> tuple[SubmissionTime | None, datetime]:
    """The time that counts, and the one that says which of two came later.

    They differ where nobody but the student knows the first: whoever sets a clock back must not
    decide which of two files is the last.
    """
    order_time = in_utc(content.modified, source.zone) if content.modified else source.modified
    if submission.stated_time:
        origin = (
            TimeOrigin.EXCHANGE if source.origin is TimeOrigin.EXCHANGE else TimeOrigin.TIMESTAMP
        )
        return SubmissionTime(submission.stated_time, origin), submission.stated_time
    owner_hint = submission.owner_hint
    listed = isinstance(owner_hint, MoodleHint) and owner_hint.number == student.moodle_participant
    if listed and student.worksheet_time:
        return SubmissionTime(student.worksheet_time, TimeOrigin.WORKSHEET), student.worksheet_time
    if content.modified and not source.has_download_times:
        return SubmissionTime(order_time, source.origin), order_time
    receipt, status = receipt_of(content, "")
    said = receipt.submitted if receipt and status is not ReceiptStatus.CHANGED else None
    # Nobody hands in after the zip was made.
    if said and said <= order_time + MOST_ZONE_DIFFERENCE:
        return SubmissionTime(said, TimeOrigin.RECEIPT), order_time
    return None, order_time


def receipt_of(content: SubmissionContent, assignment: str) -> tuple[Receipt | None, ReceiptStatus]:
    """The receipt that came with a notebook, and what it says of it."""
    path, notebook = content.files.get(RECEIPT_NAME), content.notebook
    if path is None or notebook is None:
        return None, ReceiptStatus.MISSING
    receipt = _read(path)
    if receipt is None:
        return None, ReceiptStatus.DAMAGED
    return receipt, receipt.status(notebook.read_bytes(), assignment)


def _read(path: Path) -> Receipt | None:
    try:
        return read_receipt(path)
    except OSError:
        return None
