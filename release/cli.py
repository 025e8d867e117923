"""The command ``release``: the list of its commands. In the operator's process.

Exit codes: 0 the work was done; 1 an assignment is not fit to be released; 2 usage; 3 internal;
130 interrupted.
"""

import argparse
from collections.abc import Sequence

from autograder.cli import run_command
from autograder.output import show_every_letter
from release.commands.build import add_build
from release.commands.hub import add_hub
from release.commands.new import add_new
from release.commands.pack import add_pack
from release.commands.verify import add_verify

EXAMPLES = """\
examples:
  release new evaluation/accuracy        the skeleton of an exercise: its cells and its suite
  release verify training                is every right solution safe, every wrong one caught?
  release build training                 into workspace/release/training/
  release build --all --force            every assignment, in place of earlier releases
  release pack training                  into workspace/packages/: one zip, to be handed out
  release hub --all --repository URL --hub URL      links that open the notebooks on a JupyterHub
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    show_every_letter()
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
    for add in (add_new, add_verify, add_build, add_pack, add_hub):
        add(commands)
    return top


def _add_build(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    _add_unverified(build)
    build.set_defaults(run=_build)


def _add_unverified(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--unverified",
        action="store_true",
        help="also what has not passed `release verify` since its last change",
    )


def _add_pack(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pack = commands.add_parser(
        "pack",
        help="make the zip that students get",
        description="Pack each release, with all that it needs on a machine of a student's, into "
        "WORKSPACE/packages/<assignment>-<version>.zip. What has not been built is built. The same "
        "content always gives the same bytes; SOURCE_DATE_EPOCH sets the files' times.",
        epilog="example: release pack autograd training",
        parents=[common_arguments("release")],
    )
    pack.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    pack.add_argument("--all", action="store_true", help="every assignment there is")
    _add_unverified(pack)
    pack.set_defaults(run=_pack)


def _add_hub(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    hub = commands.add_parser(
        "hub",
        help="make the folder and the links with which a JupyterHub opens notebooks",
        description="Put the releases side by side into WORKSPACE/hub/, and print one nbgitpuller "
        "link for each. What has not been built is built. Nothing is sent anywhere.",
        epilog=HUB_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common_arguments("release")],
    )
    hub.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    hub.add_argument("--all", action="store_true", help="every assignment there is")
    hub.add_argument(
        "--repository", required=True, metavar="URL", help="where students' hub clones from"
    )
    hub.add_argument("--hub", required=True, metavar="URL", help="the JupyterHub's address")
    hub.add_argument(
        "--branch", default="main", metavar="NAME", help="of the repository (default: main)"
    )
    hub.add_argument(
        "--force", action="store_true", help="replace what is there and differs from the release"
    )
    _add_unverified(hub)
    hub.set_defaults(run=_hub)


def _add_verify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    verify.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    verify.add_argument("--all", action="store_true", help="every assignment there is")
    verify.add_argument(
        "--secrets",
        type=_number,
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
    verify.add_argument("--json", metavar="FILE", help="write the findings; - is standard output")
    verify.add_argument("--html", metavar="FILE", help="write the page with all assignments")
    verify.set_defaults(run=_verify)


def _add_new(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = commands.add_parser(
        "new",
        help="make the skeleton of an exercise",
        description="Add a statement, a solution cell and a grade cell to the assignment's "
        "notebook (or make one), and write a suite that works. Nothing is overwritten.",
        epilog="example: release new evaluation/accuracy",
    )
    new.add_argument("exercise", metavar="ASSIGNMENT/EXERCISE")
    new.add_argument("--debug", action="store_true", help="show tracebacks")
    new.set_defaults(run=_new, program="release")


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of secrets; give 1 or more")
    return int(text)


def _build(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.build import build_releases

    course = load_course(Path.cwd(), workspace=options.workspace)
    names = _chosen(tuple(options.assignments), course.assignments(), every=options.all, to="build")
    _refuse_unverified(options, course, names)
    with open_progress() as progress:
        for folder in build_releases(course, names, force=options.force, say=progress.say):
            print(folder)
    return DONE


def _refuse_unverified(options: argparse.Namespace, course: "Course", names: Sequence[str]) -> None:
    from autograder.judge.assignment import load_assignment
    from release.verify.gate import refuse_unverified

    if not options.unverified:
        notebooks = {name: course.notebook(name) for name in names}
        for name, path in notebooks.items():
            refuse_unverified(course, load_assignment(name, path))


def _pack(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.package.pack import pack_releases

    course = load_course(Path.cwd(), workspace=options.workspace)
    names = _chosen(tuple(options.assignments), course.assignments(), every=options.all, to="pack")
    _refuse_unverified(options, course, names)
    with open_progress() as progress:
        for package in pack_releases(course, names, say=progress.say):
            print(package)
    return DONE


def _hub(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.package.hub import write_hub
    from release.package.hub_links import hub_of

    hub = hub_of(options.hub, repository=options.repository, branch=options.branch)
    course = load_course(Path.cwd(), workspace=options.workspace)
    names = _chosen(tuple(options.assignments), course.assignments(), every=options.all, to="link")
    _refuse_unverified(options, course, names)
    with open_progress() as progress:
        links = write_hub(course, names, hub, force=options.force, say=progress.say)
    for link in links.values():
        print(link)
    return DONE


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
    names = _chosen(
        tuple(options.assignments), course.assignments(), every=options.all, to="verify"
    )
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
        write_atomically(Path(options.html).resolve(), page(verified))
    if options.json not in {None, STANDARD_OUTPUT}:
        write_atomically(Path(options.json).resolve(), to_json(verified))
    sys.stdout.write(
        to_json(verified) if options.json == STANDARD_OUTPUT else table(verified) + "\n"
    )
    return UNFIT if any(one.reasons() for one in verified) else DONE


def _mutants(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.mutation.run import mutate

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


def _new(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from release.scaffold import make_exercise

    for path in make_exercise(load_course(Path.cwd()), options.exercise):
        print(path)
    return DONE


def _chosen(
    named: tuple[str, ...], known: tuple[str, ...], *, every: bool, to: str
) -> tuple[str, ...]:
    if bool(named) == every:
        raise UsageError(f"Name the assignments to {to}, or give --all; not both.")
    if every and not known:
        raise UsageError("There are no assignments yet: assignments/<name>/<name>.ipynb is one.")
    return tuple(dict.fromkeys(named or known))
