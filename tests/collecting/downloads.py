"""Downloads of submissions, made as each platform makes them; for tests of collecting."""

import hashlib
import io
import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.collecting.collect import Request, collect
from autograder.collecting.collection_report import CollectionReport, CollectionRow
from autograder.course.settings import Course
from autograder.terminal.progress import SilentProgress
from tests.grading.fakes import ASSIGNMENT, answered

ROSTER = """\
id,first_name,last_name,email
ada,Ada,Lovelace,ada@example.org
jose,José,Müller-Ödön,jose@example.org
grace,Grace Brewster,O'Neil,grace@example.org
bob1,Bob,Twin,bob.one@example.org
bob2,Bob,Twin,bob.two@example.org
lee,Lee,Min,lee@example.org
min,Min,Lee,min@example.org
s_1,"Nguyễn, Jr.",Thị,nguyen@example.org
"""
NOON = datetime(2030, 1, 10, 12, 0, 0, tzinfo=UTC)
# Collections are made after that, whatever this machine's clock shows.
NOW = datetime(2031, 1, 1, tzinfo=UTC)
# Noon and a day later, as timestamp.txt has them.
NOON_TIMESTAMP = b"2030-01-10 12:00:00.000000 UTC"
NEXT_DAY_TIMESTAMP = b"2030-01-11 12:00:00.000000 UTC"
NOTEBOOK_NAME = f"{ASSIGNMENT}.ipynb"


def notebook(mark: object = "") -> bytes:
    """A right submission; another mark makes it another file."""
    return json.dumps({**answered(), "mark": str(mark)}).encode()


def zipped(path: Path, *members: tuple[str, bytes, datetime]) -> Path:
    """A zip whose files have these local times."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, time in members:
            info = zipfile.ZipInfo(name, time.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def moodle(
    name: str,
    content: bytes | None = None,
    *,
    days: float = 0,
    number: int = 7,
    file: str = NOTEBOOK_NAME,
    flat: bool = False,
) -> tuple[str, bytes, datetime]:
    """A member of a zip of submissions from Moodle."""
    folder = f"{name}_{number}_assignsubmission_file_"
    body = notebook(name) if content is None else content
    return f"{folder}{'' if flat else '/'}{file}", body, NOON + timedelta(days=days)


def canvas(
    name: str,
    content: bytes | None = None,
    *,
    days: float = 0,
    user: int = 100,
    attachment: int = 9000,
    file: str = NOTEBOOK_NAME,
    late: bool = False,
) -> tuple[str, bytes, datetime]:
    """A member of a zip of submissions from Canvas."""
    body = notebook(name) if content is None else content
    entry = f"{name}{'_LATE' if late else ''}_{user}_{attachment}_{file}"
    return entry, body, NOON + timedelta(days=days)


def submit_to_exchange(
    inbound: Path, student: str, mark: object = "", *, days: float = 0, end: str = "+abcdefghij-_"
) -> Path:
    """Put a submission into nbgrader's exchange, as ``nbgrader submit`` does."""
    time = f"{NOON + timedelta(days=days):%Y-%m-%d %H:%M:%S.%f UTC}"
    folder = inbound / f"{student}+{ASSIGNMENT}+{time}{end}"
    folder.mkdir(parents=True)
    (folder / NOTEBOOK_NAME).write_bytes(notebook(mark))
    (folder / "timestamp.txt").write_text(time)
    (folder / "submission_secret.txt").write_text("secret")
    return folder


def hand_in_file(content: bytes, name: str = NOTEBOOK_NAME, **changes: Any) -> bytes:
    """A hand-in file as the student's kit makes it; keywords change its receipt."""
    receipt = {
        "schema": 1,
        "assignment": ASSIGNMENT,
        "release": "2030.1",
        "notebook_sha256": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "submitted": "2030-01-09T08:00:00+00:00",
        "self_check": {"double": {"passed": 1, "total": 2}},
        **changes,
    }
    return hand_in_file_with(content, json.dumps(receipt).encode(), name)


def hand_in_file_with(content: bytes, receipt: bytes | None, name: str = NOTEBOOK_NAME) -> bytes:
    """A hand-in file with this receipt, or none."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
        if receipt is not None:
            archive.writestr(zipfile.ZipInfo("receipt.json"), receipt)
    return buffer.getvalue()


def write_file(path: Path, content: bytes | None = None, *, days: float = 0) -> Path:
    """Write a file with a time of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook(path) if content is None else content)
    time = (NOON + timedelta(days=days)).timestamp()
    os.utime(path, (time, time))
    return path


def collect_from(course: Course, path: Path, **wishes: Any) -> CollectionReport:
    """What collecting from the path reports."""
    return collect(course, Request(path, ASSIGNMENT, **wishes), SilentProgress(), now=NOW)


def rows_by_student(report: CollectionReport) -> dict[str, CollectionRow]:
    """Student → what became of the submission."""
    return {row.student: row for row in report.rows}


def actions(report: CollectionReport) -> dict[str, str]:
    """Student → what was done."""
    return {row.student: str(row.action) for row in report.rows}


def stored_files(course: Course, student: str) -> dict[str, bytes]:
    """The files of a submission in the workspace, without our record."""
    folder = course.submitted / student / ASSIGNMENT
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "collected.json"
    }


def all_files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: its time and its bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def reasons_by_name(found: object) -> dict[str, str]:
    """Name → reason, for what was not assigned or not taken."""
    return {one.name: one.reason for one in found}  # type: ignore[attr-defined]


def without_utf8_flag(archive: bytes) -> bytes:
    """The zip archive of one member, without the flag that says that the name is UTF-8."""
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = archive.index(sign) + at + 1
        assert archive[place] == 8
        archive = archive[:place] + b"\0" + archive[place + 1 :]
    return archive
