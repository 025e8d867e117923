"""When something was handed in, by the best source that there is. In the operator's process."""

from datetime import datetime
from typing import NamedTuple

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


class BestTime(NamedTuple):
    """The two times of a submission.

    They differ where only the student's receipt says when it was handed in. Whoever sets a clock
    back must not decide which of two submissions is the latest.

    Attributes:
        handed_in: What counts for lateness; None where it is not known.
        order_time: Decides which of two submissions is the later one.
    """

    handed_in: SubmissionTime | None
    order_time: datetime


def best_time(
    submission: FoundSubmission, content: SubmissionContent, student: Student, *, source: Source
) -> BestTime:
    """The times of one submission, from the best of its sources.

    The exchange or a timestamp.txt comes first, then Moodle's worksheet, the file, and the receipt.
    """
    if submission.stated_time:
        is_exchange = source.origin is TimeOrigin.EXCHANGE
        origin = TimeOrigin.EXCHANGE if is_exchange else TimeOrigin.TIMESTAMP
        return BestTime(SubmissionTime(submission.stated_time, origin), submission.stated_time)
    hint, worksheet_time = submission.owner_hint, student.worksheet_time
    # A worksheet of another assignment has other numbers for the same people.
    is_listed = isinstance(hint, MoodleHint) and hint.number == student.moodle_participant
    if is_listed and worksheet_time:
        return BestTime(SubmissionTime(worksheet_time, TimeOrigin.WORKSHEET), worksheet_time)
    order_time = in_utc(content.modified, source.zone) if content.modified else source.modified
    if content.modified and not source.has_download_times:
        return BestTime(SubmissionTime(order_time, source.origin), order_time)
    receipt, status = receipt_of(content, assignment="")
    if receipt is None or status is ReceiptStatus.CHANGED:
        return BestTime(None, order_time)
    # Nothing is handed in after the download was made: such a clock is wrong, or set wrong.
    if receipt.submitted > order_time + MOST_ZONE_DIFFERENCE:
        return BestTime(None, order_time)
    return BestTime(SubmissionTime(receipt.submitted, TimeOrigin.RECEIPT), order_time)


def receipt_of(content: SubmissionContent, assignment: str) -> tuple[Receipt | None, ReceiptStatus]:
    """The receipt beside a notebook, and whether it fits the notebook and the assignment."""
    path, notebook = content.files.get(RECEIPT_NAME), content.notebook
    if path is None or notebook is None:
        return None, ReceiptStatus.MISSING
    try:
        receipt = read_receipt(path)
    except OSError:
        receipt = None
    if receipt is None:
        return None, ReceiptStatus.DAMAGED
    return receipt, receipt.status(notebook.read_bytes(), assignment)
