"""``release verify``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_json, common_arguments, positive
from autograder.commands.output import DONE, print_output, refuse_unwritable, write_output
from autograder.errors import UsageError
from release.commands.assignments import add_assignments, chosen_assignments

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands

# Exit code: an assignment is not fit to be released.
UNFIT = 1


def add_verify(commands: "Commands") -> None:
    """Add the command."""
    verify = commands.add_parser(
        "verify",
        help="try each suite on everything that is known to be right or wrong",
        description="The solution and every accepted variant must earn 100%, the untouched student "
        "version and what does nothing 0; misconceptions must lose points and be called by their "
        "names; mutants of the solution must lose points or be listed as right. Exit code 1 where "
        "something is otherwise, with the reasons. Writes WORKSPACE/reports/verify/.",
        epilog="example: release verify --all --secrets 20",
        parents=[common_arguments("release")],
    )
    add_assignments(verify)
    verify.add_argument(
        "--secrets",
        type=positive,
        default=3,
        metavar="N",
        help="with how many course secrets (default: 3; 20 is the full run)",
    )
    verify.add_argument("--quick", action="store_true", help="leave the mutants out")
    verify.add_argument(
        "--mutants",
        metavar="EXERCISE",
        help="only try mutants of this exercise's solution, and print those that keep 100%%",
    )
    verify.add_argument(
        "--record",
        action="store_true",
        help="keep in assignments/verified.json what passed, so that it can be built anywhere",
    )
    add_json(verify, "the findings")
    verify.add_argument("--html", metavar="FILE", help="write the page with all assignments")
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from autograder.course.files import write_atomically
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.verify.gate import keep_record
    from release.verify.page import page
    from release.verify.report import table, to_json
    from release.verify.verify import verify

    course = load_course(Path.cwd(), workspace=options.workspace)
    if options.mutants is not None:
        return _mutants(options)
    names = chosen_assignments(options, course, to="verify")
    for file in (options.json, options.html):
        refuse_unwritable(file)
    reports = course.workspace / "reports" / "verify"
    verified = []
    with open_progress() as progress:
        for one in verify(
            course, names, secrets=options.secrets, quick=options.quick, say=progress.say
        ):
            verified.append(one)
            for ending, text in ((".json", to_json([one])), (".html", page([one]))):
                write_atomically(reports / f"{one.assignment}{ending}", text)
        if options.record:
            progress.say(f"what passed is kept in {keep_record(course, verified)}")
    if options.html is not None:
        write_output(Path(options.html).resolve(), page(verified))
    print_output(f"{table(verified)}\n", json=to_json(verified), file=options.json)
    return UNFIT if any(one.reasons() for one in verified) else DONE


def _mutants(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.verify.mutation_run import mutate

    if options.assignments or options.all:
        raise UsageError("--mutants EXERCISE looks at this one exercise: name no assignment.")
    course = load_course(Path.cwd(), workspace=options.workspace)
    with open_progress() as progress:
        key, mutation = mutate(course, options.mutants, say=progress.say)
    print(
        f"# {key}: {mutation.killed} of {mutation.tried} mutants lose points, "
        f"{mutation.equivalent} are listed as right, {len(mutation.survivors)} are neither"
    )
    for diff in mutation.survivors:
        print(f"\n{diff}", end="")
    wrongly_listed = (*mutation.stale, *mutation.wronged)
    for diff in wrongly_listed:
        print(f"\n# listed as right, but it is no mutant or loses points:\n{diff}", end="")
    return UNFIT if mutation.survivors or wrongly_listed else DONE
