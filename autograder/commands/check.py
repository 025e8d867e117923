"""``autograder check``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import (
    add_allow_reduced,
    add_json,
    common_arguments,
)
from autograder.commands.output import print_results, refuse_unwritable

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_check(commands: "Commands") -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        help="grade one file, and record nothing",
        description="Grade one notebook as `autograder grade` would, and record nothing.",
        epilog="example: autograder check handed-in.ipynb --assignment training",
        parents=[common_arguments("autograder")],
    )
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the file")
    check.add_argument("--assignment", required=True, metavar="NAME", help="such as training")
    add_json(check, "the results")
    add_allow_reduced(check)
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.grading.check_one import check_notebook
    from autograder.grading.preparation import with_reduced_allowed
    from autograder.terminal.escaping import plain_text
    from autograder.terminal.progress import open_progress
    from autograder.terminal.table import submission_table

    course = load_course(Path.cwd(), workspace=options.workspace)
    refuse_unwritable(options.json)
    with open_progress() as progress:
        if options.allow_reduced:
            course = with_reduced_allowed(course, progress.say)
        results, graded = check_notebook(course, options.notebook, options.assignment, progress)
    if graded.fault:
        fault = graded.fault if options.debug else graded.fault.splitlines()[-1]
        print(plain_text(fault), file=sys.stderr)
    return print_results(results, submission_table(graded.result), options.json)
