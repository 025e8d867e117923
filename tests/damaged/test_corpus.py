"""The whole corpus through the real command, sandbox and gradebook, in one run an assignment."""

import json
import re
import sqlite3

import nbformat
import pytest

from tests.damaged.conftest import Class, shown, start
from tests.damaged.corpus import Damage, Earns, corpus

pytestmark = [pytest.mark.kernel, pytest.mark.slow]


def expected_points(entry: Damage, graded: Class) -> list[float]:
    """What each exercise must have earned."""
    worth = [cell.points for cell in graded.sheet.source.cells if cell.role == "grade"]
    if entry.earns is Earns.FULL:
        return worth
    return [0.0, *worth[1:]] if entry.earns is Earns.REST else [0.0] * len(worth)


def wrong(entry: Damage, graded: Class) -> str:
    """What is wrong with an entry's row; empty when nothing is."""
    row = graded.rows.get(shown(entry.student))
    if row is None:
        return "there is no row"
    problems = "\n".join(row["problems"])
    points = [exercise["points"] for exercise in row["exercises"]]
    said = entry.says.format(**graded.sheet.words())
    if row["status"] != "graded":
        return f"it is {row['status']}: {problems}"
    if points != expected_points(entry, graded):
        return f"it earned {points}: {problems}"
    if said not in problems or bool(said) != bool(problems):
        return f"it says {problems!r}, not {said!r}"
    return ""


def test_the_corpus_is_large_and_every_entry_is_described() -> None:
    """names and folders are unique, and every description is one sentence."""
    entries = corpus()
    assert len(entries) >= 80
    assert len({entry.name for entry in entries}) == len(entries)
    assert len({entry.student.casefold() for entry in entries}) == len(entries)
    assert not [entry.what for entry in entries if not re.fullmatch(r"\S.*\.", entry.what)]
    assert all(entry.says or entry.kind != "unreadable" for entry in entries)


def test_every_submission_is_graded_as_it_deserves(graded: Class) -> None:
    """a row for each, its points, its sentence, exit code 0, and no traceback."""
    assert (graded.code, "Traceback" in graded.errors) == (0, False), graded.errors
    found = {entry.name: wrong(entry, graded) for entry in graded.entries}
    assert not {name: reason for name, reason in found.items() if reason}
    assert len(graded.rows) == len(graded.entries) + len(graded.witnesses)


def test_honest_submissions_between_them_lose_nothing(graded: Class) -> None:
    """whatever was graded before them."""
    rows = [graded.rows[student] for student in graded.witnesses]
    assert len(rows) >= 4
    assert all(row["score"] == row["max_score"] and not row["problems"] for row in rows)


def test_everybody_has_a_notebook_that_nbgrader_can_show(graded: Class) -> None:
    """valid, small, and without anything that a page would run."""
    name = graded.sheet.assignment
    for entry in graded.entries:
        folder = graded.course.autograded / shown(entry.student) / name
        text = (folder / f"{name}.ipynb").read_text(encoding="utf-8")
        nbformat.validate(json.loads(text))
        assert len(text) < 20_000_000, entry.name
        # A student's own text is a student's own text: pages escape that.
        shown_outputs = json.dumps([c.get("outputs") for c in json.loads(text)["cells"]])
        assert "canary" not in shown_outputs, entry.name


def test_everybody_is_in_the_gradebook(graded: Class) -> None:
    """with the score of the row."""
    query = """
        select submitted_assignment.student_id, coalesce(sum(grade.auto_score), 0)
        from submitted_assignment
        join assignment on assignment.id = submitted_assignment.assignment_id
        join submitted_notebook on submitted_notebook.assignment_id = submitted_assignment.id
        join grade on grade.notebook_id = submitted_notebook.id
        where assignment.name = ? group by submitted_assignment.student_id"""
    with sqlite3.connect(graded.course.workspace / "gradebook.db") as book:
        recorded = dict(book.execute(query, [graded.sheet.assignment]))
    book.close()
    assert recorded == {student: row["score"] for student, row in graded.rows.items()}


def test_a_second_run_gives_the_same_bytes(graded: Class) -> None:
    """what was kept is kept, and what is graded again alone is the same."""
    name = graded.sheet.assignment
    first = (graded.course.root / f"{name}.json").read_bytes()
    kept = start(graded.course, "grade", name, "--json", "kept.json")
    assert f"{len(graded.rows)} submissions graded before and kept" in kept.stderr
    assert (graded.course.root / "kept.json").read_bytes() == first
    some = sorted(graded.rows)[5::16]
    done = start(
        graded.course, "grade", name, "--force", "--jobs", "1", "--json", "some.json",
        *(word for student in some for word in (f"--student={student}",)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = json.loads((graded.course.root / "some.json").read_bytes())["submissions"]
    assert again == [graded.rows[student] for student in some]
