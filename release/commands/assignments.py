"""Which assignments a command is about."""

import argparse
from typing import TYPE_CHECKING

from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.course.settings import Course


def add_assignments(command: argparse.ArgumentParser) -> None:
    """Add the arguments that name assignments, or all of them."""
    command.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="their names")
    command.add_argument("--all", action="store_true", help="every assignment there is")


def add_unverified(command: argparse.ArgumentParser) -> None:
    """Add the option without which only verified assignments are taken."""
    command.add_argument(
        "--unverified",
        action="store_true",
        help="also what has not passed `release verify` since its last change",
    )


def chosen_assignments(
    options: argparse.Namespace, course: "Course", *, to: str
) -> tuple[str, ...]:
    """The assignments that were named, each once and each verified if the command asks for that.

    Raises:
        UsageError: None was named, or some and all; or one is not verified. ``to`` says in the
            sentence what they are for.
    """
    known = course.assignments()
    if bool(options.assignments) == options.all:
        raise UsageError(f"Name the assignments to {to}, or give --all; not both.")
    if options.all and not known:
        raise UsageError("There are no assignments yet: assignments/<name>/<name>.ipynb is one.")
    names = tuple(dict.fromkeys(options.assignments or known))
    if not getattr(options, "unverified", True):
        _refuse_unverified(course, names)
    return names


def _refuse_unverified(course: "Course", names: tuple[str, ...]) -> None:
    from autograder.judge.assignment import load_assignment
    from release.verify.gate import refuse_unverified

    # Names that are no assignment's are refused before anything is looked at.
    notebooks = {name: course.notebook(name) for name in names}
    for name, path in notebooks.items():
        refuse_unverified(course, load_assignment(name, path))
