"""Each student's latest submission gets into the workspace, and stays there."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.collecting.submission_times import TimeOrigin
from autograder.course.settings import Course
from autograder.course.workspace import find_submissions, locked_workspace
from autograder.errors import UsageError
from autograder.gradebook.database import open_gradebook
from tests.collecting.downloads import (
    NEXT_DAY_TIMESTAMP,
    NOON,
    NOON_TIMESTAMP,
    NOTEBOOK_NAME,
    actions,
    all_files,
    collect_from,
    moodle,
    notebook,
    reasons_by_name,
    rows_by_student,
    stored_files,
    submit_to_exchange,
    write_file,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT


def test_without_a_roster_only_ids_are_taken(course: Course, tmp_path: Path) -> None:
    """Names of people are listed, and so are names that may go on behind an id."""
    (course.root / "roster.csv").unlink()
    folder = tmp_path / "work"
    write_file(folder / "ada.ipynb")
    write_file(folder / "x-17" / NOTEBOOK_NAME)
    write_file(folder / "ada_second.ipynb")
    write_file(folder / "José Müller" / NOTEBOOK_NAME)
    report = collect_from(course, folder)
    assert set(actions(report)) == {"ada", "x-17"}
    assert set(reasons_by_name(report.unassigned)) == {"ada_second.ipynb", "José Müller"}
    assert all("without a roster" in one.reason for one in report.unassigned)
    path = zipped(tmp_path / "moodle.zip", moodle("Ada Lovelace"))
    assert len(collect_from(course, path).unassigned) == 1
    submit_to_exchange(tmp_path / "inbound", "anybody")
    assert actions(collect_from(course, tmp_path / "inbound")) == {"anybody": "new"}


def test_no_owner_is_guessed(course: Course, tmp_path: Path) -> None:
    """Two students of one name and an unknown name are listed, not assigned."""
    path = zipped(
        tmp_path / "moodle.zip",
        moodle("Bob Twin", number=1),
        moodle("Eve Nobody", number=2, days=1),
        moodle("Lee Min", number=3, days=-1),
        moodle("Lovelace, Ada", number=4, days=3),
    )
    report = collect_from(course, path)
    assert actions(report) == {"ada": "new", "lee": "new"}
    assert reasons_by_name(report.unassigned) == {
        "Bob Twin_1": "2 students in roster.csv match (bob1, bob2)",
        "Eve Nobody_2": "roster.csv has no student with this name",
    }
    assert report.needs_review


def test_the_latest_counts(course: Course, tmp_path: Path) -> None:
    """What was replaced is kept, and an older submission changes nothing."""
    first = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", notebook(1)))
    second = zipped(tmp_path / "2.zip", moodle("Ada Lovelace", notebook(2), days=1))
    collect_from(course, first)
    report = collect_from(course, second)
    row = rows_by_student(report)["ada"]
    assert (str(row.action), row.previous.at, row.handed_in.at) == (  # type: ignore[union-attr]
        "replaced",
        NOON,
        NOON + timedelta(days=1),
    )
    assert any(" -> 2030-01-11 12:00:00 UTC" in line for line in report.lines())
    kept = course.workspace / row.kept
    assert (kept / NOTEBOOK_NAME).read_bytes() == notebook(1)
    assert (kept / "timestamp.txt").read_bytes() == NOON_TIMESTAMP
    before = all_files(course.workspace)
    assert actions(collect_from(course, first)) == {"ada": "older"}
    assert actions(collect_from(course, second)) == {"ada": "unchanged"}
    assert all_files(course.workspace) == before


def test_the_same_notebook_again(course: Course, tmp_path: Path) -> None:
    """It counts at its later time if the source knows that; a copied file's time means nothing."""
    inbound = tmp_path / "inbound"
    submit_to_exchange(inbound, "ada", "same")
    collect_from(course, inbound)
    submit_to_exchange(inbound, "ada", "same", days=1)
    assert actions(collect_from(course, inbound)) == {"ada": "dated"}
    assert stored_files(course, "ada")["timestamp.txt"] == NEXT_DAY_TIMESTAMP
    folder = tmp_path / "work"
    write_file(folder / "jose.ipynb", notebook("same"))
    collect_from(course, folder)
    write_file(folder / "jose.ipynb", notebook("same"), days=1)
    assert actions(collect_from(course, folder)) == {"jose": "unchanged"}
    assert stored_files(course, "jose")["timestamp.txt"] == NOON_TIMESTAMP


def test_several_hand_ins_of_one_student(course: Course, tmp_path: Path) -> None:
    """The latest in the folder is taken, and the others are listed."""
    folder = tmp_path / "work"
    write_file(folder / "ada.ipynb", notebook(1), days=1)
    write_file(folder / "ada" / NOTEBOOK_NAME, notebook(2))
    write_file(folder / "Ada Lovelace_again.ipynb", notebook(3), days=2)
    report = collect_from(course, folder)
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(3)
    assert reasons_by_name(report.ignored) == {
        "ada": "ada.ipynb, of the same student, came later",
        "ada.ipynb": "Ada Lovelace_again.ipynb, of the same student, came later",
    }


