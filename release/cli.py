"""The command ``release``: arguments and exit codes only. In the operator's process.

Exit codes: 0 the work was done; 2 usage; 3 internal; 130 interrupted.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from autograder.cli import common_arguments, run_command
from autograder.errors import UsageError

EXAMPLES = """\
examples:
  release build training                 into workspace/release/training/
  release build --all --force            every assignment, in place of earlier releases
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    return run_command(parser().parse_args(arguments))


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(
        "release",
        description="Turn source notebooks into what students get.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    build = commands.add_parser(
        "build",
        help="write student versions, and register the assignments",
        description="Write the student version of each assignment, with the self-check beside it, "
        "to WORKSPACE/release/, and register the assignment in the gradebook.",
        epilog="example: release build autograd training",
        parents=[common_arguments("release")],
    )
    build.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    build.add_argument("--all", action="store_true", help="every assignment there is")
    build.add_argument(
        "--force", action="store_true", help="replace a release that differs from the new one"
    )
    build.set_defaults(run=_build)
    return top


def _build(options: argparse.Namespace) -> int:
    from autograder.grading.course import load_course
    from autograder.grading.progress import open_progress
    from release.build import build_releases

    course = load_course(Path.cwd(), workspace=options.workspace)
    names = _chosen(tuple(options.assignments), course.assignments(), every=options.all)
    with open_progress() as progress:
        for folder in build_releases(course, names, force=options.force, say=progress.say):
            print(folder)
    return 0


def _chosen(named: tuple[str, ...], known: tuple[str, ...], *, every: bool) -> tuple[str, ...]:
    if bool(named) == every:
        raise UsageError("Name the assignments to build, or give --all; not both.")
    if every and not known:
        raise UsageError("There are no assignments yet: assignments/<name>/<name>.ipynb is one.")
    return tuple(dict.fromkeys(named or known))
