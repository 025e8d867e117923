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
WORDS = {
    Action.NEW: "new",
    Action.REPLACED: "replaced",
    Action.NEW_TIME: "same notebook, other time",
    Action.UNCHANGED: "unchanged",
    Action.OLDER: "older than what is there",
}
RECEIPTS = {
    ReceiptStatus.CHANGED: "its receipt was made for another version of the notebook",
    ReceiptStatus.FOREIGN: "its receipt was made for another assignment",
    ReceiptStatus.DAMAGED: "its receipt cannot be read",
}


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """What became of one student's hand-in.

    Attributes:
        student: The student's id.
        action: What was done, or would be.
        label: What it was called where it came from.
        handed_in: When; None where nobody knows.
        previous: When that which was there had been handed in.
        kept: Where that is now, below the workspace; empty where it stayed.
        receipt: What the receipt says.
        remarks: Sentences for the person who collects.
        needs_review: Whether somebody has to look at it.
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
    """Everything that a collection found.

    Attributes:
        assignment: What was collected.
        rows: One for each student, by id.
        unassigned: What nobody could be found for.
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
        """Whether some work may not have reached its place."""
        return bool(self.unassigned) or self._reviewed > 0

    @property
    def _reviewed(self) -> int:
        rows = sum(one.needs_review for one in self.rows)
        return rows + sum(one.needs_review for one in self.ignored)

    def to_json(self) -> str:
        """The same for a program: UTF-8, sorted keys."""
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
        """The same for a person, each line safe for a terminal."""
        for row in self.rows:
            yield from map(_shown, _row_lines(row))
        yield from _list_lines("not assigned to a student", self.unassigned)
        yield from _list_lines("not taken", self.ignored)
        yield from map(_shown, self.notes)
        yield _shown(self._summary())

    def _summary(self) -> str:
        counts = Counter(row.action for row in self.rows)
        parts = [f"{counts[action]} {WORDS[action]}" for action in Action if counts[action]]
        receipts = Counter(row.receipt for row in self.rows)
        if receipts.total() > receipts[ReceiptStatus.MISSING]:
            told = ", ".join(f"{receipts[one]} {one}" for one in ReceiptStatus if receipts[one])
            parts.append(f"receipts: {told}")
        if self.unassigned:
            parts.append(f"{len(self.unassigned)} not assigned to a student")
        if self._reviewed:
            parts.append(f"{self._reviewed} to be looked at")
        dry = " (dry run: nothing was written)" if self.is_dry else ""
        return f"{self.assignment}: {'; '.join(parts) or 'nothing'}{dry}"


def _row_lines(row: CollectionRow) -> Iterator[str]:
    time = displayed_time(row.handed_in.at if row.handed_in else None)
    if row.action in {Action.REPLACED, Action.NEW_TIME}:
        time = f"{displayed_time(row.previous.at if row.previous else None)} -> {time}"
    if row.action is Action.OLDER:
        time = (
            f"{time}; there is one of {displayed_time(row.previous.at if row.previous else None)}"
        )
    yield f"{row.student}  {WORDS[row.action]}  {time}  {row.source_name}"
    if row.kept:
        yield f"    what was there is kept in {row.kept}"
    if row.handed_in and row.handed_in.origin is TimeOrigin.RECEIPT:
        yield "    the time is that of its receipt: the student's word"
    for remark in (*row.remarks, RECEIPTS.get(row.receipt, "")):
        if remark:
            yield f"    {remark}"


def _list_lines(title: str, found: tuple[Ignored, ...]) -> Iterator[str]:
    if found:
        yield f"{title}:"
    for one in found:
        mark = " (to be looked at)" if one.needs_review and title == "not taken" else ""
        yield f"    {_shown(one.name)}: {_shown(one.reason)}{mark}"


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
