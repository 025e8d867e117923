"""Two releases of a real assignment in one class: each submission is graded against its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.course.history import keep_release, kept_releases
from autograder.course.settings import Course, load_course
from autograder.gradebook.student_version import make_student_version
from autograder.grading.preparation import load_source

PROJECT = Path(__file__).parents[2]
ASSIGNMENT, EXERCISE = "autograd", "squared_mean_grad"
SOLUTION = """\
def squared_mean_grad(values: Tensor) -> tuple[Tensor, Tensor]:
    ### BEGIN SOLUTION
    x = values.clone().requires_grad_()
    (x**2).{reduction}().backward()
    return x, x.grad
    ### END SOLUTION
"""
RENAMED = "Leaves x as a leaf, in the words of the first release"
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


def make_course(root: Path) -> Course:
    """A course with this one assignment."""
    for name in ("course_config.py", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, root)
    place = root / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    place.parent.mkdir(parents=True)
    shutil.copy(PROJECT / "assignments" / ASSIGNMENT / place.name, place)
    return load_course(root)


def source_notebook(course: Course) -> dict[str, Any]:
    """The source notebook as it is now."""
    document: dict[str, Any] = json.loads(course.notebook(ASSIGNMENT).read_bytes())
    return document


def release(course: Course, reduction: str, points: int) -> dict[str, Any]:
    """Ask for the gradient of this reduction; returns the right answer to that."""
    document = source_notebook(course)
    for cell in document["cells"]:
        if cell["id"] == f"{EXERCISE}-statement":
            cell["source"] = f"## `{EXERCISE}` ({points} points)\n\nOf the {reduction} of x²."
        elif cell["id"] == f"{EXERCISE}-solution":
            cell["source"] = SOLUTION.format(reduction=reduction)
        elif cell["id"] == EXERCISE:
            cell["metadata"]["nbgrader"]["points"] = points
    course.notebook(ASSIGNMENT).write_text(json.dumps(document))
    keep_release(course, make_student_version(course, ASSIGNMENT))
    return document


def hand_in(course: Course, student: str, document: dict[str, Any]) -> Path:
    """Put a submission where ``nbgrader collect`` would."""
    path = course.submitted / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document))
    return path


def answered(document: dict[str, Any], reduction: str) -> dict[str, Any]:
    """The notebook of one release with the answer to another."""
    other: dict[str, Any] = json.loads(json.dumps(document))
    (cell,) = (cell for cell in other["cells"] if cell["id"] == f"{EXERCISE}-solution")
    cell["source"] = SOLUTION.format(reduction=reduction)
    return other


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """First the mean was asked for, then the sum, for other points; four students."""
    course = make_course(tmp_path_factory.mktemp("course"))
    first = release(course, "mean", 6)
    second = release(course, "sum", 3)
    hand_in(course, "first-right", first)
    hand_in(course, "first-wrong", answered(first, "sum"))
    hand_in(course, "second-right", second)
    hand_in(course, "second-wrong", answered(second, "mean"))
    return course


def run(course: Course, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What a command does in the course's folder."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=course.root,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(done: "subprocess.CompletedProcess[str]") -> dict[str, dict[str, Any]]:
    """Student → the row of the results."""
    return {row["student"]: row for row in json.loads(done.stdout)["submissions"]}


def of(row: dict[str, Any]) -> dict[str, Any]:
    """What the exercise earned that two releases ask for in two ways."""
    (found,) = (one for one in row["exercises"] if one["name"] == EXERCISE)
    assert isinstance(found, dict)
    return found


def test_each_submission_is_graded_against_its_own_release(course: Course) -> None:
    """right and wrong change places; points are today's; the same bytes for any jobs, any rerun."""
    done = run(course, "autograder", "grade", ASSIGNMENT, "--jobs", "1", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert "2 submissions of release 1, which asked something else" in done.stderr
    found = rows(done)
    assert of(found["first-right"])["points"] == of(found["second-right"])["points"] == 3.0
    for student in ("first-wrong", "second-wrong"):
        assert 0 <= of(found[student])["points"] < 3.0
        assert of(found[student])["outcome"] == "FAILED"
    for student, row in found.items():
        assert row["status"] == "graded"
        told = any(
            "of an earlier release of `autograd`; it was graded" in p for p in row["problems"]
        )
        assert told == student.startswith("first"), row["problems"]
    page = course.autograded / "first-right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert "Of the mean of x²." in page.read_text()

    kept = run(course, "autograder", "grade", ASSIGNMENT, "--json", "-")
    assert "4 submissions graded before and kept" in kept.stderr
    again = run(course, "autograder", "grade", ASSIGNMENT, "--force", "--jobs", "2", "--json", "-")
    assert done.stdout == kept.stdout == again.stdout


def test_one_file_gets_the_row_that_the_class_gets(course: Course) -> None:
    """``autograder check`` knows releases, too."""
    path = course.submitted / "first-right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    done = run(course, "autograder", "check", str(path), "--assignment", ASSIGNMENT, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert of(rows(done)["first-right"])["outcome"] == "PASSED"


def test_nbgrader_and_its_pages_take_a_submission_of_an_earlier_release(course: Course) -> None:
    """``nbgrader autograde`` grades it alike, and feedback finds all that it looks for."""
    command = ("nbgrader", "autograde", ASSIGNMENT, "--student", "first-right", "--force")
    done = run(course, *command)
    assert done.returncode == 0, done.stderr
    done = run(course, "nbgrader", "generate_feedback", ASSIGNMENT, "--student", "first-right")
    assert done.returncode == 0, done.stderr
    page = course.feedback / "first-right" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "it was graded against what that release asks" in page.read_text()


def test_the_suite_of_that_time_is_the_one_that_judges(course: Course) -> None:
    """today's suite of the same name is another module, in another process."""
    (earlier, _) = kept_releases(course, ASSIGNMENT)
    checks = earlier.suites / EXERCISE / f"test_{EXERCISE}.py"
    text = checks.read_text()
    title = text.partition("def test_")[2].split('"""')[1]
    checks.write_text(text.replace(title, RENAMED))
    try:
        done = run(course, "autograder", "grade", ASSIGNMENT, "--json", "-")
        assert done.returncode == 0, done.stderr
        titles = {
            student: {check["title"] for check in of(row)["checks"]}
            for student, row in rows(done).items()
        }
        assert RENAMED in titles["first-right"] & titles["first-wrong"]
        assert RENAMED not in titles["second-right"] | titles["second-wrong"]

        checks.write_text("this is no Python")
        done = run(course, "autograder", "grade", ASSIGNMENT, "--json", "-")
        assert done.returncode == 1
        found = rows(done)
        assert {student for student, row in found.items() if row["status"] == "needs_review"} == {
            "first-right",
            "first-wrong",
        }
        assert "first-right needs review" in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        checks.write_text(text)


def test_an_instructor_may_hold_all_against_the_assignment_as_it_is_now(course: Course) -> None:
    """the first release's mistake is then a mistake of its students."""
    done = run(course, "autograder", "grade", ASSIGNMENT, "--as-it-is-now", "--json", "-")
    assert done.returncode == 0, done.stderr
    found = rows(done)
    assert of(found["first-right"])["outcome"] == "FAILED"
    assert of(found["first-wrong"])["outcome"] == "PASSED"
    assert not any("earlier release" in text for text in found["first-right"]["problems"])


def test_what_a_release_did_not_ask_for_is_told_and_earns_nothing(tmp_path: Path) -> None:
    """an exercise came and one went: the row has those of today."""
    course = make_course(tmp_path)
    place, whole = course.notebook(ASSIGNMENT), source_notebook(course)

    def only(exercise: str, text: str) -> dict[str, Any]:
        """A release that asks for one of the two."""
        other = {"dydx": EXERCISE, EXERCISE: "dydx"}[exercise]
        cells = [cell for cell in whole["cells"] if not cell["id"].startswith(other)]
        cells.append({"cell_type": "markdown", "id": "farewell", "metadata": {}, "source": text})
        place.write_text(json.dumps({**whole, "cells": cells}))
        keep_release(course, load_source(course, ASSIGNMENT))
        return {**whole, "cells": cells}

    first = only("dydx", "The first release ends here.")
    only(EXERCISE, "The second release ends here.")
    hand_in(course, "s1", first)
    done = run(course, "autograder", "grade", ASSIGNMENT, "--json", "-")
    assert done.returncode == 0, done.stderr
    row = rows(done)["s1"]
    assert [(one["name"], one["outcome"], one["points"]) for one in row["exercises"]] == [
        (EXERCISE, "MISSING", 0.0)
    ]
    assert f"that release does not ask for `{EXERCISE}`, which earned nothing" in row["problems"]
    written = json.loads(
        (course.autograded / "s1" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    )
    claims = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in written["cells"]]
    assert "dydx" not in claims
    assert f"{EXERCISE}-solution" not in claims
    done = run(course, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
