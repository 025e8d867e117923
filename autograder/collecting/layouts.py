"""Sorts files into hand-ins by where they lie and what they are called. In the operator's process.

Knows how Moodle and Canvas name what they let one download, and nbgrader its folder of
submissions. Every entry of the folder is looked at by itself: several sources may lie in one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.archives.extraction import Extracted
from autograder.collecting.found_submission import (
    NOTEBOOK_SUFFIX,
    FoundSubmission,
    SubmittedFile,
    is_of_another_assignment,
)
from autograder.collecting.owner_hints import (
    CANVAS,
    CANVAS_ANONYMOUS,
    MOODLE,
    CanvasHint,
    MoodleHint,
    NamePrefix,
    OwnerHint,
    WholeName,
)
from autograder.collecting.submission_times import parse_timestamp
from autograder.course.workspace import TIMESTAMP_BYTES, TIMESTAMP_NAME
from autograder.notebook.document import UnreadableError
from autograder.notebook.submission_file import read_bytes

NO_FILE = "it is not a file that was handed in but text that was typed into the platform"
NOT_THIS = "it belongs to another assignment"
NO_OWNER = "it lies beside the students' files, and its name is no student's"
MARKED_LATE = "Canvas marked it LATE"
TYPED = ("_text.html", "_link.html")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file, or a hand-in, that is not taken.

    Attributes:
        name: What it is called where it came from.
        reason: Why, for the person who collects.
        needs_review: Whether a student's work may be in it.
    """

    name: str
    reason: str
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class SortedFiles:
    """What was found in a source."""

    submissions: tuple[FoundSubmission, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(slots=True)
class _Group:
    owner_hint: OwnerHint
    is_from_platform: bool = False
    is_late: bool = False
    files: dict[str, SubmittedFile] = field(default_factory=dict)


def sort_files(
    folder: Path, found: Extracted, assignment: str, *, others: Collection[str] = ()
) -> SortedFiles:
    """The hand-ins among files that were unpacked into a folder.

    Args:
        folder: The folder.
        found: What is in it.
        assignment: What is collected.
        others: The course's other assignments, whose files are left alone.
    """
    groups: dict[str, _Group] = {}
    ignored: dict[str, Ignored] = {}
    paths = _unwrapped(found)
    archives = set(found.modified).difference(found.files)
    for path, inner in paths.items():
        is_folder = len(inner.parts) > 1 and _kept_part(path, inner, 1) not in archives
        sorting = _platforms(inner) or _plain(inner, assignment, others, is_folder=is_folder)
        if isinstance(sorting, Ignored):
            ignored.setdefault(sorting.name, sorting)
            continue
        key, owner_hint, name, number = sorting
        group = groups.setdefault(
            key, _Group(owner_hint, isinstance(owner_hint, MoodleHint | CanvasHint))
        )
        group.is_late |= isinstance(owner_hint, CanvasHint) and owner_hint.is_late
        file = _file(folder, path, name, found.modified, number=number)
        if name in group.files:
            file = _file(folder, path, f"{number}/{name}", found.modified, number=number)
        group.files[file.name] = file
    submissions = (_submission(source_name, group) for source_name, group in groups.items())
    return SortedFiles(tuple(submissions), tuple(ignored.values()))


def files_of(folder: Path, found: Extracted) -> tuple[SubmittedFile, ...]:
    """Everything that was unpacked into a folder, as files of one hand-in."""
    return tuple(_file(folder, path, path.as_posix(), found.modified) for path in found.files)


def _unwrapped(found: Extracted) -> Mapping[Path, PurePosixPath]:
    """Each file's path, without the folder that someone put around a platform's download."""
    plain = {path: PurePosixPath(path) for path in found.files}
    tops = {path.parts[0] for path in plain.values()}
    if len(tops) != 1 or MOODLE.fullmatch(next(iter(tops))):
        return plain
    inner = {path: PurePosixPath(*one.parts[1:]) for path, one in plain.items()}
    if all(one.parts and _platforms(one) for one in inner.values()):
        return inner
    return plain


def _kept_part(path: Path, inner: PurePosixPath, length: int) -> Path:
    """The beginning of a path that stands for so many parts of the unwrapped one."""
    return Path(*path.parts[: len(path.parts) - len(inner.parts) + length])


def _platforms(path: PurePosixPath) -> tuple[str, OwnerHint, str, int] | Ignored | None:
    """Group, owner, name and number of a file that Moodle or Canvas named; None for another."""
    entry, rest = path.parts[0], path.parts[1:]
    moodle = MOODLE.fullmatch(entry)
    if moodle:
        if moodle["kind"] != "file":
            return Ignored(entry, NO_FILE)
        flat = (moodle["end"] or "").removeprefix("_")
        source_name = f"{moodle['name']}_{moodle['number']}"
        name = "/".join([flat, *rest] if flat else rest)
        return (
            (source_name, MoodleHint(moodle["name"], moodle["number"]), name, 0) if name else None
        )
    canvas = CANVAS_ANONYMOUS.fullmatch(entry) or CANVAS.fullmatch(entry)
    if canvas is None:
        return None
    if entry.endswith(TYPED) and not rest:
        return Ignored(entry, NO_FILE)
    who = canvas.groupdict().get("name", "")
    owner_hint = CanvasHint(who, canvas["user"], is_late=bool(canvas["late"]))
    name = "/".join([canvas["file"], *rest])
    return f"{who}_{canvas['user']}", owner_hint, name, int(canvas["attachment"])


def _plain(
    path: PurePosixPath, assignment: str, others: Collection[str], *, is_folder: bool
) -> tuple[str, OwnerHint, str, int] | Ignored:
    """The same of a file that lies in a student's folder, or is called after a student."""
    entry, rest = path.parts[0], path.parts[1:]
    within = len(rest) > 1 and rest[0] == assignment
    if is_folder and not within and (len(rest) > 1 and rest[0] in others):
        return Ignored(f"{entry}/{rest[0]}", NOT_THIS)
    called = rest[0] if is_folder else entry
    if not within and is_of_another_assignment(called, assignment, others):
        return Ignored(f"{entry}/{called}" if is_folder else entry, NOT_THIS)
    if is_folder:
        key = f"{entry}/{assignment}" if within else entry
        return key, WholeName(entry), "/".join(rest[1:] if within else rest), 0
    if not rest and not entry.lower().endswith(NOTEBOOK_SUFFIX):
        return Ignored(entry, NO_OWNER)
    return entry, NamePrefix(PurePosixPath(entry).stem), "/".join([entry, *rest]), 0


def _file(
    folder: Path,
    path: Path,
    name: str,
    modified: Mapping[Path, datetime | None],
    *,
    number: int = 0,
) -> SubmittedFile:
    """A file with the time that counts: its own, or that of the archive that it came in."""
    # What is in a student's archive says of itself what the student likes.
    outer = [place for place in reversed(path.parents) if place in modified]
    archive = PurePosixPath(name)
    depth = len(path.parts) - len(outer[0].parts) if outer else 0
    packed = "/".join(archive.parts[:-depth]) if depth else ""
    return SubmittedFile(
        name, folder / path, modified.get(outer[0] if outer else path), number, packed
    )


def _submission(source_name: str, group: _Group) -> FoundSubmission:
    files = tuple(group.files.values())
    stated_time = None if group.is_from_platform else _stamp(group.files.get(TIMESTAMP_NAME))
    remarks = (MARKED_LATE,) if group.is_late else ()
    return FoundSubmission(
        source_name, group.owner_hint, files, stated_time, group.is_from_platform, remarks
    )


def _stamp(file: SubmittedFile | None) -> datetime | None:
    if file is None or file.archive:
        return None
    try:
        content = read_bytes(file.path, limit=TIMESTAMP_BYTES)
    except UnreadableError:
        return None
    return parse_timestamp(content.decode(errors="replace").strip())
