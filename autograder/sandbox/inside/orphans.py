"""Ends what a fork at the reduced level leaves behind. In the zygote and in the bootstrap process.

Where there is no pid namespace, nothing dies with its first process. What outlives it becomes a
child of the process that asked for it: so it can be found, and be ended.
"""

import os
import signal
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_ROUNDS = 200


def end_orphans(keep: Collection[int] = ()) -> None:
    """End every child of this process but ``keep``, with all of their descendants."""
    stopped: set[int] = set()
    # Stopped first, killed later: what dies makes room under the limit on processes, and a fork
    # bomb would use it; what is stopped forks no more.
    for _ in range(_ROUNDS):
        found = set(_below(os.getpid(), keep)) - stopped
        for pid in found:
            _signal(pid, signal.SIGSTOP)
        stopped |= found
        if not found:
            break
    for _ in range(_ROUNDS):
        left = set(_below(os.getpid(), keep))
        for pid in left:
            _signal(pid, signal.SIGKILL)
        if not left or not _reap(left):
            break


def _below(pid: int, keep: Collection[int]) -> Iterator[int]:
    left = [child for child in _children(pid) if child not in keep]
    while left:
        pid = left.pop()
        yield pid
        left += _children(pid)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _reap(pids: Collection[int]) -> bool:
    """Wait for those that are children of this process; whether there were any."""
    were_any = False
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
            were_any = True
    return were_any
