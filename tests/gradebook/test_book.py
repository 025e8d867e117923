"""nbgrader's gradebook, written as nbgrader would write it."""

import json
import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbgrader import api
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from autograder.course.settings import Course
from autograder.errors import SuiteError, UsageError
from autograder.gradebook.book import Gradebook, Record, parsed_timestamp
from autograder.gradebook.database import open_gradebook
from autograder.gradebook.student_version import make_student_version
from autograder.notebook.source import SourceNotebook
from tests.grading.fakes import ASSIGNMENT, cell, source_notebook

FULL = {"double": 4.0, "square": 6.0}


@contextmanager
def opened(course: Course) -> Iterator[Any]:
    """The gradebook as nbgrader opens it."""
    with api.Gradebook(course.db_url, course.course_id) as gradebook:
        yield gradebook


def rows(course: Course) -> dict[str, list[tuple[Any, ...]]]:
    """What nbgrader knows of the assignment, but for ids."""
    with opened(course) as gradebook:
        notebook = gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT)
        return {
            "notebook": [(notebook.kernelspec, notebook.assignment.course_id)],
            "grade": sorted((c.name, c.max_score, c.cell_type) for c in notebook.grade_cells),
            "solution": sorted((c.name,) for c in notebook.solution_cells),
            "task": sorted((c.name, c.max_score) for c in notebook.task_cells),
            "source": sorted(
                (c.name, c.cell_type, c.locked, c.source, c.checksum) for c in notebook.source_cells
            ),
        }


def grades(course: Course, student: str) -> dict[str, tuple[float | None, bool]]:
    """Each grade cell's automatic score, and whether a person has to grade."""
    with opened(course) as gradebook:
        (notebook,) = gradebook.find_submission(ASSIGNMENT, student).notebooks
        return {
            grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades
        }


def edit(course: Course, *more: dict[str, Any], drop: str = "") -> None:
    """Change the source notebook."""
    document = source_notebook()
    kept = [
        c for c in document["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != drop
    ]
    document["cells"] = [*kept, *more] if drop or more else document["cells"]
    course.notebook(ASSIGNMENT).write_text(json.dumps(document), encoding="utf-8")


def test_registering_saves_what_nbgrader_would(course: Course, source: SourceNotebook) -> None:
    """our rows are those of ``nbgrader generate_assignment``."""
    with Gradebook(course, source):
        ours = rows(course)
    Path(course.workspace / "gradebook.db").unlink()
    open_gradebook(course.db_url, course.course_id).close()
    folders = CourseDirectory(config=course.config, assignment_id=ASSIGNMENT)
    GenerateAssignment(coursedir=folders, config=course.config).start()
    theirs = rows(course)
    # nbgrader names the course only where the assignment is made, as do we.
    assert ours == theirs


def test_registering_twice_changes_nothing(course: Course, source: SourceNotebook) -> None:
    """the second time finds all in place."""
    with Gradebook(course, source):
        before = rows(course)
    with Gradebook(course, source):
        assert rows(course) == before


def test_points_and_texts_follow_the_source(course: Course, source: SourceNotebook) -> None:
    """an edited notebook is registered anew, with submissions recorded or not."""
    with Gradebook(course, source) as book:
        book.record(Record("s001", FULL))
    document = source_notebook()
    document["cells"][1]["source"] = "import cmath"
    document["cells"][4]["metadata"]["nbgrader"]["points"] = 5
    course.notebook(ASSIGNMENT).write_text(json.dumps(document), encoding="utf-8")
    with Gradebook(course, make_student_version(course, ASSIGNMENT)):
        known = rows(course)
    assert ("double", 5.0, "code") in known["grade"]
    assert any(text == "import cmath" for *_, text, _ in known["source"])


def test_graded_cells_may_change_before_the_first_submission(course: Course) -> None:
    """a cell that came is there, one that went is gone."""
    with Gradebook(course, make_student_version(course, ASSIGNMENT)):
        pass
    edit(
        course,
        cell("markdown", "?", grade_id="how", grade=True, solution=True, points=1),
        drop="why",
    )
    with Gradebook(course, make_student_version(course, ASSIGNMENT)):
        known = rows(course)
    assert [name for name, *_ in known["grade"]] == ["double", "how", "square"]
    assert "why" not in [name for name, *_ in known["source"]]


def test_graded_cells_may_not_change_under_submissions(
    course: Course, source: SourceNotebook
) -> None:
    """the operator is told what changed and what to do, and nothing is touched."""
    with Gradebook(course, source) as book:
        book.record(Record("s001", FULL))
        before = rows(course)
    edit(course, drop="why")
    changed = make_student_version(course, ASSIGNMENT)
    with pytest.raises(UsageError, match=r"`why` went.*nbgrader db assignment remove sums"):
        Gradebook(course, changed)
    assert rows(course) == before


def test_a_submission_is_recorded(course: Course, source: SourceNotebook) -> None:
    """scores, flags, comments and the moment are as ``nbgrader autograde`` would leave them."""
    record = Record(
        "s001",
        {"double": 1.5, "square": 0.0},
        frozenset({"square-solution"}),
        "2030-01-02 03:04:05 UTC",
    )
    with Gradebook(course, source) as book:
        assert not book.recorded()
        book.record(record)
        assert list(book.recorded()) == ["s001"]
    assert grades(course, "s001") == {
        "double": (1.5, False),
        "square": (0.0, False),
        "why": (None, True),
    }
    with opened(course) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "s001")
        assert (submission.score, submission.max_score) == (1.5, 12.0)
        assert str(submission.timestamp) == "2030-01-02 03:04:05"
        comments = {c.name: c.comment for c in submission.notebooks[0].comments}
    assert comments == {"double-solution": None, "square-solution": "No response.", "why": None}


