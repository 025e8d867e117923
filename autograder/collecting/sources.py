"""Opens what the operator names: an exchange, a folder, an archive, or one student's file.

In the operator's process. Everything is copied into a folder of our own first, by the extractor;
from then on nobody else can change it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath

from autograder.archives.extraction import Extracted, extract
from autograder.archives.filenames import NOTES_OF_SYSTEMS, shown_name
from autograder.archives.member import Caps
from autograder.collecting.exchange import inbound_of, sort_exchange
from autograder.collecting.found_submission import SUFFIX, File, HandIn
from autograder.collecting.layouts import Ignored, files_of, sort_files
from autograder.collecting.owner_hints import Clue, Given, Prefix
from autograder.collecting.submission_times import Origin, are_of_copying, are_of_packing
from autograder.errors import UsageError
from autograder.notebook.document import UnreadableError
from autograder.notebook.receipt import RECEIPT_NAME
from autograder.notebook.submission_file import read_bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a source.

    Attributes:
        assignment: What is collected.
        others: The course's other assignments.
        student: Whose file it is, where the operator said so.
        course_id: nbgrader's name for the course.
        zone: That of times without one.
        is_trusting: Whether the files' times are known to be those of handing in.
    """

    assignment: str
    others: Collection[str] = ()
    student: str = ""
    course_id: str = ""
    zone: tzinfo = UTC
    is_trusting: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What was found there.

    Attributes:
        handins: What students handed in.
        ignored: What is not taken, and why.
        origin: Whose word the files' times are.
        modified: When the source itself was last changed.
        is_packed: Whether the files' times are those at which a zip or a copy was made.
        zone: That of times without one.
    """

    handins: tuple[HandIn, ...]
    ignored: tuple[Ignored, ...]
    origin: Origin
    modified: datetime
    is_packed: bool = False
    zone: tzinfo = UTC


def open_source(path: Path, into: Path, wanted: Wanted) -> Source:
    """Copy and sort what a path holds.

    Args:
        path: What the operator named.
        into: An empty folder of our own.
        wanted: What is looked for.

    Raises:
        UsageError: It is not there, cannot be read, or holds nothing of the assignment.
    """
    try:
        source = _opened(path, into, wanted)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file or folder {path}.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    if not source.handins and not any(one.needs_review for one in source.ignored):
        raise UsageError(_nothing(path, source.ignored, wanted.assignment))
    return replace(source, zone=wanted.zone)


def _opened(path: Path, into: Path, wanted: Wanted) -> Source:
    modified = _modified(path)
    if path.is_dir() and not wanted.student:
        inbound = inbound_of(path, wanted.course_id)
        if inbound is not None:
            found = sort_exchange(inbound, into, wanted.assignment)
            return Source(found.handins, found.ignored, Origin.EXCHANGE, modified)
    if not path.is_dir() and path.name.lower().endswith(SUFFIX):
        handin = _handin(path, wanted, (_notebook(path, into),))
        return Source((handin,), (), Origin.FILE, modified)
    # A link that the operator names is followed.
    unpacked = extract(path.resolve(), into / "files", Caps(nested=1))
    if wanted.student or _is_hand_in(path, unpacked):
        return _single(path, unpacked, into / "files", wanted)
    return _several(path, unpacked, into / "files", wanted)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _handin(path: Path, wanted: Wanted, files: Iterable[File]) -> HandIn:
    """Everything as one hand-in, of whom the operator or the name says."""
    name = path.name or path.resolve().name
    student = wanted.student
    clue: Clue = Given(student) if student else Prefix(PurePosixPath(name).stem)
    return HandIn(name, clue, tuple(files))


def _single(path: Path, unpacked: Extracted, folder: Path, wanted: Wanted) -> Source:
    """All that was unpacked, as what one student handed in."""
    found = sort_files(folder, unpacked, wanted.assignment)
    if sum(handin.is_platforms for handin in found.handins) > 1:
        raise UsageError(
            f"{path} holds what several people handed in; --student is for the hand-in of one."
        )
    handin = _handin(path, wanted, files_of(folder, unpacked))
    if not path.is_dir():
        # What is in an archive of a student's says of itself what the student likes.
        files = tuple(replace(file, modified=_modified(path)) for file in handin.files)
        handin = replace(handin, files=files)
    handins = (handin,) if handin.files else ()
    return Source(handins, _skipped(unpacked), Origin.FILE, _modified(path))


def _several(path: Path, unpacked: Extracted, folder: Path, wanted: Wanted) -> Source:
    """Hand-ins of many people, and whether the times of their files are worth anything."""
    found = sort_files(folder, unpacked, wanted.assignment, others=wanted.others)
    times, people = list(filter(None, _outer(unpacked))), len(found.handins)
    modified = _modified(path)
    if path.is_dir():
        origin, is_packed = Origin.FILE, are_of_copying(times, people=people)
    else:
        origin = Origin.ARCHIVE
        is_packed = are_of_packing(times, people=people, packed=modified, zone=wanted.zone)
    ignored = (*found.ignored, *_skipped(unpacked))
    is_packed = is_packed and not wanted.is_trusting
    return Source(found.handins, ignored, origin, modified, is_packed=is_packed)


def _outer(unpacked: Extracted) -> Iterator[datetime | None]:
    """The times that the archive itself gives, in its order."""
    for path, moment in unpacked.modified.items():
        if not any(folder in unpacked.modified for folder in path.parents):
            yield moment


def _notebook(path: Path, into: Path) -> File:
    try:
        content = read_bytes(path.resolve())
    except UnreadableError as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
    copy = into / "notebook"
    copy.write_bytes(content)
    return File(path.name, copy, _modified(path))


def _is_hand_in(path: Path, unpacked: Extracted) -> bool:
    """Whether it is what the student's kit packs: a notebook and its receipt, without folders."""
    if path.is_dir():
        return False
    names = [path.name for path in unpacked.files if len(path.parts) == 1]
    return RECEIPT_NAME in names and any(name.lower().endswith(SUFFIX) for name in names)


def _skipped(unpacked: Extracted) -> tuple[Ignored, ...]:
    return tuple(
        Ignored(one.name, one.sentence, needs_review=not _is_note(one.name))
        for one in unpacked.skipped
    )


def _is_note(name: str) -> bool:
    return bool(NOTES_OF_SYSTEMS & set(PurePosixPath(name).parts))


def _nothing(path: Path, ignored: Collection[Ignored], assignment: str) -> str:
    if not ignored:
        return f"{path} is empty: nothing was handed in there."
    shown = next(iter(ignored))
    others = f"; so are {len(ignored) - 1} others" if len(ignored) > 1 else ""
    return (
        f"Nothing in {path} was handed in for {assignment}: {shown_name(shown.name)} was left out, "
        f"because {shown.reason}{others}."
    )
