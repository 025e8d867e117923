"""Who started whom, as the Linux kernel tells it."""

from contextlib import suppress
from pathlib import Path

from autograder.sandbox.process_tree import descendants as _with_itself


def children(pid: int) -> list[int]:
    """The processes that it has started and that are there still."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def descendants(pid: int) -> list[int]:
    """All processes below it."""
    return [one for one in _with_itself(pid) if one != pid]
