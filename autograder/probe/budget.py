"""How long something may take, in its own processor seconds. Runs on both sides; trusts /proc.

A budget counts the processor seconds of some processes: no other program on the machine can use
them up. The clock on the wall ends only what sleeps or waits, at ``WAITING_FACTOR`` times the
budget. Time spent queuing for a processor does not count as waiting.
*Source:* proc_pid_stat(5); Documentation/scheduler/sched-stats.rst for ``schedstat``.
"""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from io import FileIO

from autograder.model.limits import WAITING_FACTOR

LOOK_SECONDS = 0.05
# A machine that gives a tenth of a processor or less is short of them.
_STARVED = 10.0
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_NANOSECONDS = 1e9


class Spent(StrEnum):
    """Which limit of a budget has been reached."""

    PROCESSOR = "processor"
    WAITING = "waiting"
    STARVED = "starved"


@dataclass(frozen=True, slots=True)
class Usage:
    """What some processes have used so far, in seconds.

    Attributes:
        processor: Time in which they, or children that they have waited for, ran.
        starved: Time in which their first threads wanted to run and had no processor.
    """

    processor: float = 0.0
    starved: float = 0.0


class Budget:
    """A number of processor seconds from now on, and ``WAITING_FACTOR`` times as many on the wall.

    Args:
        usage: Returns what has been used so far. The first call sets the zero, so what ends before
            that costs nothing.
        seconds: The budget.
        clock: The clock on the wall.
    """

    def __init__(
        self,
        usage: Callable[[], Usage],
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._usage = usage
        self._seconds = seconds
        self._clock = clock
        self._begun = clock()
        self._before: Usage | None = None
        self._most = Usage()

    def used(self) -> float:
        """Processor seconds since the first look, which this may be."""
        return self._look().processor

    def was_starved(self) -> bool:
        """Whether no processor was free for more than half of the time."""
        return self._look().starved > self.elapsed() / 2

    def elapsed(self) -> float:
        """Seconds on the wall since the beginning."""
        return self._clock() - self._begun

    def spent(self) -> Spent | None:
        """The limit that has been reached; None while there is some budget left."""
        used, elapsed = self._look(), self.elapsed()
        if used.processor >= self._seconds:
            return Spent.PROCESSOR
        if elapsed - used.starved >= WAITING_FACTOR * self._seconds:
            return Spent.WAITING
        return Spent.STARVED if elapsed >= _STARVED * self._seconds else None

    def _look(self) -> Usage:
        now = self._usage()
        if self._before is None:
            self._before = now
        # The kernel forgets the usage of a process that ends before anyone has waited for it.
        self._most = Usage(
            max(self._most.processor, now.processor - self._before.processor),
            max(self._most.starved, now.starved - self._before.starved),
        )
        return self._most


def usage_of(processes: Iterable[int]) -> Usage:
    """What these processes have used so far; nothing for one that is gone."""
    processor = starved = 0.0
    for pid in processes:
        with suppress(OSError, ValueError, IndexError):
            # The program's name, in parentheses, may hold anything, a ")" included.
            fields = proc_text(f"/proc/{pid}/stat").rpartition(")")[2].split()
            # utime, stime, cutime and cstime: fields 14 to 17 of the file; fields[0] is its third.
            processor += sum(map(int, fields[11:15])) / _TICKS
            # Its second number: how long the thread could have run and had no processor.
            starved += int(proc_text(f"/proc/{pid}/schedstat").split()[1]) / _NANOSECONDS
    return Usage(processor, starved)


def proc_text(path: str) -> str:
    """What a file below /proc or /sys holds."""
    # Runs twenty times a second for each fork, and pathlib would double its time.
    with FileIO(path) as file:
        return file.readall().decode("ascii", "replace")
