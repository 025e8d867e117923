"""Text that students chose is safe in a terminal, a table and a log."""

import csv
import json
import os
import pty
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograder.course.settings import Course
from autograder.course.workspace import find_submissions
from autograder.errors import UsageError
from autograder.grading.journal import Journal
from autograder.model.verdict import (
    CheckResult,
    ExerciseResult,
    GradingResults,
    Outcome,
    SubmissionResult,
)
from autograder.nbgrader_plugins.export_csv import csv_cell
from autograder.terminal.escaping import plain_line, plain_text
from autograder.terminal.progress import open_progress
from autograder.terminal.table import results_table, submission_table
from tests.grading.fakes import ASSIGNMENT, answered, hand_in
from tests.nbgrader_plugins.test_nbgrader import nbgrader

# Sets a title and a colour, clears the screen, makes a link, types an answer; C1, bidi, line ends.
EVIL = (
    "\x1b]0;title\x07\x1b[31m\x1b[2J\x1b]8;;javascript:x\x07link\x1b[6n\x9b2J\x85"
    "\u202ereversed\u2066\u200f\u2028line\r\nforged\b\b\x00:bell:[bold]"
)
RESULT = SubmissionResult(
    student=f"s{EVIL}",
    status="needs_review",
    score=1.0,
    max_score=4.0,
    problems=(EVIL,),
    exercises=(
        ExerciseResult(
            "double",
            1.0,
            4.0,
            Outcome.FAILED,
            diagnosis=EVIL,
            hint=EVIL,
            checks=(CheckResult("test_a", EVIL, Outcome.FAILED, True, 1.0, EVIL),),  # noqa: FBT003
        ),
    ),
    awaiting=("why",),
)


def assert_harmless(text: str) -> None:
    """Assert that the text has printable characters and ends of lines only."""
    assert "".join(text.split("\n")).isprintable(), ascii(text)


def test_tables_hold_what_can_be_seen_only() -> None:
    """A student's control characters have no effect, and no line is forged."""
    tables = [results_table(GradingResults(ASSIGNMENT, "", (RESULT,))), submission_table(RESULT)]
    for table in tables:
        assert_harmless(table)
        assert not any(line.strip().startswith("forged") for line in table.splitlines())


def test_a_table_tells_what_happened() -> None:
    """A hint without a name of a mistake is on one line, complete."""
    hint = f"Something was divided by zero. {'It went on. ' * 12}The end."
    exercise = replace(RESULT.exercises[0], diagnosis=None, hint=hint)
    table = submission_table(replace(RESULT, exercises=(exercise,)))
    assert f"what happened: {hint}" in table


def test_results_in_json_hold_what_can_be_seen_only() -> None:
    """JSON is printable, and has the same text when it is read."""
    text = GradingResults(ASSIGNMENT, "", (RESULT,)).to_json()
    assert_harmless(text)
    (row,) = json.loads(text)["submissions"]
    assert row["problems"] == [EVIL]


def test_progress_on_a_terminal_tells_and_obeys_nothing() -> None:
    """The only control sequences are those of the bar, not those of the sentence."""
    ours, theirs = pty.openpty()
    shown = bytearray()

    def read() -> None:
        while True:
            try:
                shown.extend(os.read(ours, 65536))
            # The other side has been closed.
            except OSError:
                return

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        with open_progress(terminal) as progress:
            progress.begin(2)
            progress.say(f"student {EVIL} needs review")
            progress.advance()
        terminal.flush()
    reader.join()
    os.close(ours)
    text = shown.decode()
    for obeyed in ("\x1b]", "\x1b[31m", "\x1b[2J", "\x1b[6n", "\x07", "\x9b", "\u202e", "\b"):
        assert obeyed not in text
    assert r"\x1b]0;title\x07" in text
    assert ":bell:[bold]" in text.replace("\r\n", "")


