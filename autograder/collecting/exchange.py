"""nbgrader's exchange: what ``nbgrader submit`` has put into the folder ``inbound``.

In the operator's process. Students write into that folder: each submission is copied out of it
by the extractor. *Source:* nbgrader 0.9.6, ``exchange/default/submit.py`` for the names.
"""

import os
import pwd
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.archives.extraction import Caps, extract
from autograder.collecting.found_submission import FoundSubmission
from autograder.collecting.layouts import Ignored, SortedFiles, files_of
from autograder.collecting.owner_hints import KnownId
from autograder.collecting.submission_times import parse_timestamp
from autograder.errors import UsageError

INBOUND = "inbound"
# `<student>+<assignment>+<time>`, and mostly `+<12 letters of chance>`. A student's id may hold a
# plus; a time may, before the hours of its zone.
_NAME = re.compile(
    r"(?P<student>.+)\+(?P<assignment>[^+]+)\+(?P<time>[0-9]{4}-.+?)(?:\+[0-9A-Za-z_=-]{12})?",
    re.DOTALL,
)
ONE_SUBMISSION = Caps(members=2000, total_bytes=512 * 2**20, nested=1)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    student: str
    assignment: str
    time: datetime | None


def find_inbound(path: Path, course_id: str) -> Path | None:
    """The folder with submissions in an exchange, given it or one above it; else None."""
    for folder in (path, path / INBOUND, path / course_id / INBOUND):
        if folder.is_dir() and (folder.name == INBOUND or any(_entries(folder))):
            return folder
    return None


def _entries(folder: Path) -> Iterator[_Entry]:
    """What nbgrader has put there."""
    for name in _names(folder):
        parts = _NAME.fullmatch(name)
        if parts:
            time = parse_timestamp(parts["time"])
            yield _Entry(name, parts["student"], parts["assignment"], time)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as found:
        return sorted(entry.name for entry in found if not entry.name.startswith("."))


def read_exchange(inbound: Path, into: Path, assignment: str) -> SortedFiles:
    """The last submission of every student, and what was handed in before it.

    Args:
        inbound: The exchange's folder.
        into: An empty folder for copies.
        assignment: What is collected.
    """
    submissions: list[FoundSubmission] = []
    ignored: list[Ignored] = []
    taken: dict[str, str] = {}
    entries = [entry for entry in _entries(inbound) if entry.assignment == assignment]
    timed = [entry for entry in entries if entry.time]
    strange = (name for name in _names(inbound) if not _NAME.fullmatch(name))
    ignored += [Ignored(name, "nbgrader gives no such name") for name in strange]
    undated = (entry.name for entry in entries if not entry.time)
    ignored += [Ignored(name, "its name holds no time", needs_review=True) for name in undated]
    accounts = {entry.name: account_of(inbound / entry.name) for entry in timed}
    # Where one account makes them all, as on some hubs, its name says nothing.
    accounts_differ = len(set(accounts.values())) > 1
    # The last one first: what came before it need not be copied.
    for number, entry in enumerate(sorted(timed, key=_moment, reverse=True)):
        if entry.student in taken:
            ignored.append(Ignored(entry.name, f"{taken[entry.student]} came later"))
            continue
        submission = _copied(inbound / entry.name, into / str(number), entry)
        if isinstance(submission, Ignored):
            ignored.append(submission)
            continue
        taken[entry.student] = entry.name
        if accounts_differ and accounts[entry.name] != entry.student:
            remark = f"it was made by the account {accounts[entry.name]}, not by {entry.student}"
            submission = replace(submission, remarks=(*submission.remarks, remark))
        submissions.append(submission)
    return SortedFiles(tuple(submissions), tuple(ignored))


def account_of(path: Path) -> str:
    """The account that made a folder, which nbgrader compares with the student's id, too."""
    number = path.lstat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _moment(entry: _Entry) -> tuple[datetime, str]:
    return (entry.time or datetime.min, entry.name)  # noqa: DTZ901


def _copied(path: Path, into: Path, entry: _Entry) -> FoundSubmission | Ignored:
    if path.is_symlink() or not path.is_dir():
        return Ignored(entry.name, "it is a link or a file, not a folder", needs_review=True)
    try:
        found = extract(path, into, ONE_SUBMISSION)
    except UsageError as error:
        return Ignored(entry.name, str(error), needs_review=True)
    return FoundSubmission(
        entry.name,
        KnownId(entry.student),
        files_of(into, found),
        stated_time=entry.time,
        is_from_platform=True,
        remarks=tuple(f"`{one.name}` was left out: {one.reason}" for one in found.skipped),
    )
