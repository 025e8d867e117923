"""Three releases of a real assignment in one class: each submission is graded against its own."""

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course.history import keep_release
from autograder.course.releases import kept_releases
from autograder.course.settings import Course, load_course
from autograder.gradebook.student_version import make_student_version
from autograder.grading import past_release

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


def release(
    course: Course, *, without: str = "", reduction: str = "mean", points: int = 6
) -> dict[str, Any]:
    """Ask for the gradient of this reduction, and not for one exercise; the right answers."""
    document: dict[str, Any] = json.loads(
        (PROJECT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    )
    for cell in document["cells"]:
        if cell["id"] == f"{EXERCISE}-statement":
            cell["source"] = f"## `{EXERCISE}` ({points} points)\n\nOf the {reduction} of x²."
        elif cell["id"] == f"{EXERCISE}-solution":
            cell["source"] = SOLUTION.format(reduction=reduction)
        elif cell["id"] == EXERCISE:
            cell["metadata"]["nbgrader"]["points"] = points
    if without:
        text = f"This release does not ask for {without}."
        document["cells"] = [
            *(cell for cell in document["cells"] if not cell["id"].startswith(without)),
            {"cell_type": "markdown", "id": "farewell", "metadata": {}, "source": text},
        ]
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
    """Three releases and their students.

    The first asked for the other exercise only; the second for both, for the mean, with a check of
    another title; the present one asks for the sum only, for fewer points.
    """
    course = make_course(tmp_path_factory.mktemp("course"))
    hand_in(course, "asked-for-other", release(course, without=EXERCISE))
    first = release(course)
    second = release(course, without="dydx", reduction="sum", points=3)
    hand_in(course, "first-right", first)
    hand_in(course, "first-wrong", answered(first, "sum"))
    hand_in(course, "second-right", second)
    hand_in(course, "second-wrong", answered(second, "mean"))
    checks = checks_of_the_mean(course)
    text = checks.read_text()
    title = text.partition("def test_")[2].split('"""')[1]
    checks.write_text(text.replace(title, RENAMED))
    # The name that this file had when the release was kept.
    mistakes = checks.with_name("misconceptions.diff")
    mistakes.rename(mistakes.with_suffix(".py"))
    return course


def checks_of_the_mean(course: Course) -> Path:
    """They are kept with the release that asked for it."""
    (_, mean, _) = kept_releases(course, ASSIGNMENT)
    return mean.suites / EXERCISE / f"test_{EXERCISE}.py"


@dataclass(frozen=True, slots=True)
class Graded:
    """The class after a run.

    Attributes:
        rows: By student.
        notebooks: By student, the text of the autograded notebook.
        told: What the operator was told.
        results: Printed by the run, by one that had nothing to do, and by one with two jobs.
        kept: What the second of them told.
    """

    rows: dict[str, dict[str, Any]]
    notebooks: dict[str, str]
    told: str
    results: tuple[str, str, str]
    kept: str


@pytest.fixture(scope="module")
def graded(course: Course) -> Graded:
    """All of them, by ``autograder grade``."""
    command = ("autograder", "grade", ASSIGNMENT, "--json", "-")
    done = run(course, *command, "--jobs", "1")
    assert done.returncode == 0, done.stderr
    found = rows(done)
    paths = {student: course.autograded / student / ASSIGNMENT for student in found}
    notebooks = {name: (path / f"{ASSIGNMENT}.ipynb").read_text() for name, path in paths.items()}
    kept = run(course, *command)
    again = run(course, *command, "--force", "--jobs", "2")
    results = (done.stdout, kept.stdout, again.stdout)
    return Graded(found, notebooks, done.stderr, results, kept.stderr)


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


def test_suites_find_what_has_been_renamed_since(tmp_path: Path) -> None:
    """It is true that a kept suite imports its modules by the names that they have now."""
    plan = tmp_path / "evaluate" / "plan.py"
    plan.parent.mkdir()
    plan.write_text("".join(f"import {earlier}\n" for earlier in past_release.RENAMED_MODULES))
    past_release._bring_up_to_date(tmp_path)
    imported = plan.read_text().split()[1::2]
    assert all(importlib.util.find_spec(name) for name in imported)


def test_each_is_graded_against_its_own_release(graded: Graded) -> None:
    """the share that was earned then, of the points of today, and a sentence that says so."""
    assert "1 submission of release 1, which asked something else" in graded.told
    assert "2 submissions of release 2, which asked something else" in graded.told
    found = graded.rows
    assert of(found["first-right"])["points"] == of(found["second-right"])["points"] == 3.0
    for student in ("first-wrong", "second-wrong"):
        assert 0 <= of(found[student])["points"] < 3.0
        assert of(found[student])["outcome"] == "FAILED"
    for student, row in found.items():
        assert row["status"] == "graded"
        told = any(
            "of an earlier release of `autograd`; it was graded" in p for p in row["problems"]
        )
        assert told == (not student.startswith("second")), row["problems"]
    assert "Of the mean of x²." in graded.notebooks["first-right"]


def test_a_second_run_gives_the_same_bytes(graded: Graded) -> None:
    """what was graded is kept; graded again by two workers, it is the same."""
    assert "5 submissions graded before and kept" in graded.kept
    assert len({*graded.results}) == 1


def test_the_suite_of_that_time_is_the_one_that_judges(graded: Graded) -> None:
    """today's suite of the same name is another module, in another process."""
    titles = {
        student: {check["title"] for check in of(row)["checks"]}
        for student, row in graded.rows.items()
    }
    assert RENAMED in titles["first-right"] & titles["first-wrong"]
    assert RENAMED not in titles["second-right"] | titles["second-wrong"]


def test_what_a_release_did_not_ask_for_is_told_and_earns_nothing(graded: Graded) -> None:
    """an exercise came and one went: the row and the notebook have those of today."""
    row = graded.rows["asked-for-other"]
    assert [(one["name"], one["outcome"], one["points"]) for one in row["exercises"]] == [
        (EXERCISE, "MISSING", 0.0)
    ]
    assert f"that release does not ask for `{EXERCISE}`, which earned nothing" in row["problems"]
    cells = json.loads(graded.notebooks["asked-for-other"])["cells"]
    claims = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    assert "dydx" not in claims
    assert f"{EXERCISE}-solution" not in claims


def test_one_file_gets_the_row_that_the_class_gets(course: Course, graded: Graded) -> None:
    """``autograder check`` knows releases, too."""
    path = course.submitted / "first-right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    done = run(course, "autograder", "check", str(path), "--assignment", ASSIGNMENT, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert rows(done)["first-right"] == graded.rows["first-right"]


@pytest.mark.usefixtures("graded")
def test_nbgrader_and_its_pages_take_a_submission_of_an_earlier_release(course: Course) -> None:
    """``nbgrader autograde`` grades it alike, and feedback finds all that it looks for."""
    command = ("nbgrader", "autograde", ASSIGNMENT, "--student", "first-right", "--force")
    done = run(course, *command)
    assert done.returncode == 0, done.stderr
    done = run(course, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    for student in ("first-right", "asked-for-other"):
        page = course.feedback / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
        assert "it was graded against what that release asks" in page.read_text()


def test_a_suite_that_is_damaged_costs_its_own_students_nothing(course: Course) -> None:
    """a person has to look at them, and the others are graded."""
    checks = checks_of_the_mean(course)
    text = checks.read_text()
    checks.write_text("this is no Python")
    try:
        done = run(course, "autograder", "grade", ASSIGNMENT, "--json", "-")
    finally:
        checks.write_text(text)
    assert done.returncode == 1
    found = rows(done)
    assert {student for student, row in found.items() if row["status"] == "needs_review"} == {
        "first-right",
        "first-wrong",
    }
    assert "first-right needs review" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_instructor_may_hold_all_against_the_assignment_as_it_is_now(course: Course) -> None:
    """the first release's mistake is then a mistake of its students."""
    done = run(course, "autograder", "grade", ASSIGNMENT, "--as-it-is-now", "--json", "-")
    assert done.returncode == 0, done.stderr
    found = rows(done)
    assert of(found["first-right"])["outcome"] == "FAILED"
    assert of(found["first-wrong"])["outcome"] == "PASSED"
    assert not any("earlier release" in text for text in found["first-right"]["problems"])