def test_progress_in_a_file_is_one_line_a_sentence(tmp_path: Path) -> None:
    """A sentence with line breaks forges no line of a log."""
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as file, open_progress(file) as progress:
        progress.say(f"student {EVIL} needs review")
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert_harmless(line)


def test_the_command_says_harmless_sentences(course: Course) -> None:
    """Names of students and files are escaped, also in a traceback."""
    hand_in(course.workspace, f"s{EVIL}".replace("\x00", ""), answered())
    name = f"{EVIL}.ipynb".replace("\x00", "").replace("/", "")
    strange = course.root / name
    strange.write_text("{}")
    for arguments in (
        ["grade", ASSIGNMENT, "--student", "nobody"],
        ["check", f"{name}-missing", "--assignment", ASSIGNMENT],
        ["check", f"{name}-missing", "--assignment", ASSIGNMENT, "--debug"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *arguments],
            cwd=course.root,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2
        assert_harmless(done.stdout.decode())
        assert_harmless(done.stderr.decode())
        # Only a traceback has more lines than one.
        assert "--debug" in arguments or len(done.stderr.splitlines()) == 1


def test_a_list_of_students_is_one_line(course: Course) -> None:
    """A student's name forges no line of an error."""
    hand_in(course.workspace, "s\nforged", answered())
    with pytest.raises(UsageError) as refused:
        find_submissions(course, ASSIGNMENT, ["s"])
    assert "\n" not in str(refused.value)


def test_a_journal_has_one_line_a_result(tmp_path: Path) -> None:
    """The line is ASCII, and the journal reads what it wrote."""
    path = tmp_path / "journal"
    with Journal(path, "basis") as journal:
        journal.append(("digest", RESULT))
    (line,) = path.read_bytes().splitlines()
    assert line.decode("ascii").isprintable()
    with Journal(path, "basis") as journal:
        assert journal.latest() == {RESULT.student: RESULT}


@given(st.text())
@example("\ud800\x1b")
def test_a_line_is_always_plain(text: str) -> None:
    """Printable text stays as it is, and other text is escaped."""
    assert plain_line(text).isprintable()
    assert_harmless(plain_text(text))
    if text.isprintable():
        assert plain_line(text) == text


def test_the_table_of_grades_is_quoted_and_no_formula(course: Course) -> None:
    """In nbgrader's export, names stay in their columns and are text."""
    nbgrader("generate_assignment", ASSIGNMENT)
    students = {
        "=HYPERLINK(1)": {"last_name": "+cmd|' /C calc'!A0", "first_name": "@SUM(1)"},
        "a,b": {"last_name": 'last", ', "first_name": "\tx", "email": "\r=1"},
        "-2": {"last_name": "two\nlines", "first_name": "\uff1d1", "email": "\x1b[2J"},
    }
    with Gradebook(f"sqlite:///{course.workspace}/gradebook.db") as book:
        for name, facts in students.items():
            book.add_student(name, **facts)
    nbgrader("export", "--to", "grades.csv")
    with (course.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"'=HYPERLINK(1)", "a,b", "'-2"}
    assert rows["a,b"]["last_name"] == 'last", '
    for row in rows.values():
        assert len(row) == 11
        assert None not in row
        assert_harmless("".join(row.values()))
        assert not any(
            cell.startswith(("=", "+", "-", "@", "\t", "\uff1d")) for cell in row.values()
        )
    nbgrader("export", "--to", "some.csv", "--student", "['a,b']", "--assignment", "['other']")
    assert len((course.root / "some.csv").read_text().splitlines()) == 1


@pytest.mark.parametrize("value", [None, 1.5, -2, "text", "=1", "-1", " x"])
def test_a_cell_of_a_table(value: object) -> None:
    """Numbers stay numbers, also negative ones; text never becomes a formula."""
    expected = {None: "", 1.5: "1.5", -2: "-2", "=1": "'=1", "-1": "'-1"}
    assert csv_cell(value) == expected.get(value, str(value))  # type: ignore[call-overload]
