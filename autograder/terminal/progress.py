"""Progress on stderr: a bar in a terminal, plain lines elsewhere. In the operator's process."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Protocol, Self, TextIO

from autograder.terminal.escaping import plain_line

SECONDS_BETWEEN_LINES = 2.0


class ProgressWords(NamedTuple):
    """What a run does with each submission, in words."""

    doing: str
    done: str


GRADING = ProgressWords("grading", "graded")
COLLECTING = ProgressWords("collecting", "collected")


class Progress(Protocol):
    """Shows how far a run is; a context manager."""

    def __enter__(self) -> Self:
        """Begin to show progress."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""

    def say(self, sentence: str) -> None:
        """Show a sentence about what is being done, or what has happened."""

    def begin(self, total: int) -> None:
        """Begin to count ``total`` submissions."""

    def advance(self) -> None:
        """Count one of them."""


def open_progress(stream: TextIO | None = None, *, work: ProgressWords = GRADING) -> Progress:
    """A bar in a terminal, else lines; on stderr where no stream is given."""
    stream = stream or sys.stderr
    return BarProgress(stream, work) if stream.isatty() else LineProgress(stream, work=work)


class SilentProgress:
    """Progress that is not shown."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def say(self, sentence: str) -> None:
        """Show nothing."""

    def begin(self, total: int) -> None:
        """Count nothing."""

    def advance(self) -> None:
        """Count nothing."""


class LineProgress(SilentProgress):
    """Progress in lines, at most one every two seconds while counting."""

    def __init__(
        self,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
        *,
        work: ProgressWords = GRADING,
    ) -> None:
        self._stream = stream
        self._work = work
        self._clock = clock
        self._total = self._done = 0
        self._started = self._last_line = clock()

    def say(self, sentence: str) -> None:
        """Write the sentence on a line of its own."""
        print(plain_line(sentence), file=self._stream, flush=True)

    def begin(self, total: int) -> None:
        """Begin to count."""
        self._total, self._done = total, 0
        self._started = self._last_line = self._clock()

    def advance(self) -> None:
        """Write how far the run is, if the last line is old or all is done."""
        self._done += 1
        now = self._clock()
        if now - self._last_line >= SECONDS_BETWEEN_LINES or self._done == self._total:
            self._last_line = now
            seconds = now - self._started
            self.say(progress_line(self._done, self._total, seconds=seconds, work=self._work))


def progress_line(done: int, total: int, *, seconds: float, work: ProgressWords = GRADING) -> str:
    """How far a run is, how fast it is, and how long it will still take."""
    rate = done / seconds if seconds > 0 else 0.0
    text = f"{work.done} {done}/{total}, {rate * 60:.0f} a minute"
    if done == total or not rate:
        return text
    return f"{text}, {_minutes_and_seconds((total - done) / rate)} left"


def _minutes_and_seconds(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class BarProgress(SilentProgress):
    """Progress as a bar, with done and total, rate and time left."""

    def __init__(self, stream: TextIO, work: ProgressWords = GRADING) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._work = work
        self._bar = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            console=Console(file=stream),
        )
        self._task = self._bar.add_task("", total=None, visible=False, rate="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def say(self, sentence: str) -> None:
        """Write the sentence above the bar."""
        self._bar.console.print(plain_line(sentence), markup=False, highlight=False, emoji=False)

    def begin(self, total: int) -> None:
        """Show the bar."""
        doing = self._work.doing
        self._bar.reset(self._task, total=total, description=doing, visible=True, rate="")

    def advance(self) -> None:
        """Move the bar on."""
        self._bar.advance(self._task)
        elapsed = self._bar.tasks[0].elapsed or 0.0
        done = self._bar.tasks[0].completed
        self._bar.update(self._task, rate=f"{done / elapsed * 60:.0f}/min" if elapsed else "")
