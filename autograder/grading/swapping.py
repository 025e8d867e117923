"""Exchanges two folders in one step, where the file system can. In the operator's process."""

import ctypes
import errno
import os
from pathlib import Path

# *Source:* Linux, `include/uapi/linux/fs.h` and `fcntl.h`; glibc has the function from 2.28 on.
RENAME_EXCHANGE = 2
AT_FDCWD = -100
# Some network file systems, and systems that are no Linux, know no such step.
UNKNOWN = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


def swap(one: Path, other: Path) -> bool:
    """Exchange what lies at two places of one file system.

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
