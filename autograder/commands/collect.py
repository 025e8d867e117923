"""``autograder collect``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_json, common_arguments
from autograder.commands.output import DONE, REVIEW, print_output, refuse_unwritable

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands


def add_collect(commands: "Commands") -> None:
    """Add the command."""
    collect = commands.add_parser(
        "collect",
        help="take in what students handed in",
        description="Take in a submissions zip from Moodle or Canvas, a folder of nbgrader's "
        "exchange, a folder of files, or one student's file, and put the latest of every student "
        "into WORKSPACE/submitted/<student>/ASSIGNMENT/. What it replaces is kept. Exit code 1 "
        "where something could not be assigned to a student, or has to be looked at.",
        epilog="example: autograder collect ~/Downloads/submissions.zip training "
        "--roster students.csv",
        parents=[common_arguments("autograder")],
    )
    collect.add_argument(
        "path", type=Path, metavar="PATH", help="what was downloaded: a zip, a folder or a file"
    )
    collect.add_argument("assignment", metavar="ASSIGNMENT", help="its name, such as training")
    collect.add_argument(
        "--roster",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="who is in the course: a CSV with id, first_name, last_name, email, or what Moodle or "
        "Canvas exports (default: roster.csv in the course's folder, if it is there); a second one "
        "adds what the first does not know, such as times from Moodle's grading worksheet",
    )
    collect.add_argument(
        "--student", default="", metavar="ID", help="PATH is the hand-in of this student"
    )
    collect.add_argument(
        "--timezone",
        default="",
        metavar="ZONE",
        help="of times that name none, as those in a zip (default: course_config.py's)",
    )
    collect.add_argument(
        "--trust-times",
        action="store_true",
        help="the files' times are those of handing in, even if all look like one moment",
    )
    collect.add_argument(
        "--dry-run", action="store_true", help="only say what would be done; write nothing"
    )
    add_json(collect, "the report")
    collect.set_defaults(run=_collect)


def _collect(options: argparse.Namespace) -> int:
    from autograder.collecting.collect import Request, collect
    from autograder.course.settings import load_course
    from autograder.terminal.progress import COLLECTING, open_progress

    course = load_course(Path.cwd(), workspace=options.workspace)
    request = Request(
        path=options.path,
        assignment=options.assignment,
        rosters=tuple(options.roster),
        timezone=options.timezone,
        student=options.student,
        trust_times=options.trust_times,
        dry_run=options.dry_run,
    )
    refuse_unwritable(options.json)
    with open_progress(work=COLLECTING) as progress:
        account = collect(course, request, progress)
    text = "".join(f"{line}\n" for line in account.lines())
    print_output(text, json=account.to_json(), file=options.json)
    return REVIEW if account.needs_review else DONE
