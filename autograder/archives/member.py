"""What an archive or a folder is made of, and how much of it may be taken.

In the operator's process. Nothing here reads a format.
"""

import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from autograder.archives.compression import RefusedError

CHUNK = 64 * 1024
# zipfile and tarfile raise all of these, some of them undocumented, on damaged archives.
BROKEN_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one archive may hold, and that may be unpacked from it.

    Attributes:
        members: Files and folders, counted as the archive lists them.
        total_bytes: Size of all files together, unpacked.
        file_bytes: Size of one file, unpacked.
        ratio: Unpacked bytes for each packed byte; the first 64 KiB are free.
        depth: Folders within folders.
        name_bytes: Length of a path in UTF-8; one part of it has at most 255.
        archive_bytes: Size of the archive itself.
        nested: How many levels of archives within archives are unpacked, each into a folder with
            the archive's name.
    """

    members: int = 20_000
    total_bytes: int = 4 * 1024**3
    file_bytes: int = 64 * 1024**2
    ratio: float = 200.0
    depth: int = 12
    name_bytes: int = 1024
    archive_bytes: int = 2 * 1024**3
    nested: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive or a folder.

    Attributes:
        name: Its path as the archive has it.
        refusal: Why it is not taken, whatever its name; empty for an ordinary file.
        packed_bytes: Its size in the archive; None where that is not known.
        open: Opens its content.
        modified: When it was last changed, as the archive says; without a zone where the archive
            names none, None where it says nothing.
    """

    name: str
    refusal: str
    packed_bytes: int | None
    open: Callable[[], IO[bytes]]
    modified: datetime | None = None


@contextmanager
def refusing_broken_archives() -> Iterator[None]:
    """Raise one kind of error for all that zipfile and tarfile raise on broken archives."""
    try:
        yield
    except BROKEN_ARCHIVE_ERRORS as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise RefusedError(f"it is damaged or not an archive ({reason})") from error


def datetime_of_unix_time(seconds: float) -> datetime | None:
    """The Unix time as a datetime; None for 0, and for a time beyond the year 9999."""
    try:
        # datetime.fromtimestamp raises three kinds of errors, by platform.
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None
