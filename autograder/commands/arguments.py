"""Arguments that several commands take."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

STANDARD_OUTPUT = "-"

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers() returns.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001


def common_arguments(program: str) -> argparse.ArgumentParser:
    """What every command of every program takes."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        help="write everything under DIR (default: course_config.py's, or AUTOGRADER_WORKSPACE)",
    )
    shared.add_argument(
        "--debug",
        action="store_true",
        default=bool(os.environ.get("AUTOGRADER_DEBUG")),
        help="show tracebacks; AUTOGRADER_DEBUG=1 does the same",
    )
    shared.set_defaults(program=program)
    return shared


def add_allow_reduced(command: argparse.ArgumentParser) -> None:
    """Add the option that lets a command do without namespaces."""
    command.add_argument(
        "--allow-reduced",
        action="store_true",
        help="where namespaces cannot be made, confine with Landlock, seccomp and limits alone; "
        "the results say so (see `autograder doctor`)",
    )


def add_json(command: argparse.ArgumentParser, what: str) -> None:
    """Add the option that writes ``what`` as JSON."""
    command.add_argument(
        "--json", metavar="FILE", help=f"write {what}; {STANDARD_OUTPUT} is standard output"
    )


def positive(text: str) -> int:
    """A number of at least 1, as an argument's type."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)
