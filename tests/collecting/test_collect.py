"""Each student's latest submission gets into the workspace, and stays there."""

import io
import os
import tarfile
import unicodedata
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
    canvas,
    collect_from,
    hand_in_file,
    moodle,
    notebook,
    reasons_by_name,
    rows_by_student,
    stored_files,
    submit_to_exchange,
    without_utf8_flag,
    write_file,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT


def test_moodles_zip(course: Course, tmp_path: Path) -> None:
    """Folders and flat files reach their students, and typed text is listed."""
    path = zipped(
        tmp_path / "submissions.zip",
        moodle("Ada Lovelace", number=11),
        moodle("JOSÉ  Müller-Ödön", number=12, days=1, flat=True),
        moodle("Grace Brewster ONeil", number=13, days=-3, file="work/my own.ipynb"),
        ("Lee Min_14_assignsubmission_onlinetext_/onlinetext.html", b"<p>", NOON),
    )
    report = collect_from(course, path)
    assert actions(report) == {"ada": "new", "grace": "new", "jose": "new"}
    assert stored_files(course, "ada") == {
        NOTEBOOK_NAME: notebook("Ada Lovelace"),
        "timestamp.txt": NOON_TIMESTAMP,
    }
    assert stored_files(course, "jose")["timestamp.txt"] == NEXT_DAY_TIMESTAMP
    assert stored_files(course, "grace")[NOTEBOOK_NAME] == notebook("Grace Brewster ONeil")
    assert rows_by_student(report)["grace"].remarks == (
        "the notebook was called `work/my own.ipynb`",
    )
    assert [one.name for one in report.ignored] == ["Lee Min_14_assignsubmission_onlinetext_"]
    assert not report.needs_review
    places = find_submissions(course, ASSIGNMENT)
    assert [place.student for place in places] == ["ada", "grace", "jose"]
    assert places[0].read(ASSIGNMENT).notes == ()


def test_a_zip_from_macos(course: Course, tmp_path: Path) -> None:
    """Its names are decomposed UTF-8 without the flag that says so, and are read all the same."""
    name = unicodedata.normalize("NFD", "José Müller-Ödön")
    path = zipped(tmp_path / "1.zip", moodle(name))
    path.write_bytes(without_utf8_flag(path.read_bytes()))
    assert actions(collect_from(course, path)) == {"jose": "new"}


def test_canvas_zip(course: Course, tmp_path: Path) -> None:
    """Names without blanks are found, late or not, and the last of several attempts counts."""
    path = zipped(
        tmp_path / "submissions.zip",
        canvas("lovelaceada", notebook(1), user=1, attachment=50),
        canvas("lovelaceada", notebook(2), user=1, attachment=51, file=f"{ASSIGNMENT}-1.ipynb"),
        canvas("müllerödönjosé", user=2, days=2, late=True),
        canvas("oneilgracebrewster", user=3, days=3),
        canvas("oneilgracebrewster", b"plot", user=3, days=3, file="plot.png"),
        canvas("thịnguyễnjr", user=4, days=4, file="thị_text.html"),
    )
    report = collect_from(course, path)
    assert actions(report) == {"ada": "new", "grace": "new", "jose": "new"}
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(2)
    assert stored_files(course, "grace")["plot.png"] == b"plot"
    assert rows_by_student(report)["jose"].remarks == ("Canvas marked it LATE",)
    assert stored_files(course, "jose")["timestamp.txt"] == b"2030-01-12 12:00:00.000000 UTC"
    assert list(reasons_by_name(report.ignored)) == ["thịnguyễnjr_4_9000_thị_text.html"]


def test_an_exchange(course: Course, tmp_path: Path) -> None:
    """Each student's latest submission is taken, with nbgrader's time, and no other assignment."""
    exchange = tmp_path / "exchange"
    inbound = exchange / "pytorch" / "inbound"
    submit_to_exchange(inbound, "ada", 1)
    submit_to_exchange(inbound, "ada", 2, days=1)
    submit_to_exchange(inbound, "ada", 0, days=-1)
    submit_to_exchange(inbound, "s_1", end="")
    submit_to_exchange(inbound, "stranger")
    (inbound / "ada+other+2030-01-20 12:00:00.000000 UTC").mkdir()
    (inbound / f"lee+{ASSIGNMENT}+2030-01-20 12:00:00.000000 UTC").symlink_to(tmp_path)
    report = collect_from(course, exchange)
    for given in (exchange, exchange / "pytorch", inbound):
        assert set(actions(collect_from(course, given))) == {"ada", "s_1"}
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(2)
    assert stored_files(course, "ada")["timestamp.txt"] == NEXT_DAY_TIMESTAMP
    assert stored_files(course, "ada")["submission_secret.txt"] == b"secret"
    assert [one.reason for one in report.unassigned] == ["roster.csv has no student with this id"]
    reasons = [one.reason for one in report.ignored]
    assert sum("came later" in reason for reason in reasons) == 2
    assert "it is a link or a file, not a folder" in reasons


