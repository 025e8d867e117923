"""A control group for each fork: the Linux kernel's own limit on memory and processes together.

Trusted side. Only version 2, and only where this process may make groups: as root, or where an
administrator has delegated some. Elsewhere :mod:`autograder.sandbox.process_tree` watches instead.
*Source:* the kernel's admin-guide/cgroup-v2.
"""

import os
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Self

from autograder.model.limits import Limits
from autograder.sandbox.leftovers import PREFIX

_CONTROLLERS = {"memory", "pids"}
_END_SECONDS = 2.0


class ControlGroup:
    """One group, with limits, that a process enters through a descriptor.

    Attributes:
        entrance: A process that writes ``0`` to it joins the group, with all that it starts.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.entrance = os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)

    @classmethod
    def make(cls, limits: Limits, parent: Path | None = None) -> Self | None:
        """A new group below ``parent``, by default where this machine lets us; else None."""
        parent = parent or own_parent()
        if parent is None:
            return None
        try:
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        except OSError:
            return None
        try:
            _put(folder / "memory.max", limits.group_bytes)
            _put(folder / "pids.max", limits.processes)
            _put(folder / "memory.oom.group", 1)
            with suppress(OSError):
                _put(folder / "memory.swap.max", 0)
            return cls(folder)
        except OSError:
            with suppress(OSError):
                folder.rmdir()
            return None

    def ran_out(self) -> bool:
        """Whether the kernel has ended processes of the group for lack of memory."""
        with suppress(OSError, ValueError, IndexError):
            words = (self._folder / "memory.events").read_text(encoding="ascii").split()
            return int(words[words.index("oom_kill") + 1]) > 0
        return False

    def close(self) -> None:
        """Remove the group, once its processes are gone."""
        os.close(self.entrance)
        deadline = time.monotonic() + _END_SECONDS
        while time.monotonic() < deadline:
            try:
                self._folder.rmdir()
            except OSError:
                time.sleep(0.001)
            else:
                return


def _put(file: Path, number: int) -> None:
    """Write to a file of the hierarchy, which is there or is not ours to make."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, str(number).encode())
    finally:
        os.close(descriptor)


@cache
def own_parent() -> Path | None:
    """The nearest folder at or above our own group that hands out memory and pids; or None."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        own = next(line for line in lines if line.startswith("0::")).removeprefix("0::/")
        top = Path("/sys/fs/cgroup")
        for folder in (top / own, *(top / own).parents):
            if not folder.is_relative_to(top):
                break
            given = set((folder / "cgroup.subtree_control").read_text(encoding="ascii").split())
            if given >= _CONTROLLERS and os.access(folder, os.W_OK):
                return folder
    return None
