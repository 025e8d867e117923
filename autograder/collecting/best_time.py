"""When a hand-in was handed in, by the best word that there is. In the operator's process."""

from datetime import datetime
from pathlib import Path

from autograder.collecting.found_submission import Content, HandIn
from autograder.collecting.owner_hints import Moodle
from autograder.collecting.roster import Student
from autograder.collecting.sources import Source
from autograder.collecting.submission_times import ZONES, Moment, Origin, in_utc
from autograder.notebook.receipt import RECEIPT_NAME, Receipt, Standing, read_receipt


def dated(
    handin: HandIn, content: Content, student: Student, *, source: Source
) -> tuple[Moment | None, datetime]:
    """The time that counts, and the one that says which of two came later.

    They differ where nobody but the student knows the first: whoever sets a clock back must not
    decide which of two files is the last.
    """
    order = in_utc(content.modified, source.zone) if content.modified else source.modified
    if handin.stated:
        origin = Origin.EXCHANGE if source.origin is Origin.EXCHANGE else Origin.TIMESTAMP
        return Moment(handin.stated, origin), handin.stated
    clue = handin.clue
    listed = isinstance(clue, Moodle) and clue.number == student.participant
    if listed and student.handed_in:
        return Moment(student.handed_in, Origin.WORKSHEET), student.handed_in
    if content.modified and not source.is_packed:
        return Moment(order, source.origin), order
    receipt, standing = receipt_of(content, "")
    said = receipt.submitted if receipt and standing is not Standing.CHANGED else None
    # Nobody hands in after the zip was made.
    if said and said <= order + ZONES:
        return Moment(said, Origin.RECEIPT), order
    return None, order


def receipt_of(content: Content, assignment: str) -> tuple[Receipt | None, Standing]:
    """The receipt that came with a notebook, and what it says of it."""
    path, notebook = content.files.get(RECEIPT_NAME), content.notebook
    if path is None or notebook is None:
        return None, Standing.MISSING
    receipt = _read(path)
    if receipt is None:
        return None, Standing.DAMAGED
    return receipt, receipt.standing(notebook.read_bytes(), assignment)


def _read(path: Path) -> Receipt | None:
    try:
        return read_receipt(path)
    except OSError:
        return None
