"""Tar archives, packed or not, read as a stream with tarfile. In the operator's process."""

import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import IO

from autograder.archives.compression import DecompressedStream, RefusedError, decompressor_for
from autograder.archives.member import CHUNK, Caps, Member, datetime_of_unix_time

# These headers describe the next member. tarfile reads one into memory as a whole.
EXTENDED_HEADERS = frozenset(b"xgXLK")
EXTENDED_HEADER_BYTES = 64 * 1024
HEADER_BYTES_PER_MEMBER = 2048


class _BoundedInfo(tarfile.TarInfo):
    """A header of a tar, read only if its size is reasonable and it says nothing unusual."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if ord(self.type) in EXTENDED_HEADERS and not 0 <= self.size <= EXTENDED_HEADER_BYTES:
            raise RefusedError("it holds a name of more than 64 KiB")
        if self.size < 0:
            raise RefusedError("it holds a file of a negative size")
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]

    def _sparse(self, *_given: object) -> tarfile.TarInfo:
        raise RefusedError("it holds a file with holes, which could be of any size")

    _proc_sparse = _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _sparse


def tar_members(stack: ExitStack, file: IO[bytes], caps: Caps) -> Iterator[Member]:
    """The files of a tar archive; each can be opened until the next one is asked for."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    limit = min(caps.total_bytes, int(max(size, CHUNK) * caps.ratio))
    # A member has up to three headers beside its content.
    stream = DecompressedStream(
        file, decompressor_for(file), limit + HEADER_BYTES_PER_MEMBER * caps.members
    )
    archive = stack.enter_context(
        # `r|`: what unpacks the file cannot go back in it. The stack closes the archive.
        tarfile.open(  # noqa: SIM115
            fileobj=stream, mode="r|", tarinfo=_BoundedInfo, encoding="utf-8"
        )
    )
    return _members(archive, stream, caps)


def _members(archive: tarfile.TarFile, stream: DecompressedStream, caps: Caps) -> Iterator[Member]:
    for number, info in enumerate(archive, start=1):
        if number > caps.members:
            raise RefusedError(f"it lists more than {caps.members:,} files")
        if not info.isdir():
            open_member, modified = _member_opener(archive, info), datetime_of_unix_time(info.mtime)
            yield Member(info.name, _refusal(info), None, open_member, modified)
    stream.refuse_trailing_data()


def _member_opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        file = archive.extractfile(info)
        if file is None:
            raise RefusedError("it is not a file")
        return file

    return open_member


def _refusal(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "it is a link, not a file"
    if not info.isreg():
        return "it is a device or a pipe, not a file"
    return ""
