"""One collection: whose every hand-in is, which is the last, and what becomes of it.

In the operator's process, on copies that nobody else can change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.collecting.best_time import best_time, receipt_of
from autograder.collecting.collection_report import CollectionReport, CollectionRow
from autograder.collecting.existing_submission import (
    Action,
    IncomingSubmission,
    choose_action,
    find_existing,
)
from autograder.collecting.found_submission import (
    FoundSubmission,
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

NO_STUDENT = "its name is the assignment's and no student's; say whose it is with --student"
STORED = frozenset({Action.NEW, Action.REPLACED, Action.NEW_TIME})


@dataclass(frozen=True, slots=True)
class _Candidate:
    student: Student
    found: FoundSubmission
    content: SubmissionContent
    incoming: IncomingSubmission

    @property
    def rank(self) -> tuple[object, ...]:
        """Says which of two of one student came later."""
        return (self.incoming.order_time, self.content.number, self.found.source_name)


class CollectionRun:
    """One run over what was found in a source."""

    def __init__(self, course: Course, assignment: str, roster: Roster, source: Source) -> None:
        """Take note of what there is; nothing is written yet."""
        self._course = course
        self._assignment = assignment
        self._roster = roster
        self._source = source
        self._unassigned: list[Ignored] = []
        self._ignored = list(source.ignored)

    def run(self, progress: Progress, *, is_dry: bool = False) -> CollectionReport:
        """Place the last hand-in of every student, or only say what would be done.

        Raises:
            UsageError: The workspace or the gradebook cannot be written.
        """
        latest = self._latest(self._candidates())
        progress.begin(len(latest))
        rows = []
        for candidate in latest:
            rows.append(self._collect(candidate, is_dry=is_dry))
            progress.advance()
        if latest and not is_dry:
            self._enrol(candidate.student for candidate in latest)
        return CollectionReport(
            assignment=self._assignment,
            rows=tuple(rows),
            unassigned=tuple(self._unassigned),
            ignored=tuple(self._ignored),
            notes=tuple(self._notes(rows)),
            is_dry=is_dry,
        )

    def _candidates(self) -> Iterator[_Candidate]:
        for submission in self._source.submissions:
            match = self._find_owner(submission.owner_hint)
            if match.student is None:
                self._unassigned.append(
                    Ignored(submission.source_name, match.reason, needs_review=True)
                )
                continue
            content = content_of(submission, self._assignment)
            handed_in, order_time = best_time(
                submission, content, match.student, source=self._source
            )
            incoming = IncomingSubmission(
                match.student.id, content.files, handed_in, order_time, submission.source_name
            )
            yield _Candidate(match.student, submission, content, incoming)

    def _find_owner(self, owner_hint: OwnerHint) -> Match:
        """Whose it is; what is called after the assignment is nobody's, roster or not."""
        match = owner_hint.find(self._roster)
        if match.student and self._roster.name:
            return match
        if isinstance(owner_hint, WholeName | NamePrefix) and is_assignments_name(
            owner_hint.text, self._assignment
        ):
            return Match(None, NO_STUDENT)
        return match

    def _latest(self, candidates: Iterable[_Candidate]) -> list[_Candidate]:
        """The last hand-in of each student, by id; the others are told of."""
        latest: dict[str, _Candidate] = {}
        for one in sorted(candidates, key=lambda candidate: candidate.rank):
            before = latest.get(one.student.id)
            if before:
                reason = f"{one.found.source_name}, of the same student, came later"
                self._ignored.append(Ignored(before.found.source_name, reason))
            latest[one.student.id] = one
        return [latest[student] for student in sorted(latest)]

    def _collect(self, candidate: _Candidate, *, is_dry: bool) -> CollectionRow:
        incoming, content = candidate.incoming, candidate.content
        existing = find_existing(
            self._course.submitted / incoming.student / self._assignment, self._assignment
        )
        action, remarks = choose_action(incoming, existing), content.remarks
        if content.problem:
            remarks = (*remarks, content.problem)
            if action is Action.REPLACED:
                # What is no notebook must not cost a student the one that is.
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

    def _enrol(self, students: Iterable[Student]) -> None:
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
                "All files here have one time, at which a zip or a copy was made, and nobody's "
                "time of handing in. Moodle's grading worksheet has those: give it as one more "
                "--roster. If it is the time of handing in after all, say --trust-times."
            )
        undated = [row.student for row in rows if MARKED_LATE in row.remarks and not row.handed_in]
        if undated:
            yield (
                f"{len(undated)} late by Canvas's mark, nobody knows how late: "
                f"{', '.join(undated)}. To have it counted, write a time into their "
                f"{TIMESTAMP_NAME}."
            )
        if TimeOrigin.ARCHIVE in origins:
            zone = self._source.zone
            yield f"Times are those of the files in the archive; where it names no zone, {zone}."
        if TimeOrigin.WORKSHEET in origins:
            yield f"Times are those of the grading worksheet, read as {self._source.zone}."
        if TimeOrigin.FILE in origins:
            yield "Times are those of the files themselves, which copying may have changed."
        yield from self._roster.notes
        if not self._roster.name:
            yield "There is no roster: what can be an id was taken as one."
