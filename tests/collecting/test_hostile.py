"""Hostile archives, names and folders do no harm, and are refused in one sentence."""

import json
import os
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from autograder.archives.extraction import extract
from autograder.collecting import exchange
from autograder.course.settings import Course
from autograder.errors import UsageError
from tests.collecting.downloads import (
    NOON,
    NOTEBOOK_NAME,
    actions,
    collect_from,
    hand_in_file,
    moodle,
    notebook,
    stored_files,
    submit_to_exchange,
    write_file,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT

ADA = f"Ada Lovelace_1_assignsubmission_file_/{NOTEBOOK_NAME}"


def link_member(path: Path) -> Path:
    """A zip from Moodle with a link in it."""
    zipped(path, moodle("Lee Min", number=2, days=3))
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo(ADA)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, b"/etc/passwd")
    return path


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "damaged or not an archive"),
        (b"no archive", "damaged or not an archive"),
        (b"PK\x05\x06" + bytes(18), "is empty: nothing was handed in there"),
        (b"PK\x03\x04 cut off", "cut off"),
    ],
)
def test_a_file_that_is_not_an_archive(
    course: Course, tmp_path: Path, content: bytes, sentence: str
) -> None:
    """It is refused, and nothing of it stays."""
    path = tmp_path / "submissions.zip"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=sentence):
        collect_from(course, path)
    assert not course.submitted.exists()
    assert not list(course.workspace.glob(".collecting-*"))


def test_sources_that_cannot_be_read(course: Course, tmp_path: Path) -> None:
    """A missing source or roster, and an empty or special one, are named in a sentence."""
    with pytest.raises(UsageError, match=r"There is no file or folder .*nowhere"):
        collect_from(course, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="is empty: nothing was handed in there"):
        collect_from(course, tmp_path / "empty")
    with pytest.raises(UsageError, match="cannot be read: there was no file"):
        collect_from(course, tmp_path / "empty", rosters=(tmp_path / "none.csv",))
    (tmp_path / "inbound").mkdir()
    with pytest.raises(UsageError, match="is empty"):
        collect_from(course, tmp_path / "inbound")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(UsageError, match="was not an ordinary file"):
        collect_from(course, tmp_path / "pipe.ipynb", student="ada")


def test_members_that_are_not_taken_are_listed(course: Course, tmp_path: Path) -> None:
    """A link, a path out of the folder, a bomb and a damaged file are listed; others are taken."""
    path = tmp_path / "submissions.zip"
    link_member(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"../{NOTEBOOK_NAME}"), b"out")
        bomb = zipfile.ZipInfo(f"José Müller-Ödön_3_assignsubmission_file_/{NOTEBOOK_NAME}")
        bomb.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(bomb, bytes(60_000_000))
        archive.writestr(zipfile.ZipInfo("Grace_4_assignsubmission_file_/x-handin.zip"), b"PK")
        archive.writestr(zipfile.ZipInfo("__MACOSX/._x"), b"")
    report = collect_from(course, path)
    assert actions(report) == {"lee": "new"}
    output = {one.name: (one.reason, one.needs_review) for one in report.ignored}
    assert output[ADA] == ("it is a link, not a file", True)
    assert output[f"../{NOTEBOOK_NAME}"] == ("its name leads out of the folder", True)
    assert output["__MACOSX/._x"][1] is False
    assert "far more than it takes up" in output[bomb.filename][0]
    assert "was not unpacked" in output["Grace_4_assignsubmission_file_/x-handin.zip"][0]
    assert report.needs_review


def test_a_link_in_a_folder_is_not_followed(course: Course, tmp_path: Path) -> None:
    """Neither is a notebook that is a link; both are listed."""
    secret = write_file(tmp_path / "secret.ipynb", b"secret")
    folder = tmp_path / "work"
    write_file(folder / "ada.ipynb")
    (folder / "jose.ipynb").symlink_to(secret)
    (folder / "lee").symlink_to(tmp_path, target_is_directory=True)
    report = collect_from(course, folder)
    assert actions(report) == {"ada": "new"}
    assert {one.name for one in report.ignored} == {"jose.ipynb", "lee"}
    inbound = tmp_path / "inbound"
    (submit_to_exchange(inbound, "lee") / NOTEBOOK_NAME).unlink()
    (next(inbound.iterdir()) / NOTEBOOK_NAME).symlink_to(secret)
    report = collect_from(course, inbound)
    assert "secret.ipynb" not in stored_files(course, "lee")
    assert report.needs_review
    assert any("it is a link" in line for line in report.lines())


