"""Sorts files into submissions by where they are and what they are called.

In the operator's process. The layouts, where ``training`` is collected::

    Ada Lovelace_117_assignsubmission_file_/training.ipynb  Moodle's download, in folders
    Ada Lovelace_117_assignsubmission_file_training.ipynb   Moodle's download, without folders
    lovelaceada_LATE_42_9001_training.ipynb                 Canvas's download
    ada/training/training.ipynb                             nbgrader's folder of submissions
    ada/training.ipynb                                      a folder for each student
    ada_training.ipynb, ada_training-handin.zip             a file for each student

Every file is looked at by itself, so that downloads from several places may be in one folder.
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

TYPED_TEXT = "it is text that was typed into the platform, not a file that was handed in"
OTHER_ASSIGNMENT = "it belongs to another assignment"
NO_OWNER = "it is beside the students' files, and its name is not a student's"
MARKED_LATE = "Canvas marked it LATE"
CANVAS_TYPED_TEXT = ("_text.html", "_link.html")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or a submission that is not taken.

    Attributes:
        name: What it is called in the source.
        reason: Why, for the person who collects.
        needs_review: Whether a student's work may be in it.
    """

    name: str
    reason: str
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class SortedFiles:
    """The submissions in a source, and what does not belong to any."""

    submissions: tuple[FoundSubmission, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class _SortedFile:
    """Where one file belongs.

    Attributes:
        submission: Name of the submission, which is shown, and which its other files share.
        owner_hint: Whose it may be.
        name: The file's path within the submission.
        attachment: Canvas's number of the file, which grows from attempt to attempt.
        is_late: Whether Canvas marked it so.
    """

    submission: str
    owner_hint: OwnerHint
    name: str
    attachment: int = 0
    is_late: bool = False


@dataclass(slots=True)
class _Group:
    """The files of one submission, as they are found."""

    owner_hint: OwnerHint
    is_late: bool = False
    files: dict[str, SubmittedFile] = field(default_factory=dict)


def sort_files(
    folder: Path, found: Extracted, assignment: str, *, others: Collection[str] = ()
) -> SortedFiles:
    """The submissions among files that were unpacked into a folder.

    Args:
        folder: The folder.
        found: What is in it.
        assignment: What is collected.
        others: The course's other assignments, whose files are left alone.
    """
    groups: dict[str, _Group] = {}
    ignored: dict[str, Ignored] = {}
    archives = found.modified.keys() - set(found.files)
    for path, inner in _without_wrapper(found).items():
        # An archive was unpacked into a folder of its name, which is not a student's folder.
        top = Path(*path.parts[: len(path.parts) - len(inner.parts) + 1])
        sorted_file = _platform_file(inner)
        if sorted_file is None and len(inner.parts) > 1 and top not in archives:
            sorted_file = _file_in_folder(inner, assignment, others)
        sorted_file = sorted_file or _file_by_itself(inner, assignment, others)
        if isinstance(sorted_file, Ignored):
            ignored.setdefault(sorted_file.name, sorted_file)
            continue
        group = groups.setdefault(sorted_file.submission, _Group(sorted_file.owner_hint))
        group.is_late |= sorted_file.is_late
        name, number = sorted_file.name, sorted_file.attachment
        if name in group.files:
            # Each of Canvas's attempts may have a file of this name.
            name = f"{number}/{name}"
        group.files[name] = _submitted_file(folder, path, name, found.modified, number=number)
    submissions = (
        FoundSubmission(
            source_name=name,
            owner_hint=group.owner_hint,
            files=tuple(group.files.values()),
            stated_time=_stated_time(group),
            is_from_platform=isinstance(group.owner_hint, MoodleHint | CanvasHint),
            remarks=(MARKED_LATE,) if group.is_late else (),
        )
        for name, group in groups.items()
    )
    return SortedFiles(tuple(submissions), tuple(ignored.values()))


def files_of(folder: Path, found: Extracted) -> tuple[SubmittedFile, ...]:
    """Everything that was unpacked into a folder, as files of one submission."""
    return tuple(
        _submitted_file(folder, path, path.as_posix(), found.modified) for path in found.files
    )


def _without_wrapper(found: Extracted) -> Mapping[Path, PurePosixPath]:
    """Each file's path, without the folder that someone put around a platform's download."""
    plain = {path: PurePosixPath(path) for path in found.files}
    tops = {path.parts[0] for path in plain.values()}
    if len(tops) != 1 or MOODLE.fullmatch(next(iter(tops))):
        return plain
    inner = {path: PurePosixPath(*whole.parts[1:]) for path, whole in plain.items()}
    if all(one.parts and _platform_file(one) for one in inner.values()):
        return inner
    return plain


def _platform_file(path: PurePosixPath) -> _SortedFile | Ignored | None:
    """A file that Moodle or Canvas named; None for any other."""
    top, *inside = path.parts
    moodle = MOODLE.fullmatch(top)
    if moodle:
        if moodle["kind"] != "file":
            return Ignored(top, TYPED_TEXT)
        # Downloaded without folders, the file's name follows in the same name.
        file = (moodle["end"] or "").removeprefix("_")
        name = "/".join([file, *inside] if file else inside)
        hint = MoodleHint(moodle["name"], moodle["number"])
        return _SortedFile(f"{hint.name}_{hint.number}", hint, name) if name else None
    canvas = CANVAS_ANONYMOUS.fullmatch(top) or CANVAS.fullmatch(top)
    if canvas is None:
        return None
    if top.endswith(CANVAS_TYPED_TEXT) and not inside:
        return Ignored(top, TYPED_TEXT)
    return _SortedFile(
        submission=f"{canvas['name']}_{canvas['user']}",
        owner_hint=CanvasHint(canvas["name"], canvas["user"]),
        name="/".join([canvas["file"], *inside]),
        attachment=int(canvas["attachment"]),
        is_late=bool(canvas["late"]),
    )


def _file_in_folder(
    path: PurePosixPath, assignment: str, others: Collection[str]
) -> _SortedFile | Ignored:
    """A file in a student's folder, which may have a folder for each assignment."""
    student, first, *inside = path.parts
    if inside and first == assignment:
        return _SortedFile(f"{student}/{first}", WholeName(student), "/".join(inside))
    is_others_folder = bool(inside) and first in others
    if is_others_folder or is_of_another_assignment(first, assignment, others):
        return Ignored(f"{student}/{first}", OTHER_ASSIGNMENT)
    return _SortedFile(student, WholeName(student), "/".join([first, *inside]))


def _file_by_itself(
    path: PurePosixPath, assignment: str, others: Collection[str]
) -> _SortedFile | Ignored:
    """A notebook that is named after a student, or a file in such an archive."""
    top, *inside = path.parts
    has_assignments_folder = len(inside) > 1 and inside[0] == assignment
    if not has_assignments_folder and is_of_another_assignment(top, assignment, others):
        return Ignored(top, OTHER_ASSIGNMENT)
    if not inside and not top.lower().endswith(NOTEBOOK_SUFFIX):
        return Ignored(top, NO_OWNER)
    return _SortedFile(top, NamePrefix(PurePosixPath(top).stem), path.as_posix())


def _submitted_file(
    folder: Path,
    path: Path,
    name: str,
    modified: Mapping[Path, datetime | None],
    *,
    number: int = 0,
) -> SubmittedFile:
    """A file with the time that counts: its own, or that of the archive that it came in."""
    archive = next((outer for outer in reversed(path.parents) if outer in modified), None)
    if archive is None:
        return SubmittedFile(name, folder / path, modified.get(path), number)
    # Within an archive of their own making, students may give a file any time.
    depth = len(path.parts) - len(archive.parts)
    archive_name = "/".join(PurePosixPath(name).parts[:-depth])
    return SubmittedFile(name, folder / path, modified[archive], number, archive_name)


def _stated_time(group: _Group) -> datetime | None:
    """What nbgrader's timestamp.txt says, where it is nbgrader's and not a student's upload."""
    file = group.files.get(TIMESTAMP_NAME)
    if file is None or file.archive or isinstance(group.owner_hint, MoodleHint | CanvasHint):
        return None
    try:
        content = read_bytes(file.path, limit=TIMESTAMP_BYTES)
    except UnreadableError:
        return None
    return parse_timestamp(content.decode(errors="replace").strip())
