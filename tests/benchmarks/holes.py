"""``make holes``: eight holes of stock nbgrader, tried on it and on this with the same tricks.

Both grade the same exercise, and every word of the table is computed from what was found in their
gradebooks, notebooks and feedback pages afterwards. It needs no network and about two minutes.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.courses import Course, our_course, stock_course
from tests.benchmarks.tricks import IS_SLOW, RIGHT, answered, classes, without_test

FULL = 4.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one course did about one trick.

    Attributes:
        held: Whether the trick came to nothing.
        what: What was found, in a few words.
    """

    held: bool
    what: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A trick, and how to see in a course what came of it."""

    name: str
    look: Callable[[Course], Finding]


def main() -> int:
    """Play every trick on both courses and print the table; 1 if one of ours was open."""
    with tempfile.TemporaryDirectory(prefix="holes-") as folder:
        _say("playing the tricks on stock nbgrader, which runs them unconfined here")
        stock = play(stock_course(Path(folder, "stock")))
        _say("playing them on autograder")
        ours = play(our_course(Path(folder, "ours")))
    Console(highlight=False, width=120).print(table(stock, ours))
    return 0 if all(one.held for one in ours.values()) else 1


def play(course: Course) -> Mapping[str, Finding]:
    """Everything handed in and graded, and for each hole what is found then."""
    hand_in_classes(course)
    hand_in_again(course)
    be_killed(course)
    return {hole.name: hole.look(course) for hole in HOLES}


def hand_in_classes(course: Course) -> None:
    """Each class by a command of its own where one could stop another, else all by one."""
    apart = classes(course.released(), str(course.gradebook))
    together = {student: one for students in apart for student, one in students.items()}
    for students in apart if course.is_stopped else (together,):
        for student, notebook in students.items():
            course.hand_in(student, notebook)
        course.run(*course.command)
        if course.is_stopped:
            course.withdraw()


def hand_in_again(course: Course) -> None:
    """A right submission, graded, is replaced by a wrong one without its test."""
    if course.score("regraded") != FULL:
        raise RuntimeError(f"{course.name}: the first submission was not graded right")
    course.hand_in("regraded", without_test(course.released()))
    course.run(*course.command, "--force", "--student", "regraded")
    if course.is_stopped:
        course.withdraw()


def be_killed(course: Course) -> None:
    """The command is killed while it grades a slow submission, and typed again."""
    for student, text in (("killed-fast", RIGHT), ("killed-slow", IS_SLOW)):
        course.hand_in(student, answered(course.released(), text))
    course.kill_midway()
    course.run(*course.command)


def wrong(*students: str) -> Callable[[Course], Finding]:
    """Wrong solutions: they must earn nothing."""

    def look(course: Course) -> Finding:
        scores = [course.score(student) for student in students]
        what = "wrong, " + " and ".join(map(_points, scores))
        return Finding(all(score == 0 for score in scores), what)

    return look


def right(student: str, what: str) -> Callable[[Course], Finding]:
    """A right solution: it must earn everything."""

    def look(course: Course) -> Finding:
        score = course.score(student)
        return Finding(score == FULL, f"{what}, {_points(score)}")

    return look


def batch(course: Course) -> Finding:
    """Damaged submissions: those behind them must be graded, and they themselves earn nothing."""
    graded = {name: course.score(f"next-of-{name}") == FULL for name in ("doubled", "newer")}
    stopped = [name for name, fine in graded.items() if not fine]
    if stopped:
        what = f"batch aborted by {' and by '.join(stopped)}: the next one has no grade"
        return Finding(held=False, what=what)
    own = wrong("doubled", "newer")(course)
    return Finding(own.held, f"the next ones are graded; {own.what}")


def secrecy(course: Course) -> Finding:
    """Hidden tests: neither student code nor a feedback page may have them."""
    places = {"student code": course.outputs("reads"), "feedback": course.feedback("right")}
    leaked = [name for name, text in places.items() if any(one in text for one in course.secrets)]
    return Finding(not leaked, f"leaked to {' and to '.join(leaked)}" if leaked else "not leaked")


def control(course: Course) -> Finding:
    """Without any trick both must grade alike."""
    scores = course.score("right"), course.score("wrong")
    what = f"right {_points(scores[0])}, wrong {_points(scores[1])}"
    return Finding(scores == (FULL, 0.0), what)


HOLES = (
    Hole("no trick at all", control),
    Hole("test cell tagged skip-execution", wrong("skips")),
    Hole("test cell doubled; schema_version 99", batch),
    Hole("AST transformer drops assert; object equal to all", wrong("ast", "equal")),
    Hole("hidden tests read in the working folder, in feedback", secrecy),
    Hole("gradebook.db written by student code", right("victim", "another student's right one")),
    Hole("SIGKILL midway, then the same command again", right("killed-slow", "right")),
    Hole("test cell deleted before a regrade", wrong("regraded")),
    Hole("a warning of PyTorch's on stderr", right("warns", "right")),
)


def table(stock: Mapping[str, Finding], ours: Mapping[str, Finding]) -> Table:
    """One line a hole."""
    heads = (f"nbgrader {version('nbgrader')}", "autograder")
    shown = Table("hole", *heads, title="Eight holes, each tried on both")
    for name, finding in stock.items():
        shown.add_row(name, _shown(finding), _shown(ours[name]))
    return shown


def _shown(finding: Finding) -> str:
    mark, colour = ("✓", "green") if finding.held else ("✗", "red")
    return f"[{colour}]{mark}[/] {finding.what}"


def _points(score: float | None) -> str:
    return "no grade" if score is None else f"{score:g} of {FULL:g}"


def _say(sentence: str) -> None:
    sys.stderr.write(f"holes: {sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