def test_a_submission_of_the_exchange_that_is_refused(course: Course, tmp_path: Path) -> None:
    """The one before it counts, and the refused one needs review."""
    inbound = tmp_path / "inbound"
    submit_to_exchange(inbound, "ada", 1)
    last = submit_to_exchange(inbound, "ada", 2, days=1)
    for number in range(2001):
        (last / str(number)).write_text("")
    (inbound / f"lee+{ASSIGNMENT}+2030-99-99 12:00:00 UTC").mkdir()
    report = collect_from(course, inbound)
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(1)
    reasons = " ".join(one.reason for one in report.ignored)
    assert "more than 2,000 files" in reasons
    assert (
        "its name must end with a time, as in lee+sums+2030-01-31 23:59:00 UTC; rename it"
        in reasons
    )
    assert report.needs_review


def test_who_made_a_submission_of_the_exchange(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another student's account is named, unless one account makes all submissions."""
    inbound = tmp_path / "inbound"
    for student in ("ada", "lee", "min"):
        submit_to_exchange(inbound, student)
    assert all(row.remarks == () for row in collect_from(course, inbound).rows)
    makers = {"ada": "ada", "lee": "ada", "min": "12345"}
    monkeypatch.setattr(exchange, "account_of", lambda path: makers[path.name.partition("+")[0]])
    remarks = {row.student: row.remarks for row in collect_from(course, inbound).rows}
    assert remarks == {
        "ada": (),
        "lee": ("it was made by the account ada, not by lee",),
        "min": ("it was made by the account 12345, not by min",),
    }
    monkeypatch.undo()
    report = type("Account", (), {"st_uid": 4_000_000})
    monkeypatch.setattr(Path, "lstat", lambda _: report)
    assert exchange.account_of(inbound) == "4000000"


def test_names_are_escaped(course: Course, tmp_path: Path) -> None:
    """Lines for a terminal escape them; JSON has them as they are."""
    inbound = tmp_path / "inbound"
    evil = "\x1b[2J\u202eevil\nlee  new"
    submit_to_exchange(inbound, evil)
    for student in (r"\xff", "\udcff"):
        (inbound / f"{student}+{ASSIGNMENT}+2030-01-01 00:00:00 UTC").mkdir()
    (inbound / "\x1b[2J").mkdir()
    report = collect_from(course, inbound)
    assert all(line.isprintable() for line in report.lines())
    names = [one["name"] for one in json.loads(report.to_json())["unassigned"]]
    assert any(name.startswith(evil) for name in names)
    assert len(names) == 3
    reason = "its name is not <student>+<assignment>+<time>, as in lee+sums+2030-01-31 23:59:00 UTC"
    assert [one.reason for one in report.ignored] == [reason]
    assert not course.submitted.exists()


def test_an_archive_within_a_hand_in_file(course: Course, tmp_path: Path) -> None:
    """Archives within a student's archive stay packed."""
    inner = hand_in_file(notebook("inner"))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("again.zip", inner)
    outer = (tmp_path / "outer.zip").read_bytes()
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", outer, file="sums-handin.zip"))
    report = collect_from(course, path)
    assert stored_files(course, "ada").keys() == {"sums-handin.zip/again.zip", "timestamp.txt"}
    assert report.needs_review


def test_the_time_within_a_students_archive_counts_for_nothing(
    course: Course, tmp_path: Path
) -> None:
    """Only the platform's time of the archive counts."""
    early = zipped(tmp_path / "inner.zip", (NOTEBOOK_NAME, notebook(), NOON.replace(year=2001)))
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", early.read_bytes(), file="x.zip"))
    collect_from(course, path)
    assert stored_files(course, "ada")["timestamp.txt"] == b"2030-01-10 12:00:00.000000 UTC"
    collect_from(course, early, student="lee")
    assert not stored_files(course, "lee")["timestamp.txt"].startswith(b"2001")


def test_times_that_do_not_exist(tmp_path: Path) -> None:
    """They are left out; a time that Info-ZIP wrote in UTC is exact."""
    path = tmp_path / "times.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, extra in (
            ("utc", b"UT\x05\x00\x01" + int(NOON.timestamp()).to_bytes(4, "little")),
            ("short", b"UT\x02\x00\x01\x00"),
            ("other", b"XX\x01\x00\x00"),
        ):
            info = zipfile.ZipInfo(name, (2030, 1, 10, 12, 0, 2))
            info.extra = extra
            archive.writestr(info, b"x")
        archive.writestr(zipfile.ZipInfo("beginning"), b"x")
        archive.writestr(zipfile.ZipInfo("wrong", (2030, 1, 10, 12, 0, 2)), b"x")
    content = path.read_bytes()
    month = (0 << 5 | 10) + (50 << 9)
    at = content.rindex(b"wrong") - 46 + 14
    path.write_bytes(content[:at] + month.to_bytes(2, "little") + content[at + 2 :])
    found = extract(path, tmp_path / "out").modified
    naive = datetime(2030, 1, 10, 12, 0, 2)  # noqa: DTZ001
    assert {str(name): time for name, time in found.items()} == {
        "utc": NOON,
        "short": naive,
        "other": naive,
        "beginning": None,
        "wrong": None,
    }
