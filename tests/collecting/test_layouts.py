"""Each kind of download gets every student's submission into the workspace."""

import io
import tarfile
import unicodedata
from pathlib import Path

import pytest

from autograder.course.settings import Course
from autograder.course.workspace import find_submissions
from autograder.errors import UsageError
from tests.collecting.downloads import (
    NEXT_DAY_TIMESTAMP,
    NOON,
    NOON_TIMESTAMP,
    NOTEBOOK_NAME,
    actions,
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
