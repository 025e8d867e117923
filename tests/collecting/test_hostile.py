"""Strangers' archives, names and folders harm nobody, and are refused in one sentence."""

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
    NAME,
    NOON,
    actions,
    handed_in,
    lying,
    moodle,
    notebook,
    packed,
    take,
    written,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT

ADA = f"Ada Lovelace_1_assignsubmission_file_/{NAME}"


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
        (b"", "damaged or no archive"),
        (b"no archive", "damaged or no archive"),
        (b"PK\x05\x06" + bytes(18), "is empty: nothing was handed in there"),
        (b"PK\x03\x04 cut off", "cut off"),
    ],
)
def test_what_is_no_archive(course: Course, tmp_path: Path, content: bytes, sentence: str) -> None:
    """is refused; nothing of it stays."""
    path = tmp_path / "submissions.zip"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=sentence):
        take(course, path)
    assert not course.submitted.exists()
    assert not list(course.workspace.glob(".collecting-*"))


def test_what_is_not_there(course: Course, tmp_path: Path) -> None:
    """a path, an assignment, a file in a folder, a roster."""
    with pytest.raises(UsageError, match=r"There is no file or folder .*nowhere"):
        take(course, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="is empty: nothing was handed in there"):
        take(course, tmp_path / "empty")
    with pytest.raises(UsageError, match="cannot be read: there was no file"):
        take(course, tmp_path / "empty", rosters=(tmp_path / "none.csv",))
    (tmp_path / "inbound").mkdir()
    with pytest.raises(UsageError, match="is empty"):
        take(course, tmp_path / "inbound")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(UsageError, match="was not an ordinary file"):
        take(course, tmp_path / "pipe.ipynb", student="ada")


def test_members_that_are_not_taken_are_told(course: Course, tmp_path: Path) -> None:
    """a link, a way out of the folder, a bomb and a damaged hand-in file; the others are taken."""
    path = tmp_path / "submissions.zip"
    link_member(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"../{NAME}"), b"out")
        bomb = zipfile.ZipInfo(f"José Müller-Ödön_3_assignsubmission_file_/{NAME}")
        bomb.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(bomb, bytes(60_000_000))
        archive.writestr(zipfile.ZipInfo("Grace_4_assignsubmission_file_/x-handin.zip"), b"PK")
        archive.writestr(zipfile.ZipInfo("__MACOSX/._x"), b"")
    account = take(course, path)
    assert actions(account) == {"lee": "new"}
    told = {one.name: (one.reason, one.needs_review) for one in account.ignored}
    assert told[ADA] == ("it is a link, not a file", True)
    assert told[f"../{NAME}"] == ("its name leads out of the folder", True)
    assert told["__MACOSX/._x"][1] is False
    assert "far more than it takes up" in told[bomb.filename][0]
    assert "was not unpacked" in told["Grace_4_assignsubmission_file_/x-handin.zip"][0]
    assert account.needs_review


def test_a_link_in_a_folder_is_not_followed(course: Course, tmp_path: Path) -> None:
    """nor is a notebook that is a link; both are told."""
    secret = written(tmp_path / "secret.ipynb", b"secret")
    folder = tmp_path / "work"
    written(folder / "ada.ipynb")
    (folder / "jose.ipynb").symlink_to(secret)
    (folder / "lee").symlink_to(tmp_path, target_is_directory=True)
    account = take(course, folder)
    assert actions(account) == {"ada": "new"}
    assert {one.name for one in account.ignored} == {"jose.ipynb", "lee"}
    inbound = tmp_path / "inbound"
    (handed_in(inbound, "lee") / NAME).unlink()
    (next(inbound.iterdir()) / NAME).symlink_to(secret)
    account = take(course, inbound)
    assert "secret.ipynb" not in lying(course, "lee")
    assert account.needs_review
    assert any("it is a link" in line for line in account.lines())


