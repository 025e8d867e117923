"""``release new``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.output import DONE

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_new(commands: "Commands") -> None:
    """Add the command."""
    new = commands.add_parser(
        "new",
        help="make the skeleton of an exercise",
        description="Add a statement, a solution cell and a grade cell to the assignment's "
        "notebook (or make one), and write a suite that works. Nothing is overwritten.",
        epilog="example: release new evaluation/accuracy",
    )
    new.add_argument("exercise", metavar="ASSIGNMENT/EXERCISE", help="the names of both")
    new.add_argument("--debug", action="store_true", help="show tracebacks")
    new.set_defaults(run=_new, program="release")


def _new(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from release.scaffold import make_exercise

    for path in make_exercise(load_course(Path.cwd()), options.exercise):
        print(path)
    return DONE
