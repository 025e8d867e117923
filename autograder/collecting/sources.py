"""Opens what the operator names: an exchange, a folder, an archive, or one student's file.

In the operator's process. Everything is copied into a folder of our own first, by the extractor;
from then on nobody else can change it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath

from autograder.archives.extraction import Extracted, extract
from autograder.archives.filenames import SYSTEM_FILES, shown_name
from autograder.archives.member import Caps
from autograder.collecting.exchange import find_inbound, read_exchange
from autograder.collecting.found_submission import NOTEBOOK_SUFFIX, FoundSubmission, SubmittedFile
from autograder.collecting.layouts import Ignored, files_of, sort_files
from autograder.collecting.owner_hints import KnownId, NamePrefix, OwnerHint
from autograder.collecting.submission_times import (
    TimeOrigin,
    are_copy_times,
    are_zip_creation_times,
)
from autograder.errors import UsageError
from autograder.notebook.document import UnreadableError
from autograder.notebook.receipt import RECEIPT_NAME
from autograder.notebook.submission_file import read_bytes


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What is looked for in a source, and how it is read.

    Attributes:
        assignment: What is collected.
        others: The course's other assignments.
        student: Whose file it is, where the operator said so.
        course_id: nbgrader's name for the course.
        zone: Zone of times that name none.
        trusts_file_times: Whether the files' times are known to be those of handing in.
    """

    assignment: str
    others: Collection[str] = ()
    student: str = ""
    course_id: str = ""
    zone: tzinfo = UTC
    trusts_file_times: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What was found in a source.

    Attributes:
        submissions: What students handed in.
        ignored: What is not taken, and why.
        origin: Who says what the files' times are.
        modified: When the source itself was last changed.
        has_download_times: Whether the files' times are those at which a zip or a copy was made.
        zone: Zone of times that name none.
    """

    submissions: tuple[FoundSubmission, ...]
    ignored: tuple[Ignored, ...]
    origin: TimeOrigin
    modified: datetime
    has_download_times: bool = False
    zone: tzinfo = UTC


def open_source(path: Path, into: Path, options: SourceOptions) -> Source:
    """Copy and sort what a path holds.

    Args:
        path: What the operator named.
        into: An empty folder of our own.
        options: What is looked for.

    Raises:
        UsageError: It is not there, cannot be read, or holds nothing of the assignment.
    """
    try:
        source = _read(path, into, options)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file or folder {path}.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    if not source.submissions and not any(one.needs_review for one in source.ignored):
        raise UsageError(_sentence_of_nothing(path, source.ignored, options.assignment))
    return replace(source, zone=options.zone)


def _read(path: Path, into: Path, options: SourceOptions) -> Source:
    modified = _modified(path)
    if path.is_dir() and not options.student:
        inbound = find_inbound(path, options.course_id)
        if inbound is not None:
            found = read_exchange(inbound, into, options.assignment)
            return Source(found.submissions, found.ignored, TimeOrigin.EXCHANGE, modified)
    if not path.is_dir() and path.name.lower().endswith(NOTEBOOK_SUFFIX):
        submission = _one_submission(path, [_notebook(path, into)], options)
        return Source((submission,), (), TimeOrigin.FILE, modified)
    # The extractor follows no link; one that the operator names is meant.
    unpacked = extract(path.resolve(), into / "files", Caps(nested=1))
    if options.student or (not path.is_dir() and _is_hand_in_file(unpacked)):
        return _read_one(path, unpacked, into / "files", options)
    return _read_many(path, unpacked, into / "files", options)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _notebook(path: Path, into: Path) -> SubmittedFile:
    try:
        content = read_bytes(path.resolve())
    except UnreadableError as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
    copy = into / "notebook"
    copy.write_bytes(content)
    return SubmittedFile(path.name, copy, _modified(path))


def _is_hand_in_file(unpacked: Extracted) -> bool:
    """Whether it is what the student's kit packs: a notebook and its receipt, without folders."""
    names = [path.name for path in unpacked.files if len(path.parts) == 1]
    return RECEIPT_NAME in names and any(name.lower().endswith(NOTEBOOK_SUFFIX) for name in names)


def _one_submission(
    path: Path, files: Iterable[SubmittedFile], options: SourceOptions
) -> FoundSubmission:
    """All files as one submission, whose owner the operator or the path's name says."""
    name = path.name or path.resolve().name
    hint: OwnerHint = NamePrefix(PurePosixPath(name).stem)
    if options.student:
        hint = KnownId(options.student)
    return FoundSubmission(name, hint, tuple(files))


def _read_one(path: Path, unpacked: Extracted, folder: Path, options: SourceOptions) -> Source:
    """All that was unpacked, as one student's submission."""
    found = sort_files(folder, unpacked, options.assignment)
    if sum(submission.is_from_platform for submission in found.submissions) > 1:
        raise UsageError(
            f"{path} holds the submissions of several people; --student is for that of one."
        )
    files = files_of(folder, unpacked)
    if not path.is_dir():
        # Within an archive of their own making, students may give a file any time.
        files = tuple(replace(file, modified=_modified(path)) for file in files)
    submissions = (_one_submission(path, files, options),) if files else ()
    return Source(submissions, _skipped(unpacked), TimeOrigin.FILE, _modified(path))


def _read_many(path: Path, unpacked: Extracted, folder: Path, options: SourceOptions) -> Source:
    """The submissions of many people, and whether their files' times mean anything."""
    found = sort_files(folder, unpacked, options.assignment, others=options.others)
    # The times that the source itself gives, not those within a student's archive.
    times = [
        time
        for file, time in unpacked.modified.items()
        if time and not any(outer in unpacked.modified for outer in file.parents)
    ]
    modified, people = _modified(path), len(found.submissions)
    if path.is_dir():
        origin, are_useless = TimeOrigin.FILE, are_copy_times(times, people=people)
    else:
        origin = TimeOrigin.ARCHIVE
        are_useless = are_zip_creation_times(
            times, people=people, written=modified, zone=options.zone
        )
    return Source(
        submissions=found.submissions,
        ignored=(*found.ignored, *_skipped(unpacked)),
        origin=origin,
        modified=modified,
        has_download_times=are_useless and not options.trusts_file_times,
    )


def _skipped(unpacked: Extracted) -> tuple[Ignored, ...]:
    return tuple(
        Ignored(
            one.name,
            one.reason,
            needs_review=SYSTEM_FILES.isdisjoint(PurePosixPath(one.name).parts),
        )
        for one in unpacked.skipped
    )


def _sentence_of_nothing(path: Path, ignored: Collection[Ignored], assignment: str) -> str:
    if not ignored:
        return f"{path} is empty: nothing was handed in there."
    first = next(iter(ignored))
    others = f"; so were {len(ignored) - 1} others" if len(ignored) > 1 else ""
    return (
        f"Nothing in {path} was handed in for {assignment}: {shown_name(first.name)} was left out, "
        f"because {first.reason}{others}."
    )
