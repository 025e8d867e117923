"""The workspace: its lock, and what lies in it."""

from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from autograder.course.workspace import find_submissions, locked_workspace
from autograder.errors import UsageError
from autograder.notebook.submission_file import LINKED
from tests.grading.fakes import ASSIGNMENT, answered, hand_in


def test_two_runs_exclude_each_other(course: Course) -> None:
    """the second is told so, and may begin when the first has ended."""
    with (
        locked_workspace(course),
        pytest.raises(UsageError, match="Another run is at work"),
        locked_workspace(course),
    ):
        pass
    with locked_workspace(course):
        pass


def test_a_workspace_that_cannot_be_written_is_told(course: Course, tmp_path: Path) -> None:
    """a file in its place is no folder."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file; give the name of a folder"):
        load_course(course.root, workspace=tmp_path / "file")
    moved = load_course(course.root, workspace=tmp_path / "file" / "below")
    with pytest.raises(UsageError, match="cannot be written"), locked_workspace(moved):
        pass


def test_submissions_are_found_by_student(course: Course) -> None:
    """sorted, without hidden folders and students who handed in something else."""
    for student in ("s010", "s002", ".ipynb_checkpoints"):
        hand_in(course.workspace, student, answered())
    (course.submitted / "s003" / "other").mkdir(parents=True)
    (course.submitted / "file").write_text("")
    found = find_submissions(course, ASSIGNMENT)
    assert [place.student for place in found] == ["s002", "s010"]
    (chosen,) = find_submissions(course, ASSIGNMENT, ["s010", "s010"])
    assert chosen.student == "s010"


def test_no_submissions_is_an_error(course: Course) -> None:
    """it says where they were expected."""
    for _ in range(2):
        with pytest.raises(UsageError, match=r"no submissions of sums.*<student>/sums/sums\.ipynb"):
            find_submissions(course, ASSIGNMENT)
        course.submitted.mkdir(parents=True, exist_ok=True)
    course.submitted.rmdir()
    course.submitted.write_text("")
    with pytest.raises(UsageError, match="cannot be read"):
        find_submissions(course, ASSIGNMENT)


def test_an_unknown_student_is_an_error(course: Course) -> None:
    """it names students who come near."""
    for student in ("s001", "s002", "x"):
        hand_in(course.workspace, student, answered())
    with pytest.raises(UsageError, match=r"'s01' has no submission of sums; there are 3.* s001"):
        find_submissions(course, ASSIGNMENT, ["s002", "s01"])


def test_reading_never_fails(course: Course, tmp_path: Path) -> None:
    """whatever lies in place of a submission is a sentence."""
    hand_in(course.workspace, "right", answered())
    path = hand_in(course.workspace, "folder", b"")
    path.unlink()
    path.mkdir()
    hand_in(course.workspace, "empty", b"").unlink()
    (course.submitted / "linked").mkdir()
    (course.submitted / "linked" / ASSIGNMENT).symlink_to(tmp_path)
    (course.submitted / "flat").mkdir()
    (course.submitted / "flat" / ASSIGNMENT).write_text("")
    found = {
        place.student: place.read(ASSIGNMENT) for place in find_submissions(course, ASSIGNMENT)
    }
    assert {student: handed.unreadable for student, handed in found.items()} == {
        "right": "",
        "folder": "`sums.ipynb` was a folder, not a file; hand in the notebook itself",
        "empty": "there was no file `sums.ipynb`; the folder was empty",
        "linked": LINKED,
        "flat": "`sums` was a file where a folder with the notebook was expected",
    }


def test_the_digest_changes_with_what_was_handed_in(course: Course) -> None:
    """another text or another moment is another submission."""
    path = hand_in(course.workspace, "s001", answered())
    (place,) = find_submissions(course, ASSIGNMENT)
    first = place.read(ASSIGNMENT)
    assert place.read(ASSIGNMENT).digest == first.digest
    (path.parent / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC\n")
    second = place.read(ASSIGNMENT)
    assert second.timestamp == "2030-01-01 00:00:00 UTC"
    path.write_text("{}")
    digests = {first.digest, second.digest, place.read(ASSIGNMENT).digest}
    assert len(digests) == 3
