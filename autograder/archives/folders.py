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
    for place, folders, names, descriptor in os.fwalk(folder, follow_symlinks=False):
        below = Path(place).relative_to(folder)
        folders.sort()
        links = [name for name in folders if _is_link(name, descriptor)]
        if len(below.parts) >= caps.depth:
            yield from (_not_entered(str(below / name)) for name in folders)
            folders.clear()
        for name in sorted([*names, *links]):
            number += 1
            if number > caps.members:
                raise RefusedError(f"it holds more than {caps.members:,} files")
            yield _folder_member(str(below / name), name, descriptor)


def _is_link(name: str, descriptor: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)


def _not_entered(name: str) -> Member:
    return Member(name, "it is too many folders deep", None, _nothing)


def _nothing() -> IO[bytes]:
    raise RefusedError("it is not a file")


def _folder_member(path: str, name: str, descriptor: int) -> Member:
    found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
    refusal = ""
    if stat.S_ISLNK(found.st_mode) or found.st_nlink > 1:
        refusal = "it is a link, not a file"
    elif not stat.S_ISREG(found.st_mode):
        refusal = "it is a device, a pipe or a socket, not a file"
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

    def opened() -> IO[bytes]:
        file = os.fdopen(os.open(name, flags, dir_fd=descriptor), "rb")
        now = os.fstat(file.fileno())
        if not stat.S_ISREG(now.st_mode) or now.st_nlink > 1:
            file.close()
            raise RefusedError("it is not a file any more")
        return file

    return Member(path, refusal, None, opened, datetime_of_unix_time(found.st_mtime))