def test_an_untouched_answer_needs_no_person(course: Course, source: SourceNotebook) -> None:
    """a written answer that is as it was released gets 0."""
    with Gradebook(course, source) as book:
        book.record(Record("s001", FULL, frozenset({"why"})))
    assert grades(course, "s001")["why"] == (0.0, False)


def test_our_own_fault_needs_a_person(course: Course, source: SourceNotebook) -> None:
    """an exercise without verdict has no score and is flagged."""
    with Gradebook(course, source) as book:
        book.record(Record("s001", {"double": None, "square": 6.0}))
    assert grades(course, "s001")["double"] == (None, True)


def test_scores_never_leave_their_range(course: Course, source: SourceNotebook) -> None:
    """neither more than a cell's points nor less than nothing is recorded."""
    with Gradebook(course, source) as book:
        book.record(Record("s001", {"double": 4.5, "square": -1.0}))
    assert grades(course, "s001")["double"][0] == 4.0
    assert grades(course, "s001")["square"][0] == 0.0


def test_a_persons_grades_outlive_a_regrade(course: Course, source: SourceNotebook) -> None:
    """manual scores, extra credit and comments stay; automatic scores are replaced."""
    with Gradebook(course, source) as book:
        book.record(Record("s001", FULL))
        with opened(course) as gradebook:
            (notebook,) = gradebook.find_submission(ASSIGNMENT, "s001").notebooks
            why = next(grade for grade in notebook.grades if grade.name == "why")
            why.manual_score, why.extra_credit, why.needs_manual_grade = 1.5, 0.5, False
            next(c for c in notebook.comments if c.name == "why").manual_comment = "Nice."
            gradebook.db.commit()
        # This time a cell has gone, so it has no score: an old one must not stay.
        book.record(Record("s001", {"double": 2.0}))
    with opened(course) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "s001")
        (notebook,) = submission.notebooks
        assert submission.score == 2.0 + 1.5 + 0.5
        assert next(c for c in notebook.comments if c.name == "why").comment == "Nice."
    assert grades(course, "s001")["square"] == (None, True)


def test_a_late_submission_gets_the_courses_penalty(course: Course, source: SourceNotebook) -> None:
    """the plug-in that the settings name decides, and an extension counts."""
    course.config.LateSubmissionPlugin.penalty_method = "zero"
    with Gradebook(course, source) as book:
        with opened(course) as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2030-01-01 00:00:00 UTC")
        for student, moment in {
            "early": "2029-12-31 23:00:00 UTC",
            "late": "2030-01-01 00:00:01 UTC",
        }.items():
            book.record(Record(student, FULL, frozenset(), moment))
            book.record(Record(student, FULL, frozenset(), moment))
    with opened(course) as gradebook:
        found = {s: gradebook.find_submission(ASSIGNMENT, s) for s in ("early", "late")}
        assert found["early"].late_submission_penalty == 0.0
        assert found["late"].late_submission_penalty == 10.0


