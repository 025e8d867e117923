"""Zip archives, read with zipfile once their directory has been checked.

In the operator's process. *Source:* PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5, for the
formats; Info-ZIP's ``extrafld.txt`` for times in UTC.
"""

import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO

from autograder.archives.compression import REMEDY, RefusedError
from autograder.archives.member import Caps, Member, datetime_of_unix_time

ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES = 22
ZIP64_END = b"PK\x06\x06"
ZIP64_LOCATOR = b"PK\x06\x07"
# In place of a number, these say that it is in the ZIP64 record.
IN_ZIP64_16, IN_ZIP64 = 0xFFFF, 0xFFFFFFFF
# Enough for one entry of the directory, with a long name and what programs add to it.
DIRECTORY_BYTES_PER_MEMBER = 2048
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
UTF8_FLAG = 0x800
ENCRYPTION_FLAGS = 0x1 | 0x40 | 0x2000
# A zip that was given no time says this.
NO_DATE = (1980, 1, 1, 0, 0, 0)
# Info-ZIP's extra field for times in UTC; its first byte says which of them are there.
UNIX_TIMES_FIELD = 0x5455


def open_zip(file: IO[bytes], caps: Caps) -> zipfile.ZipFile:
    """Open the archive after checking its end record and the places of its members."""
    count, directory_bytes, directory = _read_end(file)
    if count > caps.members or directory_bytes > DIRECTORY_BYTES_PER_MEMBER * caps.members:
        raise RefusedError(f"it lists more than {caps.members:,} files")
    archive = zipfile.ZipFile(file)
    listed = len(archive.infolist())
    if listed != count:
        counts = f"the number of its files is {count:,} by its end, {listed:,} by its directory"
        raise RefusedError(f"{counts}; {REMEDY}")
    _refuse_overlaps(file, archive.infolist(), directory)
    return archive


def _read_end(file: IO[bytes]) -> tuple[int, int, int]:
    """Number of members, and size and offset of the directory, as the end record says."""
    size = file.seek(0, os.SEEK_END)
    # A comment of at most 64 KiB may follow.
    file.seek(max(0, size - ZIP_END_BYTES - 0xFFFF))
    tail = file.read()
    at = tail.rfind(ZIP_END)
    end = tail[at : at + ZIP_END_BYTES]
    if at < 0 or len(end) < ZIP_END_BYTES:
        raise RefusedError("it is cut off, or not an archive")
    _, _, _, _, count, length, offset, comment = struct.unpack("<4s4H2LH", end)
    if at + ZIP_END_BYTES + comment != len(tail):
        raise RefusedError(f"more follows behind its end; {REMEDY}")
    end_offset = size - len(tail) + at
    if count == IN_ZIP64_16 or IN_ZIP64 in {length, offset}:
        count, length, offset, end_offset = _read_zip64_end(file, end_offset)
    # zipfile accepts bytes before an archive, and shifts all places by them. They could be another
    # archive, which another program would show.
    if offset + length != end_offset:
        raise RefusedError("there is something before its beginning or within its end")
    return count, length, offset


def _read_zip64_end(file: IO[bytes], end: int) -> tuple[int, int, int, int]:
    file.seek(max(0, end - 20))
    signature, _, offset, disks = struct.unpack("<4sLQL", file.read(20))
    file.seek(min(offset, end))
    record = file.read(56)
    if signature != ZIP64_LOCATOR or disks != 1 or record[:4] != ZIP64_END:
        raise RefusedError("its end contradicts itself")
    count, length, start = struct.unpack("<3Q", record[32:56])
    return count, length, start, offset


def _refuse_overlaps(file: IO[bytes], infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse members that share bytes, as in a zip bomb, and a member within the directory."""
    end_of_last = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if not end_of_last and info.header_offset:
            begin = f"its first file begins at byte {info.header_offset:,} instead of at byte 0"
            raise RefusedError(f"{begin}; {REMEDY}")
        if info.header_offset < end_of_last:
            raise RefusedError(f"two of its files share bytes, as in a zip bomb; {REMEDY}")
        file.seek(info.header_offset)
        header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
        end_of_last = info.header_offset + LOCAL_HEADER.size + sum(header[-2:]) + info.compress_size
    if end_of_last > directory:
        raise RefusedError("its files overlap with its directory")


def zip_members(archive: zipfile.ZipFile, file: IO[bytes]) -> Iterator[Member]:
    """The files of a zip archive."""
    for info in archive.infolist():
        if not info.is_dir():
            open_member = _member_opener(archive, info, file)
            refusal, size = _refusal(info), info.compress_size
            yield Member(_name(info), refusal, size, open_member, _modified(info))


def _member_opener(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: IO[bytes]
) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        file.seek(info.header_offset)
        header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
        has_data_descriptor = bool(header[2] & 0x8) and not any(header[6:9])
        sizes = (info.CRC, info.compress_size, info.file_size)
        # A streamed member has its sizes behind its content, a ZIP64 member in an extra field.
        is_zip64 = IN_ZIP64 in header[7:9]
        if not has_data_descriptor and not is_zip64 and tuple(header[6:9]) != sizes:
            raise RefusedError("the archive gives two different sizes for it")
        return archive.open(info)

    return open_member


def _refusal(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link, not a file"
    if kind not in {0, stat.S_IFREG}:
        return "it is a device or a pipe, not a file"
    if info.flag_bits & ENCRYPTION_FLAGS:
        return "it is encrypted"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "it is packed in an unusual way; use ordinary zip compression"
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name, in Unicode."""
    # macOS writes UTF-8 and does not say so; zipfile then decodes it as code page 437, as DOS did.
    name = info.orig_filename
    if info.flag_bits & UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    extra = info.extra
    while len(extra) >= 4:  # noqa: PLR2004
        kind, length = struct.unpack("<2H", extra[:4])
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == UNIX_TIMES_FIELD and len(field) >= 5 and field[0] & 1:  # noqa: PLR2004
            return datetime_of_unix_time(struct.unpack("<l", field[1:5])[0])
    try:
        # The local time of the machine that packed it: a zip has no zone.
        return datetime(*info.date_time) if info.date_time != NO_DATE else None  # noqa: DTZ001
    except ValueError:
        return None
