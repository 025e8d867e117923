"""Writes a file, and exchanges two folders, in one step. In the operator's process."""

import contextlib
import ctypes
import errno
import os
import secrets
from pathlib import Path

from autograder.errors import UsageError

# *Source:* Linux, `include/uapi/linux/fs.h` and `fcntl.h`; glibc has the function from 2.28 on.
RENAME_EXCHANGE = 2
AT_FDCWD = -100
# Some network file systems, and systems that are no Linux, know no such step.
UNKNOWN = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


def write_atomically(
    path: Path, text: str | bytes, *, mode: int = 0o666, on_disk: bool = True
) -> None:
    """Put a whole file in place or none, even when the machine is switched off meanwhile.

    Args:
        path: The file.
        text: Its content.
        mode: Its permissions, of which the umask takes some.
        on_disk: False where it may be on disk later: by :func:`sync`.

    Raises:
        UsageError: The folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(draft, flags, mode), "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
            file.flush()
            if on_disk:
                # Else the name may be on disk before the content: a power cut would leave it empty.
                os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def sync(folder: Path) -> None:
    """Return when all that was written to this folder's file system is on disk.

    Raises:
        UsageError: The disk refuses.
    """
    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is None:
        os.sync()
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            if function(descriptor):
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error


def swap(one: Path, other: Path) -> bool:
    """Exchange two paths of one file system.

    Returns:
        Whether it was done; False where it cannot be, and nothing has changed then.

    Raises:
        OSError: It failed, and nothing has changed.
    """
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if function(AT_FDCWD, names[0], AT_FDCWD, names[1], ctypes.c_uint(RENAME_EXCHANGE)) == 0:
        return True
    number = ctypes.get_errno()
    if number in UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(one))
