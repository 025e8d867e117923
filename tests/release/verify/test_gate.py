"""An assignment that has not passed since its last change is not released without --unverified."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from autograder.errors import UsageError
from autograder.judge.assignment import Assignment, load_assignment
from release.cli import main
from release.verify.gate import RECORD, keep_record, refuse_unverified
from release.verify.report import to_json
from release.verify.results import MutationResult, SuiteResult
from release.verify.verify import VerifyResult, digest_of

PROJECT = Path(__file__).parents[3]
ASSIGNMENT = "autograd"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with one of our assignments, as the current folder; it has not passed."""
    monkeypatch.delenv("AUTOGRADER_WORKSPACE", raising=False)
    for name in ("course_config.py", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, tmp_path)
    shutil.copytree(PROJECT / "assignments" / ASSIGNMENT, tmp_path / "assignments" / ASSIGNMENT)
    monkeypatch.chdir(tmp_path)
    return load_course(tmp_path)


@pytest.fixture
def assignment(course: Course) -> Assignment:
    """The course's assignment."""
    return load_assignment(ASSIGNMENT, course.notebook(ASSIGNMENT))


def passed(assignment: Assignment, *, quick: bool = False, fault: str = "") -> VerifyResult:
    """What ``release verify`` would have found."""
    mutation = None if quick else MutationResult(tried=1, killed=1, equivalent=0)
    suites = (SuiteResult("a/b", 1.0, (), mutation),)
    faults = (fault,) if fault else ()
    return VerifyResult(assignment.name, 3, digest_of(assignment), suites, faults)


def test_every_assignment_of_ours_has_passed() -> None:
    """It is true that the record is of the files as they are: `release verify --all --record`.

    Each has passed with several secrets; tests/suites try it with one.
    """
    course = load_course(PROJECT)
    record = json.loads((PROJECT / "assignments" / RECORD).read_text(encoding="utf-8"))
    now = {
        name: digest_of(load_assignment(name, course.notebook(name)))
        for name in course.assignments()
    }
    assert {name: record[name]["digest"] for name in now} == now
    assert all(record[name]["secrets"] > 1 for name in now)


def test_what_passed_may_be_built(course: Course, assignment: Assignment) -> None:
    """It is true that one record is enough, in the workspace or beside the sources."""
    with pytest.raises(UsageError, match="has not passed `release verify"):
        refuse_unverified(course, assignment)
    report = course.workspace / "reports" / "verify" / f"{ASSIGNMENT}.json"
    report.parent.mkdir(parents=True)
    report.write_text(to_json([passed(assignment)]), encoding="utf-8")
    refuse_unverified(course, assignment)
    report.unlink()
    assert keep_record(course, [passed(assignment)]) == course.source / RECORD
    refuse_unverified(course, assignment)


def test_a_changed_notebook_must_pass_again(course: Course, assignment: Assignment) -> None:
    """It is true that a record is of one digest."""
    keep_record(course, [passed(assignment)])
    path = course.notebook(ASSIGNMENT)
    path.write_text(path.read_text("utf-8").replace("4 points", "4  points"), encoding="utf-8")
    with pytest.raises(UsageError, match="since its last change"):
        refuse_unverified(course, load_assignment(ASSIGNMENT, path))


@pytest.mark.parametrize("how", [{"quick": True}, {"fault": "a reason"}])
def test_what_has_not_passed_is_not_kept(
    course: Course, assignment: Assignment, how: dict[str, bool]
) -> None:
    """It is true that neither a quick run nor one with reasons counts, wherever it is kept."""
    verified = passed(assignment, **how)  # type: ignore[arg-type]
    keep_record(course, [verified])
    report = course.workspace / "reports" / "verify" / f"{ASSIGNMENT}.json"
    report.parent.mkdir(parents=True)
    report.write_text(to_json([verified]), encoding="utf-8")
    with pytest.raises(UsageError, match="has not passed"):
        refuse_unverified(course, assignment)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"assignments": [3]}', f'{{"{ASSIGNMENT}": 1}}'])
def test_damaged_records_prove_nothing(course: Course, assignment: Assignment, text: str) -> None:
    """It is true that a file that cannot be read does not count as a record."""
    report = course.workspace / "reports" / "verify" / f"{ASSIGNMENT}.json"
    report.parent.mkdir(parents=True)
    for path in (report, course.source / RECORD):
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="has not passed"):
        refuse_unverified(course, assignment)


@pytest.mark.parametrize("command", ["build", "pack"])
def test_the_commands_ask(course: Course, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is true that build and pack refuse, and that the error says what to type."""
    assert main([command, ASSIGNMENT]) == 2
    assert f"`release verify {ASSIGNMENT}`" in capsys.readouterr().err
    assert not course.release.exists()


def test_a_record_that_cannot_be_written_is_reported(
    course: Course, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that the error names the file."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("release.verify.gate.write_atomically", full)
    with pytest.raises(UsageError, match=r"verified\.json cannot be written: No space"):
        keep_record(course, [passed(assignment)])
