"""``autograder grade``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import (
    add_allow_reduced,
    add_json,
    common_arguments,
    positive,
)
from autograder.commands.output import print_results, refuse_unwritable

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_grade(commands: "Commands") -> None:
    """Add the command."""
    grade = commands.add_parser(
        "grade",
        help="grade what was handed in, and record it",
        description="Grade everything under WORKSPACE/submitted/<student>/ASSIGNMENT/ and record "
        "it in the gradebook. What has been graded already, and has not changed, is kept.",
        epilog="example: autograder grade training --jobs 4 --json results.json",
        parents=[common_arguments("autograder")],
    )
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="its name, such as training")
    grade.add_argument(
        "--student",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID",
        help="only these students (may be given more than once)",
    )
    grade.add_argument("--jobs", type=positive, default=0, metavar="N", help="how many at a time")
    grade.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="grade on the Dask cluster at ADDRESS"
    )
    add_json(grade, "the results")
    grade.add_argument("--force", action="store_true", help="grade again what has been graded")
    grade.add_argument(
        "--as-it-is-now",
        action="store_true",
        help="grade submissions of earlier releases against the assignment as it is now, not "
        "against the release that they were made from",
    )
    add_allow_reduced(grade)
    grade.set_defaults(run=_grade)


def _grade(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.grading.preparation import with_reduced_allowed
    from autograder.grading.run import GradeOptions, grade_assignment
    from autograder.terminal.progress import open_progress
    from autograder.terminal.table import results_table

    course = load_course(Path.cwd(), workspace=options.workspace)
    grade_options = GradeOptions(
        assignment=options.assignment,
        students=tuple(options.student),
        jobs=options.jobs,
        scheduler=options.scheduler,
        force=options.force,
        as_it_is_now=options.as_it_is_now,
    )
    refuse_unwritable(options.json)
    with open_progress() as progress:
        if options.allow_reduced:
            course = with_reduced_allowed(course, progress.say)
        results = grade_assignment(course, grade_options, progress)
    return print_results(results, results_table(results), options.json)
