"""``autograder doctor``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import (
    STANDARD_OUTPUT,
    add_allow_reduced,
    common_arguments,
)
from autograder.commands.output import DONE, REVIEW, refuse_unwritable, write_output
from autograder.errors import UsageError
from autograder.model.limits import Limits

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_doctor(commands: "Commands") -> None:
    """Add the command."""
    doctor = commands.add_parser(
        "doctor",
        help="say whether this machine can confine student code, and what is missing",
        description="Try every layer of confinement in a throw-away process. Exit code 1 where "
        "`autograder grade` would refuse to grade.",
        epilog="example: autograder doctor --json -",
        parents=[common_arguments("autograder")],
    )
    doctor.add_argument(
        "--json",
        nargs="?",
        const=STANDARD_OUTPUT,
        metavar="FILE",
        help="write what was found; - (or nothing) is standard output",
    )
    add_allow_reduced(doctor)
    doctor.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from autograder.sandbox.doctor.report import examine, show

    refuse_unwritable(options.json)
    hidden, limits = _of_the_course(options.workspace)
    examination = examine(hidden=hidden, limits=limits)
    if options.json == STANDARD_OUTPUT:
        sys.stdout.buffer.write(examination.to_json().encode())
    else:
        show(examination, allow_reduced=options.allow_reduced)
        if options.json is not None:
            write_output(Path(options.json).resolve(), examination.to_json())
    return DONE if examination.grades(allow_reduced=options.allow_reduced) else REVIEW


def _of_the_course(workspace: Path | None) -> tuple[tuple[Path, ...], Limits]:
    """What this course hides from students and lets them use; the defaults outside a course."""
    if sys.platform != "linux":
        return (), Limits()
    from autograder.course.settings import load_course
    from autograder.grading.preparation import hidden_folders

    try:
        course = load_course(Path.cwd(), workspace=workspace)
    except UsageError as error:
        print(f"autograder: the default limits are tried: {error}", file=sys.stderr)
        return (), Limits()
    return hidden_folders(course), course.limits
