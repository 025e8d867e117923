"""One collection: whose every hand-in is, which is the last, and what becomes of it.

In the operator's process, on copies that nobody else can change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.collecting.best_time import dated, receipt_of
from autograder.collecting.collection_report import Account, Row
from autograder.collecting.existing_submission import Action, Submission, decide, look
from autograder.collecting.found_submission import Content, HandIn, content_of, is_assignments_own
from autograder.collecting.layouts import MARKED_LATE, Ignored
from autograder.collecting.owner_hints import Clue, Label, Prefix
from autograder.collecting.roster import Match, Roster, Student
from autograder.collecting.sources import Source
from autograder.collecting.submission_store import place
from autograder.collecting.submission_times import Origin
from autograder.course.settings import Course
from autograder.course.workspace import TIMESTAMP_NAME
from autograder.terminal.progress import Progress

NO_STUDENT = "its name is the assignment's and no student's; say whose it is with --student"
PLACED = frozenset({Action.NEW, Action.REPLACED, Action.DATED})


@dataclass(frozen=True, slots=True)
class _Candidate:
    student: Student
    handin: HandIn
    content: Content
    submission: Submission

    @property
    def rank(self) -> tuple[object, ...]:
        """Says which of two of one student came later."""
        return (self.submission.order, self.content.number, self.handin.label)


class Collection:
    """One run over what was found in a source."""

    def __init__(self, course: Course, assignment: str, roster: Roster, source: Source) -> None:
        """Take note of what there is; nothing is written yet."""
        self._course = course
        self._assignment = assignment
        self._roster = roster
        self._source = source
        self._unassigned: list[Ignored] = []
        self._ignored = list(source.ignored)

    def run(self, progress: Progress, *, is_dry: bool = False) -> Account:
        """Place the last hand-in of every student, or only say what would be done.

        Raises:
            UsageError: The workspace or the gradebook cannot be written.
        """
        latest = self._latest(self._candidates())
        progress.begin(len(latest))
        rows = []
        for candidate in latest:
            rows.append(self._placed(candidate, is_dry=is_dry))
            progress.advance()
        if latest and not is_dry:
            self._enrol(candidate.student for candidate in latest)
        return Account(
            assignment=self._assignment,
            rows=tuple(rows),
            unassigned=tuple(self._unassigned),
            ignored=tuple(self._ignored),
            notes=tuple(self._notes(rows)),
            is_dry=is_dry,
        )

    def _candidates(self) -> Iterator[_Candidate]:
        for handin in self._source.handins:
            match = self._owner(handin.clue)
            if match.student is None:
                self._unassigned.append(Ignored(handin.label, match.reason, needs_review=True))
                continue
            content = content_of(handin, self._assignment)
            moment, order = dated(handin, content, match.student, source=self._source)
            came = Submission(match.student.id, content.files, moment, order, handin.label)
            yield _Candidate(match.student, handin, content, came)

    def _owner(self, clue: Clue) -> Match:
        """Whose it is; what is called after the assignment is nobody's, roster or not."""
        match = clue.find(self._roster)
        if match.student and self._roster.name:
            return match
        if isinstance(clue, Label | Prefix) and is_assignments_own(clue.text, self._assignment):
            return Match(None, NO_STUDENT)
        return match

    def _latest(self, candidates: Iterable[_Candidate]) -> list[_Candidate]:
        """The last hand-in of each student, by id; the others are told of."""
        latest: dict[str, _Candidate] = {}
        for one in sorted(candidates, key=lambda candidate: candidate.rank):
            before = latest.get(one.student.id)
            if before:
                reason = f"{one.handin.label}, of the same student, came later"
                self._ignored.append(Ignored(before.handin.label, reason))
            latest[one.student.id] = one
        return [latest[student] for student in sorted(latest)]

    def _placed(self, candidate: _Candidate, *, is_dry: bool) -> Row:
        came, content = candidate.submission, candidate.content
        lies = look(self._course.submitted / came.student / self._assignment, self._assignment)
        action, remarks = decide(came, lies), content.remarks
        if content.problem:
            remarks = (*remarks, content.problem)
            if action is Action.REPLACED:
                # What is no notebook must not cost a student the one that is.
                action, remarks = Action.OLDER, (*remarks, "what was there before was kept")
        kept = None
        if action in PLACED and not is_dry:
            kept = place(self._course, self._assignment, came, lies)
        return Row(
            student=came.student,
            action=action,
            label=came.label,
            handed_in=came.moment,
            previous=lies.moment if lies else None,
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
            first, last = one.said_name
            people.append(Person(one.id, first, last, one.email, lms_user_id=one.canvas))
        enrol(self._course, people)

    def _notes(self, rows: Sequence[Row]) -> Iterator[str]:
        origins = {row.handed_in.origin for row in rows if row.handed_in}
        if self._source.is_packed:
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
        if Origin.ARCHIVE in origins:
            zone = self._source.zone
            yield f"Times are those of the files in the archive; where it names no zone, {zone}."
        if Origin.WORKSHEET in origins:
            yield f"Times are those of the grading worksheet, read as {self._source.zone}."
        if Origin.FILE in origins:
            yield "Times are those of the files themselves, which copying may have changed."
        yield from self._roster.notes
        if not self._roster.name:
            yield "There is no roster: what can be an id was taken as one."
