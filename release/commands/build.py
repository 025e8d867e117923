"""``release build``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import common_arguments
from autograder.commands.output import DONE
from release.commands.assignments import add_assignments, add_unverified, chosen_assignments

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_build(commands: "Commands") -> None:
    """Add the command."""
    build = commands.add_parser(
        "build",
        help="write student versions, and register the assignments",
        description="Write the student version of each assignment, with the self-check beside it, "
        "to WORKSPACE/release/, and register the assignment in the gradebook.",
        epilog="example: release build autograd training",
        parents=[common_arguments("release")],
    )
    add_assignments(build)
    build.add_argument(
        "--force", action="store_true", help="replace a release that differs from the new one"
    )
    add_unverified(build)
    build.set_defaults(run=_build)


def _build(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.build import build_releases

    course = load_course(Path.cwd(), workspace=options.workspace)
    names = chosen_assignments(options, course, to="build")
    with open_progress() as progress:
        for folder in build_releases(course, names, force=options.force, say=progress.say):
            print(folder)
    return DONE
