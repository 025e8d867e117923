"""A run's folder, and its removal by the next run when its own was killed. Trusted side.

The process that makes such a folder holds a lock on a file in it. The kernel lets go of the lock
when that process ends, however it ends; so a folder whose lock is free has no owner any more.
"""

import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PREFIX = "ag-"
LOCK_NAME = "owner"
# A folder is locked microseconds after it is made: after an hour it has no owner.
_UNLOCKED_SECONDS = 3600.0


class OwnFolder:
    """A folder under the temporary folder that lives as long as this object, or this process.

    Attributes:
        path: Where it is; readable for its owner only.
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            # Under another name until it is locked, so that no other process finds it unlocked.
            draft = self.path / f".{LOCK_NAME}"
            self._lock = os.open(draft, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            draft.rename(self.path / LOCK_NAME)
        except BaseException:
            remove_tree(self.path)
            raise

    def close(self) -> None:
        """Remove it and all that it holds."""
        remove_tree(self.path)
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def remove_leftovers() -> list[Path]:
    """Remove the folders of runs that were killed; returns them. A living run's is not touched."""
    removed = []
    with suppress(OSError):
        for path in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
            with suppress(OSError), _abandoned(path) as is_abandoned:
                if is_abandoned:
                    remove_tree(path)
                    removed.append(path)
    return removed


def remove_tree(path: Path) -> None:
    """Remove a folder, however deeply student code may have nested it; never raises."""
    try:
        shutil.rmtree(path, ignore_errors=True)
    except RecursionError:
        subprocess.run(["/bin/rm", "-rf", "--", path], check=False, stderr=subprocess.DEVNULL)


@contextmanager
def _abandoned(path: Path) -> Iterator[bool]:
    """Whether the folder is ours and its owner is gone; no other process can take it meanwhile."""
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        yield False
        return
    try:
        lock = os.open(path / LOCK_NAME, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield time.time() - facts.st_mtime > _UNLOCKED_SECONDS
        return
    try:
        yield _locked(lock)
    finally:
        os.close(lock)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