def test_a_submission_of_the_exchange_that_is_refused(course: Course, tmp_path: Path) -> None:
    """costs only itself; the one before it counts, and somebody has to look."""
    inbound = tmp_path / "inbound"
    handed_in(inbound, "ada", 1)
    last = handed_in(inbound, "ada", 2, days=1)
    for number in range(2001):
        (last / str(number)).write_text("")
    (inbound / f"lee+{ASSIGNMENT}+2030-99-99 12:00:00 UTC").mkdir()
    account = take(course, inbound)
    assert lying(course, "ada")[NAME] == notebook(1)
    reasons = " ".join(one.reason for one in account.ignored)
    assert "more than 2,000 files" in reasons
    assert "its name holds no time" in reasons
    assert account.needs_review


def test_who_made_a_submission_of_the_exchange(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """is told where it is another student; where one account makes all, it says nothing."""
    inbound = tmp_path / "inbound"
    for student in ("ada", "lee", "min"):
        handed_in(inbound, student)
    assert all(row.remarks == () for row in take(course, inbound).rows)
    makers = {"ada": "ada", "lee": "ada", "min": "12345"}
    monkeypatch.setattr(exchange, "maker_of", lambda path: makers[path.name.partition("+")[0]])
    remarks = {row.student: row.remarks for row in take(course, inbound).rows}
    assert remarks == {
        "ada": (),
        "lee": ("it was made by the account ada, not by lee",),
        "min": ("it was made by the account 12345, not by min",),
    }
    monkeypatch.undo()
    account = type("Account", (), {"st_uid": 4_000_000})
    monkeypatch.setattr(Path, "lstat", lambda _: account)
    assert exchange.maker_of(inbound) == "4000000"


def test_names_are_shown_and_never_obeyed(course: Course, tmp_path: Path) -> None:
    """in lines for a terminal; JSON has them whole."""
    inbound = tmp_path / "inbound"
    evil = "\x1b[2J\u202eevil\nlee  new"
    handed_in(inbound, evil)
    for student in (r"\xff", "\udcff"):
        (inbound / f"{student}+{ASSIGNMENT}+2030-01-01 00:00:00 UTC").mkdir()
    (inbound / "\x1b[2J").mkdir()
    account = take(course, inbound)
    assert all(line.isprintable() for line in account.lines())
    names = [one["name"] for one in json.loads(account.to_json())["unassigned"]]
    assert any(name.startswith(evil) for name in names)
    assert len(names) == 3
    assert [one.reason for one in account.ignored] == ["nbgrader gives no such name"]
    assert not course.submitted.exists()


def test_a_hand_in_within_a_hand_in(course: Course, tmp_path: Path) -> None:
    """is not unpacked: one level is."""
    inner = packed(notebook("inner"))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("again.zip", inner)
    outer = (tmp_path / "outer.zip").read_bytes()
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", outer, file="sums-handin.zip"))
    account = take(course, path)
    assert lying(course, "ada").keys() == {"sums-handin.zip/again.zip", "timestamp.txt"}
    assert account.needs_review


def test_the_time_within_a_students_archive_counts_for_nothing(
    course: Course, tmp_path: Path
) -> None:
    """only the platform's does."""
    early = zipped(tmp_path / "inner.zip", (NAME, notebook(), NOON.replace(year=2001)))
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", early.read_bytes(), file="x.zip"))
    take(course, path)
    assert lying(course, "ada")["timestamp.txt"] == b"2030-01-10 12:00:00.000000 UTC"
    take(course, early, student="lee")
    assert not lying(course, "lee")["timestamp.txt"].startswith(b"2001")


def test_times_that_no_calendar_has(tmp_path: Path) -> None:
    """are none; one that Info-ZIP wrote in UTC is exact."""
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
    assert {str(name): moment for name, moment in found.items()} == {
        "utc": NOON,
        "short": naive,
        "other": naive,
        "beginning": None,
        "wrong": None,
    }
