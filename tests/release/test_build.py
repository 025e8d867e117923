"""Building a release: what students get, and what the gradebook learns."""

import json
from pathlib import Path

import nbformat
import pytest
from nbgrader import api

from autograder.course.settings import Course
from autograder.errors import SuiteError, UsageError
from autograder.gradebook.book import Gradebook, Record
from autograder.gradebook.student_version import make_student_version
from release.build import build_release
from release.cli import main
from tests.grading.fakes import ASSIGNMENT, cell, released_notebook, source_notebook


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Recorded observations, as the judge would write them."""
    folder = tmp_path / "recorded" / ASSIGNMENT / "double"
    folder.mkdir(parents=True)
    (folder / "exercise.json").write_text("{}")
    return tmp_path / "recorded"


def build(course: Course, recorded: Path, *, force: bool = False) -> Path:
    """Build the tiny assignment."""
    source = make_student_version(course, ASSIGNMENT)
    return build_release(course, source, recorded=recorded, force=force)


def edit(course: Course, text: str) -> None:
    """Add a text to the source notebook."""
    document = source_notebook()
    document["cells"].append({**cell("markdown", text), "id": "added"})
    course.notebook(ASSIGNMENT).write_text(json.dumps(document), encoding="utf-8")


def test_a_release_is_the_student_version_with_the_self_check(
    course: Course, recorded: Path
) -> None:
    """It is true that solutions are cleared, and that the folder holds notebook and kit only."""
    folder = build(course, recorded)
    assert folder == course.workspace / "release" / ASSIGNMENT
    notebook = nbformat.read(folder / f"{ASSIGNMENT}.ipynb", as_version=4)
    nbformat.validate(notebook)
    texts = [one["source"] for one in released_notebook()["cells"]]
    assert [one.source for one in notebook.cells] == texts
    assert {path.name for path in folder.iterdir()} == {f"{ASSIGNMENT}.ipynb", "autograder"}
    assert (folder / "autograder" / "selfcheck").is_dir()
    assert (folder / "autograder" / "recorded" / ASSIGNMENT / "double").is_dir()
    assert {path.name for path in course.release.iterdir()} == {ASSIGNMENT}


def test_building_leaves_the_settings_alone(course: Course, recorded: Path) -> None:
    """It is true that a build does not change the course's configuration."""
    before = repr(course.config)
    build(course, recorded)
    assert repr(course.config) == before


def test_no_answer_is_in_a_release(course: Course, recorded: Path) -> None:
    """It is true that no file of the trusted side is in it."""
    folder = build(course, recorded)
    names = {path.name for path in folder.rglob("*")}
    assert not names & {"hidden.py", "accepted.py", "misconceptions.diff", "judge", "grading"}
    assert "2 * x" not in (folder / f"{ASSIGNMENT}.ipynb").read_text()


def test_a_release_registers_its_assignment(course: Course, recorded: Path) -> None:
    """It is true that nbgrader knows the notebook and its points."""
    build(course, recorded)
    with api.Gradebook(course.db_url, course.course_id) as gradebook:
        assert gradebook.find_assignment(ASSIGNMENT).max_score == 12.0


def test_building_again_changes_nothing(course: Course, recorded: Path) -> None:
    """It is true that no file of a release is written again."""
    folder = build(course, recorded)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    build(course, recorded)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_another_release_is_not_replaced_unasked(course: Course, recorded: Path) -> None:
    """It is true that the error names the file that differs, and that --force replaces it."""
    folder = build(course, recorded)
    edit(course, "Good luck!")
    with pytest.raises(UsageError, match=r"differs from the new release \(sums\.ipynb\).*--force"):
        build(course, recorded)
    assert "Good luck!" not in (folder / f"{ASSIGNMENT}.ipynb").read_text()
    build(course, recorded, force=True)
    assert "Good luck!" in (folder / f"{ASSIGNMENT}.ipynb").read_text()
    (folder / "notes.txt").write_text("")
    with pytest.raises(UsageError, match=r"\(notes\.txt\)"):
        build(course, recorded)


def test_a_notebook_that_nbgrader_refuses_is_reported(course: Course, recorded: Path) -> None:
    """It is true that an earlier release is kept."""
    folder = build(course, recorded)
    document = source_notebook()
    document["cells"][0]["source"] = "### BEGIN SOLUTION\nx\n### END SOLUTION"
    course.notebook(ASSIGNMENT).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SuiteError, match="Solution region detected in a non-solution cell"):
        build(course, recorded, force=True)
    assert (folder / f"{ASSIGNMENT}.ipynb").is_file()
    assert {path.name for path in course.release.iterdir()} == {ASSIGNMENT}


def test_a_release_that_the_gradebook_refuses_is_not_there(course: Course, recorded: Path) -> None:
    """It is true that a graded cell that has scores and is gone stops the build in time."""
    folder = build(course, recorded)
    with Gradebook(course, make_student_version(course, ASSIGNMENT)) as book:
        book.record(Record("s001", {"double": 4.0, "square": 6.0}))
    document = source_notebook()
    del document["cells"][-1]
    course.notebook(ASSIGNMENT).write_text(json.dumps(document), encoding="utf-8")
    before = (folder / f"{ASSIGNMENT}.ipynb").read_bytes()
    with pytest.raises(UsageError, match="`why` went"):
        build(course, recorded, force=True)
    assert (folder / f"{ASSIGNMENT}.ipynb").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_reported(course: Course, recorded: Path) -> None:
    """It is true that the error names the folder."""
    course.workspace.mkdir(exist_ok=True)
    course.release.write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        build(course, recorded)


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["build"], "Name the assignments to build, or give --all"),
        (["build", "--all", ASSIGNMENT], "not both"),
        (["build", "nope"], "There is no assignment 'nope'"),
        (["build", ASSIGNMENT, "nope"], "There is no assignment 'nope'"),
        (
            ["build", ASSIGNMENT, "--unverified", "--workspace", "course_config.py"],
            "is a file; give the name of a folder",
        ),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """It is true that the sentence is on stderr, and the exit code is 2."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert reason in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_no_assignments_is_reported(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """It is true that a course without assignments gives exit code 2 and a sentence."""
    course.notebook(ASSIGNMENT).unlink()
    assert main(["build", "--all"]) == 2
    assert "There are no assignments yet" in capsys.readouterr().err
