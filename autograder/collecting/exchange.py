"""Reads nbgrader's exchange: the folder ``inbound``, which ``nbgrader submit`` writes into.

In the operator's process. Students can write into that folder, so each submission is copied out of
it by the extractor. *Source:* nbgrader 0.9.6, ``exchange/default/submit.py`` for the names.
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
# `<student>+<assignment>+<time>`, mostly with `+<12 random letters>`. There may be a plus in an id,
# and in a time, before the hours of its zone.
_NAME = re.compile(
    r"(?P<student>.+)\+(?P<assignment>[^+]+)\+(?P<time>[0-9]{4}-.+?)(?:\+[0-9A-Za-z_=-]{12})?",
    re.DOTALL,
)
_TIME = "2030-01-31 23:59:00 UTC"
ONE_SUBMISSION = Caps(members=2000, total_bytes=512 * 2**20, nested=1)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    student: str
    assignment: str
    time: datetime | None


def find_inbound(path: Path, course_id: str) -> Path | None:
    """The folder with submissions: ``path`` itself, or one in it; None where there is none."""
    for folder in (path, path / INBOUND, path / course_id / INBOUND):
        if folder.is_dir() and (folder.name == INBOUND or any(_entries(folder))):
            return folder
    return None


def read_exchange(inbound: Path, into: Path, assignment: str) -> SortedFiles:
    """Copy the latest submission of every student; name those that it replaced.

    Args:
        inbound: The exchange's folder.
        into: An empty folder for copies.
        assignment: What is collected.
    """
    submissions: dict[str, FoundSubmission] = {}
    ignored = [
        Ignored(
            name, f"its name is not <student>+<assignment>+<time>, as in lee+{assignment}+{_TIME}"
        )
        for name in _names(inbound)
        if not _NAME.fullmatch(name)
    ]
    timed: list[tuple[datetime, str, _Entry]] = []
    for entry in _entries(inbound):
        if entry.assignment == assignment and entry.time:
            timed.append((entry.time, entry.name, entry))
        elif entry.assignment == assignment:
            reason = f"its name must end with a time, as in {entry.student}+{assignment}+{_TIME}"
            ignored.append(Ignored(entry.name, f"{reason}; rename it", needs_review=True))
    accounts = {name: account_of(inbound / name) for _, name, _ in timed}
    # On some hubs one account makes all submissions, and says nothing about any of them.
    accounts_differ = len(set(accounts.values())) > 1
    # The latest first, so that what it replaced need not be copied.
    for number, (_, name, entry) in enumerate(sorted(timed, reverse=True)):
        later = submissions.get(entry.student)
        if later:
            ignored.append(Ignored(name, f"{later.source_name} came later"))
            continue
        submission = _copied(inbound / name, into / str(number), entry)
        if isinstance(submission, Ignored):
            ignored.append(submission)
            continue
        if accounts_differ and accounts[name] != entry.student:
            remark = f"it was made by the account {accounts[name]}, not by {entry.student}"
            submission = replace(submission, remarks=(*submission.remarks, remark))
        submissions[entry.student] = submission
    return SortedFiles(tuple(submissions.values()), tuple(ignored))


def account_of(path: Path) -> str:
    """The Unix account that made a folder; nbgrader, too, compares it with the student's id."""
    number = path.lstat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _entries(folder: Path) -> Iterator[_Entry]:
    for name in _names(folder):
        parts = _NAME.fullmatch(name)
        if parts:
            time = parse_timestamp(parts["time"])
            yield _Entry(name, parts["student"], parts["assignment"], time)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as found:
        return sorted(entry.name for entry in found if not entry.name.startswith("."))


def _copied(path: Path, into: Path, entry: _Entry) -> FoundSubmission | Ignored:
    if path.is_symlink() or not path.is_dir():
        return Ignored(entry.name, "it is a link or a file, not a folder", needs_review=True)
    try:
        found = extract(path, into, ONE_SUBMISSION)
    except UsageError as error:
        return Ignored(entry.name, str(error), needs_review=True)
    return FoundSubmission(
        source_name=entry.name,
        owner_hint=KnownId(entry.student),
        files=files_of(into, found),
        stated_time=entry.time,
        is_from_platform=True,
        remarks=tuple(f"`{one.name}` was left out: {one.reason}" for one in found.skipped),
    )
