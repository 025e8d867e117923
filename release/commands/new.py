"""``release new``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import common_arguments
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
        parents=[common_arguments("release")],
    )
    new.add_argument("exercise", metavar="ASSIGNMENT/EXERCISE", help="the names of both")
    new.set_defaults(run=_new)


def _new(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from release.scaffold import make_exercise

    course = load_course(Path.cwd(), workspace=options.workspace)
    for path in make_exercise(course, options.exercise):
        print(path)
    return DONE
