"""Opens archives and folders as hostile bytes: their members, in order, as streams.

In the operator's process. Python's own zipfile and tarfile read the formats. The checks that they
leave to their callers are here: what an archive says about itself is compared with what it is,
before anything large is read or kept.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from autograder.archives.compression import RefusedError
from autograder.archives.folders import folder_members
from autograder.archives.member import Caps, Member, refusing_broken_archives
from autograder.archives.tars import tar_members
from autograder.archives.zips import open_zip, zip_members


@contextmanager
def members_of(path: Path, caps: Caps) -> Iterator[Iterator[Member]]:
    """The members of a zip or tar archive, or of a folder, in order and without folders.

    Raises:
        RefusedError: It is none of these, holds too much, or contradicts itself.
        OSError: It cannot be read.
    """
    with ExitStack() as stack:
        if path.is_dir() and not path.is_symlink():
            yield folder_members(path, caps)
            return
        file = stack.enter_context(_open_regular_file(path, caps.archive_bytes))
        stack.enter_context(refusing_broken_archives())
        # A tar has no magic number at its start, so everything that is not a zip is tried as one.
        if file.read(2) == b"PK":
            yield zip_members(stack.enter_context(open_zip(file, caps)), file)
        else:
            yield tar_members(stack, file, caps)


def _open_regular_file(path: Path, limit: int) -> IO[bytes]:
    # Without O_NONBLOCK, opening a named pipe would wait for somebody to write into it.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
        os.close(descriptor)
        raise RefusedError(f"it is not a file, or it is larger than {limit // 2**20} MiB")
    return os.fdopen(descriptor, "rb")