def test_a_record_is_whole_or_not_there(
    course: Course, source: SourceNotebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """what fails half way leaves no trace."""
    with Gradebook(course, source) as book:
        monkeypatch.setattr(Gradebook, "_penalty", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            book.record(Record("s001", FULL))
        monkeypatch.undo()
        assert not book.recorded()
        book.record(Record("s002", FULL))
        assert list(book.recorded()) == ["s002"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-01-02 03:04:05.678 UTC", "2030-01-02 03:04:05.678000"),
        ("2030-01-02T03:04:05+02:00", "2030-01-02 01:04:05"),
        ("", "None"),
        ("yesterday, perhaps", "None"),
        ("2030-01-02 03:04:05 /etc/localtime", "None"),
        ("9" * 64, "None"),
        ("2030-01-02 03:04:05 \x00", "None"),
    ],
)
def test_a_timestamp_is_a_moment_or_nothing(text: str, moment: str) -> None:
    """the file came with the submission, so it may say anything."""
    assert str(parsed_timestamp(text)) == moment


def _open_and_close(db_url: str) -> None:
    open_gradebook(db_url, "pytorch").close()


def test_two_processes_make_one_gradebook(course: Course) -> None:
    """whoever comes second finds it complete, with the version that nbgrader expects."""
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_open_and_close, args=(course.db_url,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    with closing(sqlite3.connect(course.workspace / "gradebook.db")) as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        courses = database.execute("SELECT id FROM course ORDER BY id").fetchall()
    assert courses == [("default_course",), ("pytorch",)]
    assert [path.name for path in course.workspace.iterdir()] == ["gradebook.db"]


def test_a_gradebook_is_made_without_programs(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``alembic`` need not be on PATH."""
    monkeypatch.setenv("PATH", "")
    open_gradebook(course.db_url, course.course_id).close()


@pytest.mark.parametrize(
    ("db_url", "reason"),
    [
        ("sqlite:////dev/null/gradebook.db", "cannot be used"),
        ("nonsense", "CourseDirectory.db_url"),
        ("nosuchdatabase://host/name", "CourseDirectory.db_url"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_told(
    course: Course, source: SourceNotebook, db_url: str, reason: str
) -> None:
    """one sentence, and no traceback of the database's."""
    with pytest.raises(UsageError, match=reason):
        Gradebook(replace(course, db_url=db_url), source)


def test_a_damaged_gradebook_is_told(course: Course, source: SourceNotebook) -> None:
    """a file that is no database is left as it is."""
    course.workspace.mkdir(exist_ok=True)
    path = course.workspace / "gradebook.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(UsageError, match="cannot be used: file is not a database"):
        Gradebook(course, source)
    assert path.read_bytes().startswith(b"no database")


def test_an_empty_file_becomes_a_gradebook(course: Course, source: SourceNotebook) -> None:
    """an interrupted ``touch`` is no reason to stop."""
    course.workspace.mkdir(exist_ok=True)
    (course.workspace / "gradebook.db").touch()
    with Gradebook(course, source) as book:
        assert not book.recorded()


def test_a_source_notebook_that_nbgrader_refuses_is_told(course: Course) -> None:
    """our fault or the instructor's: a sentence with the file and the reason."""
    path = course.notebook(ASSIGNMENT)
    for text, reason in {
        "not JSON": "cannot release .*sums.ipynb",
        path.read_text().replace(
            '"grade_id": "square"', '"grade_id": "double"'
        ): "Duplicate grade id: double",
        path.read_text().replace("### END SOLUTION", ""): "no end solution",
    }.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SuiteError, match=reason):
            make_student_version(course, ASSIGNMENT)


def test_another_programs_database_is_left_alone(course: Course) -> None:
    """its tables are named, and none of nbgrader's is made in it."""
    course.workspace.mkdir(exist_ok=True)
    path = course.workspace / "gradebook.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cooking (recipe TEXT)")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(UsageError, match="another program's database, with the table cooking"):
        open_gradebook(course.db_url, course.course_id)
    assert path.read_bytes() == before
