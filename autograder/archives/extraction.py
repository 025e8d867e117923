"""Unpacks what students hand in: archives and folders from a learning platform, as hostile bytes.

In the operator's process. Files are copied, byte by byte and within caps, into a new folder: no
link, no device, and no name that means something else on another machine. A file that cannot be
taken is skipped, with a reason. An archive that contradicts itself is refused as a whole.

Names stay as the platform wrote them (``Full name_123_assignsubmission_file_/work.ipynb``); whose
the files are is for the caller to find out.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.archives.archive import members_of
from autograder.archives.compression import RefusedError
from autograder.archives.filenames import TakenNames, reason_against, shown_name
from autograder.archives.member import CHUNK, Caps, Member, refusing_broken_archives
from autograder.errors import UsageError

__all__ = ["Caps", "Extracted", "Skipped", "extract"]

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not taken.

    Attributes:
        name: Its name, made printable.
        reason: Why, for the person who collects.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was unpacked from an archive, or copied from a folder.

    Attributes:
        files: Paths of the files, below the folder that they were written into, sorted.
        skipped: What was not taken.
        modified: When each file was last changed, in the archive's order; the same for each archive
            within, by the folder that it was unpacked into. About zones, see :class:`Member`.
    """

    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...] = ()
    modified: Mapping[Path, datetime | None] = field(default_factory=dict, compare=False)


def extract(archive: Path, into: Path, caps: Caps | None = None) -> Extracted:
    """Unpack a zip or tar archive, or copy a folder, into a new folder.

    Args:
        archive: What was downloaded; its name is not relied on.
        into: The folder to make; it must not exist yet.
        caps: What it may hold.

    Raises:
        UsageError: It is not an archive, contradicts itself, holds more than it may, or the folder
            cannot be made. Nothing is left behind then.
    """
    limits = caps or Caps()
    draft = into.with_name(f".{into.name}.{secrets.token_hex(4)}")
    try:
        if os.path.lexists(into):
            raise UsageError(f"{into} exists already, so nothing was unpacked; move it away.")
        draft.mkdir(mode=0o700, parents=True)
        extraction = _Extraction(draft, limits)
        extraction.extract(archive, limits, below="")
        draft.rename(into)
    except RefusedError as error:
        raise UsageError(f"{shown_name(archive.name)} was not unpacked: {error}.") from error
    except OSError as error:
        raise UsageError(
            f"{shown_name(archive.name)} cannot be unpacked into {into}: {error.strerror}."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    skipped = tuple(extraction.skipped)
    return Extracted(tuple(sorted(extraction.files)), skipped, extraction.modified)


class _Extraction:
    """Writes files into a folder that only we can enter, and remembers what was skipped."""

    def __init__(self, folder: Path, caps: Caps) -> None:
        self.files: list[Path] = []
        self.skipped: list[Skipped] = []
        self.modified: dict[Path, datetime | None] = {}
        self._folder = folder
        self._caps = caps
        self._names = TakenNames()
        self._members = 0

    def extract(self, archive: Path, caps: Caps, *, below: str) -> None:
        """Extract one archive into the folder ``below``.

        Raises:
            RefusedError: The archive as a whole cannot be taken.
        """
        bytes_left = caps.total_bytes
        with members_of(archive, caps) as members:
            for member in members:
                self._members += 1
                if self._members > self._caps.members:
                    raise RefusedError(f"it holds more than {self._caps.members:,} files")
                try:
                    bytes_left -= self._extract_member(
                        member, caps, below=below, bytes_left=bytes_left
                    )
                except _SkippedError as reason:
                    self.skipped.append(Skipped(shown_name(below + member.name), f"{reason}"))

    def _extract_member(self, member: Member, caps: Caps, *, below: str, bytes_left: int) -> int:
        """Write one file; returns its size in bytes."""
        name = below + member.name.removeprefix("./")
        refusal = member.refusal or reason_against(
            name, depth=self._caps.depth, name_bytes=self._caps.name_bytes
        )
        refusal = refusal or self._names.reason_against(name)
        if refusal:
            raise _SkippedError(refusal)
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            size = self._write(member, path, caps, bytes_left)
        # It is about the whole archive, whose files are all deleted.
        except _TotalExceededError:
            raise
        except RefusedError as error:
            path.unlink(missing_ok=True)
            raise _SkippedError(str(error)) from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        is_archive = bool(caps.nested) and path.name.lower().endswith(ARCHIVE_SUFFIXES)
        self._names.take(name, is_folder=is_archive)
        self.modified[Path(name)] = member.modified
        if is_archive:
            self._extract_nested(path, name, caps)
        else:
            self.files.append(Path(name))
        return size

    def _write(self, member: Member, path: Path, caps: Caps, bytes_left: int) -> int:
        size = 0
        limit = caps.file_bytes
        if member.packed_bytes is not None:
            limit = min(limit, int(max(member.packed_bytes, CHUNK) * caps.ratio))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with (
            refusing_broken_archives(),
            member.open() as source,
            os.fdopen(os.open(path, flags, 0o600), "wb") as target,
        ):
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > bytes_left:
                    raise _TotalExceededError(
                        f"it holds more than {caps.total_bytes // 2**20:,} MiB"
                    )
                if size > limit:
                    raise RefusedError("it is too large, or unpacks to far more than it takes up")
                target.write(chunk)
        return size

    def _extract_nested(self, path: Path, name: str, caps: Caps) -> None:
        """Replace an archive by a folder of its name; an archive that is refused is skipped."""
        inner = path.with_name(f".{secrets.token_hex(8)}")
        path.rename(inner)
        files, count = len(self.files), self._members
        # The files in one student's archive together may be as large as one student's file.
        nested_caps = replace(caps, nested=caps.nested - 1, total_bytes=caps.file_bytes)
        try:
            path.mkdir(mode=0o700)
            self.extract(inner, nested_caps, below=f"{name}/")
        except (RefusedError, _TotalExceededError) as error:
            shutil.rmtree(path)
            del self.files[files:]
            self._members = count
            raise _SkippedError(f"the archive was not unpacked: {error}") from error
        finally:
            inner.unlink()


class _SkippedError(Exception):
    """One file is not taken; the text says why."""


class _TotalExceededError(RefusedError):
    """The archive as a whole holds too much."""
