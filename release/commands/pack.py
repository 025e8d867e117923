"""``release pack``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import common_arguments
from autograder.commands.output import DONE
from release.commands.assignments import add_assignments, add_unverified, chosen_assignments

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_pack(commands: "Commands") -> None:
    """Add the command."""
    pack = commands.add_parser(
        "pack",
        help="make the zip that students get",
        description="Pack each release, with all that it needs on a machine of a student's, into "
        "WORKSPACE/packages/<assignment>-<version>.zip. What has not been built is built. The same "
        "content always gives the same bytes; SOURCE_DATE_EPOCH sets the files' times.",
        epilog="example: release pack autograd training",
        parents=[common_arguments("release")],
    )
    add_assignments(pack)
    add_unverified(pack)
    pack.set_defaults(run=_pack)


def _pack(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.package.pack import pack_releases

    course = load_course(Path.cwd(), workspace=options.workspace)
    names = chosen_assignments(options, course, to="pack")
    with open_progress() as progress:
        for package in pack_releases(course, names, say=progress.say):
            print(package)
    return DONE
