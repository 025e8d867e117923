"""One collection: whose every submission is, which is the latest, and what becomes of it.

In the operator's process, on copies that nobody else can change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.collecting.best_time import best_time, receipt_of
from autograder.collecting.collection_report import CollectionReport, CollectionRow
from autograder.collecting.existing_submission import (
    Action,
    IncomingSubmission,
    choose_action,
    find_existing,
)
from autograder.collecting.found_submission import (
    SubmissionContent,
    content_of,
    is_assignments_name,
)
from autograder.collecting.layouts import MARKED_LATE, Ignored
from autograder.collecting.owner_hints import NamePrefix, OwnerHint, WholeName
from autograder.collecting.roster import Match, Roster, Student
from autograder.collecting.sources import Source
from autograder.collecting.submission_store import store_submission
from autograder.collecting.submission_times import TimeOrigin
from autograder.course.settings import Course
from autograder.course.workspace import TIMESTAMP_NAME
from autograder.terminal.progress import Progress

NO_STUDENT = "it is named after the assignment, not after a student; say whose it is with --student"
STORED = frozenset({Action.NEW, Action.REPLACED, Action.NEW_TIME})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One submission of a known student, of which the student's latest one counts."""

    student: Student
    content: SubmissionContent
    incoming: IncomingSubmission

    @property
    def rank(self) -> tuple[object, ...]:
        """Greatest for the latest one; the name decides last, so that the order found does not."""
        return (self.incoming.order_time, self.content.number, self.incoming.source_name)


class CollectionRun:
    """One run over what was found in a source."""

    def __init__(
        self, course: Course, assignment: str, roster: Roster, source: Source, *, now: datetime
    ) -> None:
        """Prepare; nothing is written yet."""
        self._now = now
        self._course = course
        self._assignment = assignment
        self._roster = roster
        self._source = source
        self._unassigned: list[Ignored] = []
        self._ignored = list(source.ignored)

    def collect(self, progress: Progress, *, is_dry: bool = False) -> CollectionReport:
        """Store the latest submission of every student, or only say what would be done.

        Raises:
            UsageError: The workspace or the gradebook cannot be written.
        """
        latest = self._latest_of_each()
        progress.begin(len(latest))
        rows = []
        for candidate in latest:
            rows.append(self._collect_one(candidate, is_dry=is_dry))
            progress.advance()
        if latest and not is_dry:
            self._enrol([candidate.student for candidate in latest])
        return CollectionReport(
            assignment=self._assignment,
            rows=tuple(rows),
            unassigned=tuple(self._unassigned),
            ignored=tuple(self._ignored),
            notes=tuple(self._notes(rows)),
            is_dry=is_dry,
        )

    def _latest_of_each(self) -> list[_Candidate]:
        """The latest submission of each student, by id; the others are ignored."""
        latest: dict[str, _Candidate] = {}
        for candidate in sorted(self._candidates(), key=lambda candidate: candidate.rank):
            earlier = latest.get(candidate.student.id)
            if earlier:
                reason = f"{candidate.incoming.source_name}, of the same student, came later"
                self._ignored.append(Ignored(earlier.incoming.source_name, reason))
            latest[candidate.student.id] = candidate
        return [latest[student] for student in sorted(latest)]

    def _candidates(self) -> Iterator[_Candidate]:
        for submission in self._source.submissions:
            match, name = self._find_owner(submission.owner_hint), submission.source_name
            if match.student is None:
                self._unassigned.append(Ignored(name, match.reason, needs_review=True))
                continue
            content = content_of(submission, self._assignment)
            times = best_time(submission, content, match.student, source=self._source)
            incoming = IncomingSubmission(
                student=match.student.id,
                files=content.files,
                handed_in=times.handed_in,
                order_time=times.order_time,
                source_name=name,
            )
            yield _Candidate(match.student, content, incoming)

    def _find_owner(self, hint: OwnerHint) -> Match:
        match = hint.find(self._roster)
        if match.student and self._roster.name:
            return match
        # Without a roster, `training` could pass for a student's id.
        text = hint.text if isinstance(hint, WholeName | NamePrefix) else ""
        return Match(None, NO_STUDENT) if is_assignments_name(text, self._assignment) else match

    def _collect_one(self, candidate: _Candidate, *, is_dry: bool) -> CollectionRow:
        incoming, content = candidate.incoming, candidate.content
        folder = self._course.submitted / incoming.student / self._assignment
        existing = find_existing(folder, self._assignment, now=self._now)
        action, remarks = choose_action(incoming, existing), content.remarks
        if content.problem:
            remarks = (*remarks, content.problem)
            if action is Action.REPLACED:
                # An upload without a notebook must not cost the student an earlier notebook.
                action, remarks = Action.OLDER, (*remarks, "what was there before was kept")
        kept = None
        if action in STORED and not is_dry:
            kept = store_submission(self._course, self._assignment, incoming, existing)
        return CollectionRow(
            student=incoming.student,
            action=action,
            source_name=incoming.source_name,
            handed_in=incoming.handed_in,
            previous=existing.handed_in if existing else None,
            kept=str(kept.relative_to(self._course.workspace)) if kept else "",
            receipt=receipt_of(content, self._assignment)[1],
            remarks=remarks,
            needs_review=bool(content.problem),
        )

    def _enrol(self, students: Sequence[Student]) -> None:
        # nbgrader takes seconds to import.
        from autograder.gradebook.students import Person, enrol

        people = []
        for one in students:
            first, last = one.first_and_last_name
            people.append(Person(one.id, first, last, one.email, lms_user_id=one.canvas_id))
        enrol(self._course, people)

    def _notes(self, rows: Sequence[CollectionRow]) -> Iterator[str]:
        origins = {row.handed_in.origin for row in rows if row.handed_in}
        if self._source.has_download_times:
            yield (
                "All files have the time at which a zip or a copy was made, so it is not known "
                "when they were handed in. Moodle's grading worksheet has the times: give it as "
                "one more --roster. If the files' times are right after all, use --trust-times."
            )
        undated = [row.student for row in rows if MARKED_LATE in row.remarks and not row.handed_in]
        if undated:
            yield (
                f"{len(undated)} marked late by Canvas, which does not say how late: "
                f"{', '.join(undated)}. To count the lateness, write a time into their "
                f"{TIMESTAMP_NAME}."
            )
        zone = self._source.zone
        if TimeOrigin.ARCHIVE in origins:
            yield f"Times are those of the files in the archive; where it names no zone, {zone}."
        if TimeOrigin.WORKSHEET in origins:
            yield f"Times are those of the grading worksheet, read as {zone}."
        if TimeOrigin.FILE in origins:
            yield "Times are those of the files themselves, which copying may have changed."
        yield from self._roster.notes
        if not self._roster.name:
            yield "There is no roster, so every name that can be an id was taken for one."