def test_a_dry_run_writes_nothing(course: Course, tmp_path: Path) -> None:
    """It reports what the real run does."""
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace"), moodle("Nobody", number=2, days=4))
    dry = collect_from(course, path, dry_run=True)
    assert not course.workspace.exists()
    real = collect_from(course, path)
    assert (dry.rows, dry.unassigned) == (real.rows, real.unassigned)
    before = all_files(course.workspace)
    with locked_workspace(course):
        assert actions(collect_from(course, path, dry_run=True)) == {"ada": "unchanged"}
    assert all_files(course.workspace) == before
    assert list(dry.lines())[-1].endswith("(dry run: nothing was written)")


def test_students_reach_the_gradebook(course: Course, tmp_path: Path) -> None:
    """They get names and addresses there, and lose nothing that the gradebook had."""
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace"), moodle("Lee Min", number=2, days=4))
    collect_from(course, path)
    with open_gradebook(course.db_url, course.course_id) as book:
        found = {row.id: (row.first_name, row.last_name, row.email) for row in book.students}
        assert found == {
            "ada": ("Ada", "Lovelace", "ada@example.org"),
            "lee": ("Lee", "Min", "lee@example.org"),
        }
        book.update_or_create_student("ada", lms_user_id="77")
    (course.root / "roster.csv").write_text("id,first_name,last_name\nada,Augusta,Lovelace\n")
    collect_from(course, zipped(tmp_path / "2.zip", moodle("Augusta Lovelace")))
    with open_gradebook(course.db_url, course.course_id) as book:
        ada = book.find_student("ada")
        assert (ada.first_name, ada.email, ada.lms_user_id) == ("Augusta", "ada@example.org", "77")


def test_a_submission_without_a_notebook(course: Course, tmp_path: Path) -> None:
    """A submission without a notebook is stored unless there is a notebook, and needs review."""
    pdf = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", b"%PDF", file="essay.pdf"))
    report = collect_from(course, pdf)
    assert report.needs_review
    assert rows_by_student(report)["ada"].remarks == ("it holds no notebook",)
    unreadable = find_submissions(course, ASSIGNMENT)[0].read(ASSIGNMENT).unreadable
    assert unreadable == f"there was no file `{NOTEBOOK_NAME}`; the folder held `essay.pdf`"
    collect_from(course, zipped(tmp_path / "2.zip", moodle("Ada Lovelace", notebook(2), days=1)))
    later = zipped(tmp_path / "3.zip", moodle("Ada Lovelace", b"%PDF", days=2, file="essay.pdf"))
    report = collect_from(course, later)
    assert actions(report) == {"ada": "older"}
    assert report.needs_review
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(2)


def test_several_notebooks_of_other_names(course: Course, tmp_path: Path) -> None:
    """All are kept, and none is chosen."""
    members = [moodle("Ada Lovelace", notebook(name), file=name) for name in ("a.ipynb", "b.ipynb")]
    report = collect_from(course, zipped(tmp_path / "1.zip", *members))
    assert rows_by_student(report)["ada"].remarks == (
        f"it holds 2 notebooks, none of them `{NOTEBOOK_NAME}`",
    )
    assert {"a.ipynb", "b.ipynb"} < stored_files(course, "ada").keys()


def test_students_files_do_not_replace_ours(course: Course, tmp_path: Path) -> None:
    """Files of theirs that are named like our time, receipt or record are not taken for it."""
    path = zipped(
        tmp_path / "1.zip",
        moodle("Ada Lovelace"),
        *(
            moodle("Ada Lovelace", b"forged", file=name)
            for name in (
                "timestamp.txt",
                "collected.json",
                f"{ASSIGNMENT}.IPYNB/x",
                "Receipt.JSON/x",
            )
        ),
    )
    collect_from(course, path)
    assert stored_files(course, "ada") == {
        NOTEBOOK_NAME: notebook("Ada Lovelace"),
        "timestamp.txt": NOON_TIMESTAMP,
    }


def test_the_workspace_itself_is_no_source(course: Course, tmp_path: Path) -> None:
    """Neither the course's folder nor what was collected before can be collected."""
    collect_from(course, write_file(tmp_path / "ada.ipynb"))
    for path in (course.root, course.workspace, course.submitted, course.submitted / "ada"):
        with pytest.raises(UsageError, match="has been collected already"):
            collect_from(course, path)


def test_the_existing_submission_may_be_anything(course: Course, tmp_path: Path) -> None:
    """A folder filled by hand is recognised; a link or a file in its place is kept."""
    by_hand = course.submitted / "ada" / ASSIGNMENT
    write_file(by_hand / NOTEBOOK_NAME, notebook("hand"))
    link = course.submitted / "jose" / ASSIGNMENT
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path)
    write_file(course.submitted / "lee" / ASSIGNMENT, b"a file", days=-9)
    folder = tmp_path / "work"
    write_file(folder / "ada.ipynb", notebook("hand"), days=9)
    later = (NOON + timedelta(days=20_000)).timestamp()
    for name in ("jose", "lee"):
        os.utime(write_file(folder / f"{name}.ipynb"), (later, later))
    report = collect_from(course, folder)
    assert actions(report) == {"ada": "dated", "jose": "replaced", "lee": "replaced"}
    assert rows_by_student(report)["ada"].handed_in.origin is TimeOrigin.FILE  # type: ignore[union-attr]
    assert (course.workspace / rows_by_student(report)["jose"].kept).is_symlink()
    assert (course.workspace / rows_by_student(report)["lee"].kept).read_bytes() == b"a file"
