"""Records grades in nbgrader's gradebook, a few submissions a transaction, from one process."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from autograder.course.settings import Course
from autograder.gradebook.database import open_gradebook, plain_errors
from autograder.gradebook.registration import register
from autograder.model.cells import Role
from autograder.model.verdict import Outcome, SubmissionResult
from autograder.notebook.source import SourceNotebook

NO_RESPONSE = "No response."
# timestamp.txt came with the submission, and dateutil opens files that a time zone's name names.
_TIMESTAMP = re.compile(r"[0-9A-Za-z:+. -]{1,64}")


@dataclass(frozen=True, slots=True)
class Record:
    """What the gradebook learns of one submission.

    Attributes:
        student: The student's id.
        scores: For each automatic grade cell its points, or None where a person must look.
        unanswered: Solutions and answers that are as they were released.
        timestamp: When it was handed in, as timestamp.txt has it; empty when unknown.
    """

    student: str
    scores: Mapping[str, float | None]
    unanswered: frozenset[str] = frozenset()
    timestamp: str = ""


def scores_of(result: SubmissionResult) -> dict[str, float | None]:
    """The score of each automatic exercise; None where a person must look."""
    return {
        exercise.name: None if exercise.outcome is Outcome.INTERNAL_ERROR else exercise.points
        for exercise in result.exercises
    }


class Gradebook:
    """nbgrader's gradebook of one course, open on one assignment.

    A context manager. What nbgrader commits row by row is one transaction here: a submission is
    recorded whole or not at all.
    """

    def __init__(self, course: Course, source: SourceNotebook) -> None:
        """Open it, make it where there is none, and register the assignment.

        Raises:
            UsageError: It cannot be opened or made, or its graded cells have changed.
        """
        self._course = course
        self._source = source
        self._book = open_gradebook(course.db_url, course.course_id)
        try:
            with plain_errors(course.db_url):
                register(self._book, source)
                self._book.db.commit()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back; what was not committed is undone."""
        self._book.close()

    def recorded(self) -> dict[str, dict[str, float | None]]:
        """Student → automatic grade cell → the score that the gradebook has for it now."""
        with plain_errors(self._course.db_url):
            rows = (
                self._book.db.query(api.SubmittedAssignment)
                .join(api.Assignment)
                .filter(api.Assignment.name == self._source.assignment)
            )
            return {row.student_id: self._scores(row) for row in rows}

    def _scores(self, submission: api.SubmittedAssignment) -> dict[str, float | None]:
        return {
            grade.cell.name: grade.auto_score
            for notebook in submission.notebooks
            for grade in notebook.grades
            if self._source.named[grade.cell.name].role is Role.GRADE
        }

    def record(self, *records: Record) -> None:
        """Record submissions; a person's scores and comments are kept.

        Raises:
            UsageError: The database refuses; none of these submissions is recorded then.
        """
        session = self._book.db
        with plain_errors(self._course.db_url):
            try:
                for record in records:
                    submission = self._submission(record)
                    notebook = self._submitted_notebook(submission)
                    self._grade(notebook, record)
                    self._comment(notebook, record)
                    notebook.late_submission_penalty = self._penalty(submission, notebook)
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def _submission(self, record: Record) -> api.SubmittedAssignment:
        session = self._book.db
        if session.get(api.Student, record.student) is None:
            session.add(api.Student(id=record.student))
        assignment = session.query(api.Assignment).filter_by(name=self._source.assignment).one()
        submission = (
            session.query(api.SubmittedAssignment)
            .filter_by(assignment_id=assignment.id, student_id=record.student)
            .one_or_none()
        )
        if submission is None:
            submission = api.SubmittedAssignment(assignment=assignment, student_id=record.student)
            session.add(submission)
        submission.timestamp = parsed_timestamp(record.timestamp)
        session.flush()
        return submission

    def _submitted_notebook(self, submission: api.SubmittedAssignment) -> api.SubmittedNotebook:
        found = [row for row in submission.notebooks if row.name == self._source.assignment]
        if found:
            return found[0]
        notebooks = submission.assignment.notebooks
        (notebook,) = (row for row in notebooks if row.name == self._source.assignment)
        made = api.SubmittedNotebook(notebook=notebook, assignment=submission)
        self._book.db.add(made)
        self._book.db.flush()
        return made

    def _grade(self, submitted: api.SubmittedNotebook, record: Record) -> None:
        existing = {grade.cell_id: grade for grade in submitted.grades}
        for cell in (*submitted.notebook.grade_cells, *submitted.notebook.task_cells):
            grade = existing.get(cell.id)
            if grade is None:
                grade = api.Grade(cell_id=cell.id, notebook=submitted)
                self._book.db.add(grade)
            # Never the score of an earlier run: a cell that has gone since would keep it.
            grade.auto_score = self._automatic(cell.name, record)
            # As nbgrader's own autograde does: what a person has graded, a person looks at again.
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None

    def _automatic(self, name: str, record: Record) -> float | None:
        cell = self._source.named[name]
        if cell.role is Role.ANSWER:
            return 0.0 if name in record.unanswered else None
        score = record.scores.get(name)
        return None if score is None else min(max(score, 0.0), cell.points)

    def _comment(self, submitted: api.SubmittedNotebook, record: Record) -> None:
        existing = {comment.cell_id: comment for comment in submitted.comments}
        for cell in (*submitted.notebook.solution_cells, *submitted.notebook.task_cells):
            comment = existing.get(cell.id)
            if comment is None:
                comment = api.Comment(cell_id=cell.id, notebook=submitted)
                self._book.db.add(comment)
            comment.auto_comment = NO_RESPONSE if cell.name in record.unanswered else None

    def penalise(self, students: Collection[str]) -> None:
        """Bring late penalties up to date: the due date or a score may have changed since.

        Raises:
            UsageError: The database refuses; nothing has changed then.
        """
        session = self._book.db
        with plain_errors(self._course.db_url):
            rows = (
                session.query(api.SubmittedAssignment)
                .join(api.Assignment)
                .filter(api.Assignment.name == self._source.assignment)
            )
            for submission in [row for row in rows if row.student_id in students]:
                for submitted in submission.notebooks:
                    penalty = self._penalty(submission, submitted)
                    if (submitted.late_submission_penalty or 0.0) != (penalty or 0.0):
                        submitted.late_submission_penalty = penalty
            session.commit()

    def _penalty(
        self, submission: api.SubmittedAssignment, submitted: api.SubmittedNotebook
    ) -> float | None:
        """By the course's own plug-in, as ``nbgrader autograde`` does it; None where not late."""
        late = submission.total_seconds_late
        if late <= 0:
            return None
        # The database adds up the score: it knows the grades once they are flushed.
        self._book.db.flush()
        self._book.db.refresh(submitted, ["score"])
        step = AssignLatePenalties(config=self._course.config)
        step.init_plugin()
        student, score = submission.student_id, submitted.score
        penalty = step.plugin_inst.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(penalty, 0.0), score)


def parsed_timestamp(text: str) -> dt.datetime | None:
    """The time that timestamp.txt names, in UTC; None when it names none."""
    if not _TIMESTAMP.fullmatch(text.strip()):
        return None
    try:
        parsed: dt.datetime = parse_utc(text.strip())
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return parsed
