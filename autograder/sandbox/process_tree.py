"""Weighs all processes of one fork together, from outside. Trusted side.

A limit on each process misses many processes, and none counts files in memory. What is read here
is the Linux kernel's own book-keeping of processes that the fork cannot leave: those that descend
from its first one.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from autograder.errors import ConfinementError
from autograder.probe.budget import Usage, proc_text, usage_of
from autograder.sandbox.inside.confinement_layers import refusal

# Per cent of the last ten seconds.
_PRESSURE = 10.0
_KIBIBYTE = 1024
_PRIVATE = ("RssAnon:", "RssShmem:", "VmPTE:", "VmSwap:")
_PROPORTIONAL = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")
_IN_MEMORY = ("tmp", "dev/shm", "scratch")
# What one socket's queue may hold by default.
_SOCKET_BYTES = 208 * _KIBIBYTE
_QUEUE_SIZES = ("/proc/sys/net/core/wmem_default", "/proc/sys/net/core/rmem_default")
_MOST_FILES = 100_000
_BLOCK_BYTES = 512


class ProcessTree:
    """The processes of one fork.

    Args:
        pidfd: Of the first one.
        folder: Where it writes when that is a folder on disk and not in memory; else empty.
    """

    def __init__(self, pidfd: int, *, folder: str = "") -> None:
        self._first = process_id(pidfd)
        self._folder = folder
        # Read before any student code has run, which could keep its own processors busy.
        self._is_crowded = processors_are_short()

    def usage(self) -> Usage:
        """The processor seconds that they have used so far.

        They have gone without only where the machine was busy before they began.
        """
        used = usage_of(descendants(self._first))
        return used if self._is_crowded else Usage(used.processor)

    def excess(self, *, memory_bytes: int, folder_bytes: int) -> str:
        """What is too much, ``memory`` or ``files``; empty while nothing is."""
        if self.may_exceed(memory_bytes) and self.exceeds(memory_bytes):
            return "memory"
        return "files" if self.fills_folder_beyond(folder_bytes) else ""

    def may_exceed(self, limit_bytes: int) -> bool:
        """Whether they could use more memory than this: pages that they share count for each."""
        members = list(descendants(self._first))
        used = sum(_fields(pid, "status", _PRIVATE) for pid in members)
        if self._folder:
            used += sum(len(_descriptors(pid)) for pid in members) * queue_bytes()
        return used + self._beside() > limit_bytes

    def exceeds(self, limit_bytes: int) -> bool:
        """Whether they do; takes some milliseconds a process."""
        members = list(descendants(self._first))
        used = self._beside()
        if self._folder:
            used += len(_sockets(members)) * queue_bytes()
        for pid in members:
            try:
                used += _fields(pid, "smaps_rollup", _PROPORTIONAL)
                used += _fields(pid, "status", ("VmPTE:",))
            except PermissionError:
                # Root without CAP_SYS_PTRACE, as in a default container: shared pages count twice.
                used += _fields(pid, "status", _PRIVATE)
        return used > limit_bytes

    def fills_folder_beyond(self, limit_bytes: int) -> bool:
        """Whether its folder on disk, where it has one, holds more than ``limit_bytes``."""
        return bool(self._folder) and _is_overfilled(self._folder, limit_bytes)

    def _beside(self) -> int:
        """Memory of what is no process: files in memory, and queues of sockets."""
        if self._folder:
            return 0
        root = f"/proc/{self._first}/root"
        return sum(_used(f"{root}/{name}") for name in _IN_MEMORY) + self._queues()

    def _queues(self) -> int:
        with suppress(OSError, IndexError, ValueError):
            lines = proc_text(f"/proc/{self._first}/net/sockstat").split()
            return int(lines[2]) * queue_bytes()
        return 0


def processors_are_short() -> bool:
    """Whether of late processes of this machine had to wait for a processor for some of the time.

    *Source:* Documentation/accounting/psi.rst; without it, the load average says so.
    """
    with suppress(OSError, ValueError, IndexError):
        return float(proc_text("/proc/pressure/cpu").split()[1].removeprefix("avg10=")) > _PRESSURE
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def require_watching() -> None:
    """Refuse a machine where a process's children cannot be listed.

    Raises:
        ConfinementError: It is one.
    """
    try:
        proc_text(f"/proc/self/task/{threading.get_native_id()}/children")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfinementError(refusal("memory watch", reason)) from error


def process_id(pidfd: int) -> int:
    """Process id of a pidfd, in this process's /proc; -1 once it is gone."""
    for line in proc_text(f"/proc/self/fdinfo/{pidfd}").splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    return -1


def descendants(first: int) -> Iterator[int]:
    """A process and all that it started; one that starts or ends meanwhile may be missed."""
    left = [first]
    seen = set()
    while left:
        pid = left.pop()
        if pid in seen:
            continue
        seen.add(pid)
        yield pid
        with suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names are enough
                with suppress(OSError):
                    left += map(int, proc_text(f"/proc/{pid}/task/{thread}/children").split())


@cache
def queue_bytes() -> int:
    """What one socket's queue may hold on this machine; the filter refuses more."""
    # Not every network namespace shows them.
    return max(
        _SOCKET_BYTES, *(int(proc_text(path)) for path in _QUEUE_SIZES if Path(path).exists())
    )


def _descriptors(pid: int) -> list[str]:
    with suppress(OSError):
        return os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208 - names are enough
    return []


def _sockets(pids: Iterable[int]) -> set[str]:
    """The sockets that these processes have open: one that several share counts once."""
    found = set()
    for path in (f"/proc/{pid}/fd/{name}" for pid in pids for name in _descriptors(pid)):
        with suppress(OSError):
            found.add(os.readlink(path))  # noqa: PTH115 - up to 100,000 of them
    return {one for one in found if one.startswith("socket:")}


def _fields(pid: int, name: str, wanted: tuple[str, ...]) -> int:
    """Sum of some lines of a file of /proc, in bytes; nothing for a process that is gone."""
    total = 0
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in proc_text(f"/proc/{pid}/{name}").splitlines():
            if line.startswith(wanted):
                total += int(line.split()[1]) * _KIBIBYTE
    return total


def _used(path: str) -> int:
    with suppress(OSError):
        facts = os.statvfs(path)
        return (facts.f_blocks - facts.f_bfree) * facts.f_frsize
    return 0


def _is_overfilled(folder: str, limit_bytes: int) -> bool:
    """Whether a folder holds too many bytes or files, or is nested too deep to be looked at."""
    size = files = 0
    left = [folder]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    files += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK_BYTES
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
        except FileNotFoundError:
            continue
        except OSError:
            # Only an attack makes folders whose names no path can hold.
            return True
        if size > limit_bytes or files > _MOST_FILES:
            return True
    return False
