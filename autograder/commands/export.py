"""``autograder export``, which names a platform."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import common_arguments
from autograder.commands.output import DONE

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_export(commands: "Commands") -> None:
    """Add the command."""
    export = commands.add_parser(
        "export",
        help="bring an assignment to another platform",
        description="Bring an assignment to another platform.",
        epilog="example: autograder export gradescope training",
    )
    platforms = export.add_subparsers(metavar="PLATFORM", required=True)
    gradescope = platforms.add_parser(
        "gradescope",
        help="make the zip that Gradescope grades with",
        description="Make a Gradescope autograder: a zip with the grader, the assignment's source "
        "notebook, its suites and the course secret, which gives the points that `autograder "
        "check` gives. It holds every answer: upload it, and give it to nobody. In Gradescope, "
        "choose a container with 6 GB of memory. The same course gives the same bytes.",
        epilog="example: autograder export gradescope training --output ~/training.zip",
        parents=[common_arguments("autograder")],
    )
    gradescope.add_argument("assignment", metavar="ASSIGNMENT", help="its name, such as training")
    gradescope.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write FILE (default: WORKSPACE/packages/ASSIGNMENT-gradescope.zip)",
    )
    gradescope.add_argument(
        "--index",
        default="",
        metavar="URL",
        help="where pip also looks, in Gradescope's image: give the address of PyTorch's CPU "
        "builds, as PyTorch's installation page shows it, or get several gigabytes of CUDA",
    )
    gradescope.add_argument(
        "--force", action="store_true", help="replace a zip that differs from the new one"
    )
    gradescope.set_defaults(run=_gradescope)


def _gradescope(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.export.gradescope.package import (
        CUDA_NOTICE,
        SECRECY_NOTICE,
        GradescopeRequest,
        export_gradescope,
    )

    course = load_course(Path.cwd(), workspace=options.workspace)
    output = options.output.absolute() if options.output else None
    request = GradescopeRequest(
        options.assignment, output, index=options.index, force=options.force
    )
    sys.stdout.write(f"{export_gradescope(course, request)}\n")
    for sentence in (SECRECY_NOTICE, "" if options.index else CUDA_NOTICE):
        sys.stderr.write(f"{sentence}\n" if sentence else "")
    return DONE
