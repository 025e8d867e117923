"""What an archive or a folder is made of, and how much of it is taken.

In the process of whoever collects submissions. Nothing here reads a format.
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
    """What one archive may hold, and what may be unpacked of it.

    Attributes:
        members: Files and folders, counted as the archive lists them.
        total_bytes: Of all files together, unpacked.
        file_bytes: Of one file, unpacked.
        ratio: Unpacked bytes for each byte of the archive; small archives are let off.
        depth: Folders within folders.
        name_bytes: Of a path, in UTF-8; of one part of it, at most 255.
        archive_bytes: Of the archive itself.
        nested: How many levels of archives within archives are unpacked, into a folder of the
            archive's name.
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
        packed_bytes: What it takes up in the archive; None where that is not known.
        open: Its content.
        modified: When it was last changed, as the archive has it; without a zone where the archive
            does not say which. None where it says nothing.
    """

    name: str
    refusal: str
    packed_bytes: int | None
    open: Callable[[], IO[bytes]]
    modified: datetime | None = None


@contextmanager
def refusing_broken_archives() -> Iterator[None]:
    """Turn what zipfile and tarfile raise on broken archives into one kind of error."""
    try:
        yield
    except BROKEN_ARCHIVE_ERRORS as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise RefusedError(f"it is damaged or no archive ({reason})") from error


def datetime_of_unix_time(seconds: float) -> datetime | None:
    """The moment so many seconds after 1970 began; None for 0, and where no calendar has it."""
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None
