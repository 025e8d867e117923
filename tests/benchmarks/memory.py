"""Peak memory of a program and everything it started, as Linux accounts for it.

Proportional set size: a page that forked processes share counts once over all of them, where the
resident set size would count torch again for each.
"""

import threading
from collections import defaultdict
from pathlib import Path
from typing import Self

PROC = Path("/proc")


class MemoryWatch:
    """Samples the process tree in a thread of its own while it is entered.

    Attributes:
        peak_bytes: The greatest sum seen so far.
    """

    def __init__(self, root: int, *, period_seconds: float = 0.25) -> None:
        self.peak_bytes = 0
        self._root = root
        self._period_seconds = period_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._period_seconds):
            sizes = (_proportional_bytes(pid) for pid in tree(self._root))
            self.peak_bytes = max(self.peak_bytes, sum(sizes))


def tree(root: int) -> list[int]:
    """The process and all its descendants, in this and in nested pid namespaces."""
    children = defaultdict(list)
    for folder in PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children[int(fields[1])].append(int(folder.name))
    found = [root]
    for pid in found:
        found.extend(children[pid])
    return found


def _proportional_bytes(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    kibibytes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return 1024 * sum(kibibytes)