def test_a_folder(course: Course, tmp_path: Path) -> None:
    """Files and folders may be named by id, name or address, or be nbgrader's own folders."""
    folder = tmp_path / "work"
    write_file(folder / "ada.ipynb")
    write_file(folder / "jose" / NOTEBOOK_NAME, days=1)
    write_file(folder / "grace@example.org" / ASSIGNMENT / NOTEBOOK_NAME)
    write_file(folder / "grace@example.org" / ASSIGNMENT / "data" / "points.csv", b"1")
    write_file(folder / "Lee Min" / "mine.ipynb")
    write_file(folder / "s_1_final_version.ipynb")
    write_file(folder / "s_9_final_version.ipynb")
    write_file(folder / "min" / "other.ipynb")
    write_file(folder / "notes.txt", b"")
    report = collect_from(course, folder)
    assert set(actions(report)) == {"ada", "grace", "jose", "lee", "min", "s_1"}
    assert stored_files(course, "grace")["data/points.csv"] == b"1"
    assert stored_files(course, "jose")["timestamp.txt"] == NEXT_DAY_TIMESTAMP
    assert reasons_by_name(report.unassigned) == {
        "s_9_final_version.ipynb": "it does not begin with an id or a name in roster.csv"
    }
    assert reasons_by_name(report.ignored) == {
        "notes.txt": "it is beside the students' files, and its name is not a student's"
    }
    assert any("copying may have changed" in note for note in report.notes)


def test_other_assignments_are_left_alone(course: Course, tmp_path: Path) -> None:
    """Their files are not taken, wherever they are in the folder."""
    other = course.source / "products"
    other.mkdir()
    (other / "products.ipynb").write_bytes(notebook())
    folder = tmp_path / "work"
    write_file(folder / "ada" / "products" / "products.ipynb")
    write_file(folder / "ada" / ASSIGNMENT / NOTEBOOK_NAME)
    write_file(folder / "jose" / "products.ipynb")
    write_file(folder / "lee_products.ipynb")
    write_file(folder / "min_products-handin.zip", hand_in_file(notebook()))
    report = collect_from(course, folder)
    assert actions(report) == {"ada": "new"}
    assert stored_files(course, "ada").keys() == {NOTEBOOK_NAME, "timestamp.txt"}
    assert len(report.ignored) == 4
    assert not report.needs_review
    (course.root / "only").mkdir()
    write_file(course.root / "only" / "lee_products.ipynb")
    with pytest.raises(UsageError, match=f"Nothing in .* was handed in for {ASSIGNMENT}"):
        collect_from(course, course.root / "only")


def test_one_file_of_one_student(course: Course, tmp_path: Path) -> None:
    """The file's name, or the operator, says whose notebook or hand-in file it is."""
    assert actions(collect_from(course, write_file(tmp_path / "ada.ipynb"))) == {"ada": "new"}
    plain = write_file(tmp_path / NOTEBOOK_NAME)
    assert "say whose it is with --student" in collect_from(course, plain).unassigned[0].reason
    assert actions(collect_from(course, plain, student="jose")) == {"jose": "new"}
    named = write_file(tmp_path / f"lee_{ASSIGNMENT}-handin.zip", hand_in_file(notebook("lee")))
    assert actions(collect_from(course, named)) == {"lee": "new"}
    assert stored_files(course, "lee").keys() == {NOTEBOOK_NAME, "receipt.json", "timestamp.txt"}
    assert stored_files(course, "lee")["timestamp.txt"] == NOON_TIMESTAMP
    submission = write_file(tmp_path / f"{ASSIGNMENT}-handin.zip", hand_in_file(notebook("min")))
    assert collect_from(course, submission).unassigned
    assert actions(collect_from(course, submission, student="min")) == {"min": "new"}
    with pytest.raises(UsageError, match="'nobody' is not in roster"):
        collect_from(course, submission, student="nobody")
    with pytest.raises(UsageError, match="cannot be the name of a folder"):
        collect_from(course, submission, student="../ada")


def test_a_link_that_the_operator_names_is_followed(course: Course, tmp_path: Path) -> None:
    """The link's own name says whose file it is."""
    link = tmp_path / "ada.ipynb"
    link.symlink_to(write_file(tmp_path / "download.ipynb"))
    assert actions(collect_from(course, link)) == {"ada": "new"}
    zip_link = tmp_path / "link.zip"
    members = [moodle(name, number=n, days=-n) for n, name in enumerate(("Lee Min", "Min Lee"))]
    zip_link.symlink_to(zipped(tmp_path / "1.zip", *members))
    assert set(actions(collect_from(course, zip_link))) == {"lee", "min"}
    with pytest.raises(UsageError, match="the submissions of several people"):
        collect_from(course, zip_link, student="ada")


def test_archives_of_other_kinds(course: Course, tmp_path: Path) -> None:
    """A tar is read, and so are a platform's folders within one more folder."""
    path = tmp_path / "work.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in (
            "Ada Lovelace_1_assignsubmission_file_",
            "José Müller-Ödön_2_assignsubmission_file_",
        ):
            info = tarfile.TarInfo(f"downloads/{name}/{NOTEBOOK_NAME}")
            content = notebook(name)
            info.size, info.mtime = len(content), NOON.timestamp() + len(name) * 86400
            archive.addfile(info, io.BytesIO(content))
    report = collect_from(course, path)
    assert actions(report) == {"ada": "new", "jose": "new"}
    assert rows_by_student(report)["ada"].handed_in is not None


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
