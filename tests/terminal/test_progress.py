"""Progress: lines in a file, a bar in a terminal."""

import io

from autograder.terminal.progress import BarProgress, LineProgress, open_progress, progress_line


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        """Whether it is a terminal: it is."""
        return True


def test_lines_come_at_most_every_two_seconds_and_at_the_end() -> None:
    """The lines have done and total, the rate, and the time left."""
    now = [0.0]
    stream = io.StringIO()
    with LineProgress(stream, clock=lambda: now[0]) as progress:
        progress.say("starting the sandbox")
        progress.begin(8)
        for _ in range(8):
            now[0] += 0.5
            progress.advance()
    assert stream.getvalue().splitlines() == [
        "starting the sandbox",
        "graded 4/8, 120 a minute, 0:02 left",
        "graded 8/8, 120 a minute",
    ]


def test_time_left_is_in_minutes() -> None:
    """The time left has minutes and seconds, and is left out before anything is done."""
    assert progress_line(1, 101, seconds=1.0) == "graded 1/101, 60 a minute, 1:40 left"
    assert progress_line(0, 5, seconds=0.0) == "graded 0/5, 0 a minute"


def test_a_terminal_has_a_bar() -> None:
    """The bar has done and total, and the rate; sentences are above it."""
    stream = Terminal()
    with open_progress(stream) as progress:
        assert isinstance(progress, BarProgress)
        progress.say("s001 needs review: [red]no markup[/red]")
        progress.begin(2)
        progress.advance()
        progress.advance()
    shown = stream.getvalue()
    assert "2/2" in shown
    assert "/min" in shown
    assert "[red]no markup[/red]" in shown


def test_a_file_has_lines() -> None:
    """Where there is no terminal, there is no bar."""
    assert isinstance(open_progress(io.StringIO()), LineProgress)
