"""A folder that was downloaded, or collected by other means; no link in it is followed.

In the operator's process.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from autograder.archives.compression import RefusedError
from autograder.archives.member import Caps, Member, datetime_of_unix_time


def folder_members(folder: Path, caps: Caps) -> Iterator[Member]:
    """Every file and every link below the folder; a folder that is too deep is not entered."""
    number = 0
    # Files are opened relative to their folder's descriptor: a student who can still write there
    # may replace a folder by a link meanwhile.
    for place, folders, names, descriptor in os.fwalk(folder, follow_symlinks=False):
        below = Path(place).relative_to(folder)
        folders.sort()
        links = [name for name in folders if stat.S_ISLNK(_stat(name, descriptor).st_mode)]
        if len(below.parts) >= caps.depth:
            for name in folders:
                yield Member(str(below / name), "it is too many folders deep", None, _refuse)
            folders.clear()
        for name in sorted([*names, *links]):
            number += 1
            if number > caps.members:
                raise RefusedError(f"it holds more than {caps.members:,} files")
            yield _folder_member(str(below / name), name, descriptor)


def _stat(name: str, descriptor: int) -> os.stat_result:
    return os.stat(name, dir_fd=descriptor, follow_symlinks=False)


def _refuse() -> IO[bytes]:
    raise RefusedError("it is not a file")


def _folder_member(path: str, name: str, descriptor: int) -> Member:
    found = _stat(name, descriptor)
    refusal = ""
    # A hard link may be to a file that the student cannot read, but we can.
    if stat.S_ISLNK(found.st_mode) or found.st_nlink > 1:
        refusal = "it is a link, not a file"
    elif not stat.S_ISREG(found.st_mode):
        refusal = "it is a device, a pipe or a socket, not a file"
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

    def open_member() -> IO[bytes]:
        file = os.fdopen(os.open(name, flags, dir_fd=descriptor), "rb")
        # Asked again of the open file, which cannot be replaced any more.
        now = os.fstat(file.fileno())
        if not stat.S_ISREG(now.st_mode) or now.st_nlink > 1:
            file.close()
            raise RefusedError("it is not a file any more")
        return file

    return Member(path, refusal, None, open_member, datetime_of_unix_time(found.st_mtime))
