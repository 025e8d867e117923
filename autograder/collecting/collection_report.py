"""What a collection did, for a person and for a program. In the operator's process."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.collecting.existing_submission import Action
from autograder.collecting.layouts import Ignored
from autograder.collecting.submission_times import SubmissionTime, TimeOrigin, displayed_time
from autograder.notebook.receipt import ReceiptStatus
from autograder.terminal.escaping import plain_line

LONGEST = 300
ACTION_WORDS = {
    Action.NEW: "new",
    Action.REPLACED: "replaced",
    Action.NEW_TIME: "same notebook, other time",
    Action.UNCHANGED: "unchanged",
    Action.OLDER: "older than the one collected before",
}
RECEIPT_SENTENCES = {
    ReceiptStatus.CHANGED: "its receipt was made for another version of the notebook",
    ReceiptStatus.FOREIGN: "its receipt was made for another assignment",
    ReceiptStatus.DAMAGED: "its receipt cannot be read",
}


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """What became of one student's latest submission.

    Attributes:
        student: The student's id.
        action: What was done, or would be done.
        source_name: What the submission is called in the source.
        handed_in: When it was handed in; None where it is not known.
        previous: When the existing submission had been handed in.
        kept: Where the existing submission is now, below the workspace; empty where it stayed.
        receipt: What the receipt says.
        remarks: Sentences for the person who collects.
        needs_review: Whether a person must look at it.
    """

    student: str
    action: Action
    source_name: str
    handed_in: SubmissionTime | None = None
    previous: SubmissionTime | None = None
    kept: str = ""
    receipt: ReceiptStatus = ReceiptStatus.MISSING
    remarks: tuple[str, ...] = ()
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class CollectionReport:
    """Everything that a collection found and did.

    Attributes:
        assignment: What was collected.
        rows: One for each student, by id.
        unassigned: Submissions whose owner is not known.
        ignored: What was not taken.
        notes: Sentences about the whole.
        is_dry: Whether nothing was written.
        source: What it was collected from.
    """

    assignment: str
    rows: tuple[CollectionRow, ...]
    unassigned: tuple[Ignored, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    notes: tuple[str, ...] = ()
    is_dry: bool = False
    source: str = ""

    @property
    def needs_review(self) -> bool:
        """Whether some student's work may not have been collected."""
        return bool(self.unassigned) or self._review_count > 0

    @property
    def _review_count(self) -> int:
        rows = sum(row.needs_review for row in self.rows)
        return rows + sum(one.needs_review for one in self.ignored)

    def to_json(self) -> str:
        """The report for a program: ASCII, sorted keys."""
        counts = Counter(str(row.action) for row in self.rows)
        document = {
            "assignment": self.assignment,
            "counts": {str(action): counts[str(action)] for action in Action},
            "dry_run": self.is_dry,
            "ignored": [_ignored_to_json(one) for one in self.ignored],
            "notes": self.notes,
            "schema": 1,
            "source": self.source,
            "submissions": [_row_to_json(row) for row in self.rows],
            "unassigned": [_ignored_to_json(one) for one in self.unassigned],
        }
        return json.dumps(document, indent=1, sort_keys=True) + "\n"

    def lines(self) -> Iterator[str]:
        """The report for a person, each line safe for a terminal."""
        for row in self.rows:
            yield from map(_shown, _row_lines(row))
        if self.unassigned:
            yield "not assigned to a student:"
        for one in self.unassigned:
            yield f"    {_shown(one.name)}: {_shown(one.reason)}"
        if self.ignored:
            yield "not taken:"
        for one in self.ignored:
            review = " (to be looked at)" if one.needs_review else ""
            yield f"    {_shown(one.name)}: {_shown(one.reason)}{review}"
        yield from map(_shown, self.notes)
        yield _shown(self._summary())

    def _summary(self) -> str:
        counts = Counter(row.action for row in self.rows)
        parts = [f"{counts[action]} {ACTION_WORDS[action]}" for action in Action if counts[action]]
        receipts = Counter(row.receipt for row in self.rows)
        # A course that hands out no kit reads nothing of receipts.
        if receipts.total() > receipts[ReceiptStatus.MISSING]:
            statuses = [f"{receipts[one]} {one}" for one in ReceiptStatus if receipts[one]]
            parts.append(f"receipts: {', '.join(statuses)}")
        if self.unassigned:
            parts.append(f"{len(self.unassigned)} not assigned to a student")
        if self._review_count:
            parts.append(f"{self._review_count} to be looked at")
        dry = " (dry run: nothing was written)" if self.is_dry else ""
        return f"{self.assignment}: {'; '.join(parts) or 'nothing'}{dry}"


def _row_lines(row: CollectionRow) -> Iterator[str]:
    time, previous = displayed_time(row.handed_in), displayed_time(row.previous)
    if row.action in {Action.REPLACED, Action.NEW_TIME}:
        time = f"{previous} -> {time}"
    if row.action is Action.OLDER:
        time = f"{time}; the one collected before is of {previous}"
    yield f"{row.student}  {ACTION_WORDS[row.action]}  {time}  {row.source_name}"
    if row.kept:
        yield f"    the one collected before is kept in {row.kept}"
    if row.handed_in and row.handed_in.origin is TimeOrigin.RECEIPT:
        yield "    the time is that of its receipt, so only the student's computer says so"
    for remark in (*row.remarks, RECEIPT_SENTENCES.get(row.receipt, "")):
        if remark:
            yield f"    {remark}"


def _shown(text: str) -> str:
    line = plain_line(text)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _ignored_to_json(one: Ignored) -> dict[str, object]:
    return {"name": one.name, "needs_review": one.needs_review, "reason": one.reason}


def _row_to_json(row: CollectionRow) -> dict[str, object]:
    return {
        "action": str(row.action),
        "from": row.source_name,
        "handed_in": row.handed_in.at.isoformat() if row.handed_in else None,
        "needs_review": row.needs_review,
        "previous": row.previous.at.isoformat() if row.previous else None,
        "receipt": str(row.receipt),
        "remarks": list(row.remarks),
        "student": row.student,
        "time_of": str(row.handed_in.origin) if row.handed_in else None,
    }
