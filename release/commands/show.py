"""``release show``."""

import argparse
import sys
from typing import TYPE_CHECKING

from autograder.commands.arguments import common_arguments
from autograder.commands.output import DONE

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_show(commands: "Commands") -> None:
    """Add the command."""
    show = commands.add_parser(
        "show",
        help="print a known solution of an exercise whole",
        description="Print a misconception, which its file may hold as an edit, or an accepted "
        "variant of the exercise: with its hint, as a cell. Without a name, all of them.",
        epilog="example: release show training/train_step no-zero",
        parents=[common_arguments("release")],
    )
    show.add_argument("exercise", metavar="ASSIGNMENT/EXERCISE", help="the names of both")
    show.add_argument("name", nargs="?", default="", metavar="NAME", help="such as no-zero")
    show.set_defaults(run=_show)


def _show(options: argparse.Namespace) -> int:
    from release.show import show

    sys.stdout.write(show(options.exercise, options.name))
    return DONE
