"""The command ``autograder``: arguments and exit codes only. In the operator's process.

Results go to standard output, progress to standard error. Exit codes: 0 the work was done,
whatever the grades; 1 some submission needs review; 2 usage; 3 internal; 130 interrupted.
"""

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.errors import AutograderError, UsageError
from autograder.model.limits import Limits
from autograder.model.verdict import Confinement, GradingResults
from autograder.output import show_every_letter

DONE, REVIEW, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130
STANDARD_OUTPUT = "-"
DESCRIPTION = "Grade PyTorch notebooks in a sandbox, into nbgrader's gradebook."
EXAMPLES = """\
examples:
  autograder collect submissions.zip training     what Moodle or Canvas lets you download
  autograder grade training                       everything in workspace/submitted/*/training/
  autograder grade training --student s001 s002   only these two
  autograder grade training --json -              results as JSON on standard output
  autograder check handed-in.ipynb --assignment training
  autograder doctor                               can this machine confine student code?
  autograder export gradescope training           the zip that Gradescope grades with
"""
INTERRUPTED_SENTENCE = (
    "Interrupted. Whatever had been recorded is kept; run the same command again to go on."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    show_every_letter()
    return run_command(parser().parse_args(arguments))


def run_command(options: argparse.Namespace) -> int:
    """Run what the arguments name; one sentence for whatever goes wrong.

    Args:
        options: ``run`` is the command's function, ``debug`` asks for tracebacks.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _exit_code(options)
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit_code(options: argparse.Namespace) -> int:
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except KeyboardInterrupt:
        print(f"\n{INTERRUPTED_SENTENCE}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERNAL
    except AutograderError as error:
        _tell(options, str(error))
        return error.exit_code
    # Whatever else it is, it is our fault, and a traceback helps nobody who did not ask for one.
    except Exception as error:  # noqa: BLE001
        where = "Run it again with --debug to see where."
        _tell(options, f"internal error: {type(error).__name__}: {error}. {where}")
        return INTERNAL


def _tell(options: argparse.Namespace, sentence: str) -> None:
    from autograder.terminal.escaping import plain_line, plain_text

    if options.debug:
        print(plain_text(traceback.format_exc()), file=sys.stderr)
    # Its words may be a student's: the name of a file, the text of an exception.
    print(f"{options.program}: {plain_line(sentence)}", file=sys.stderr)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    from autograder.export.command import add_export

    top = argparse.ArgumentParser(
        "autograder",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _add_collect(commands)
    _add_grade(commands)
    _add_check(commands)
    _add_doctor(commands)
    add_export(commands, parents=[common_arguments("autograder")])
    return top


def common_arguments(program: str) -> argparse.ArgumentParser:
    """What every command of every program takes."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        help="write everything under DIR (default: course_config.py's, or AUTOGRADER_WORKSPACE)",
    )
    shared.add_argument(
        "--debug",
        action="store_true",
        default=bool(os.environ.get("AUTOGRADER_DEBUG")),
        help="show tracebacks; AUTOGRADER_DEBUG=1 does the same",
    )
    shared.set_defaults(program=program)
    return shared


def _add_collect(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    collect.add_argument("path", type=Path, metavar="PATH")
    collect.add_argument("assignment", metavar="ASSIGNMENT")
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
    collect.add_argument("--json", metavar="FILE", help="write the account; - is standard output")
    collect.set_defaults(run=_collect)


def _add_grade(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    grade = commands.add_parser(
        "grade",
        help="grade what was handed in, and record it",
        description="Grade everything under WORKSPACE/submitted/<student>/ASSIGNMENT/ and record "
        "it in the gradebook. What has been graded already, and has not changed, is kept.",
        epilog="example: autograder grade training --jobs 4 --json results.json",
        parents=[common_arguments("autograder")],
    )
    grade.add_argument("assignment", metavar="ASSIGNMENT")
    grade.add_argument(
        "--student",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID",
        help="only these students (may be given more than once)",
    )
    grade.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="how many at a time")
    grade.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="grade on the Dask cluster at ADDRESS"
    )
    grade.add_argument("--json", metavar="FILE", help="write the results; - is standard output")
    grade.add_argument("--force", action="store_true", help="grade again what has been graded")
    grade.add_argument(
        "--as-it-is-now",
        action="store_true",
        help="grade submissions of earlier releases against the assignment as it is now, not "
        "against the release that they were made from",
    )
    _add_allow_reduced(grade)
    grade.set_defaults(run=_grade)


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser(
        "check",
        help="grade one file, and record nothing",
        description="Grade one notebook as `autograder grade` would, and record nothing.",
        epilog="example: autograder check handed-in.ipynb --assignment training",
        parents=[common_arguments("autograder")],
    )
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    check.add_argument("--assignment", required=True, metavar="NAME")
    check.add_argument("--json", metavar="FILE", help="write the results; - is standard output")
    _add_allow_reduced(check)
    check.set_defaults(run=_check)


def _add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    _add_allow_reduced(doctor)
    doctor.set_defaults(run=_doctor)


def _add_allow_reduced(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--allow-reduced",
        action="store_true",
        help="where namespaces cannot be made, confine with Landlock, seccomp and limits alone; "
        "the results say so (see `autograder doctor`)",
    )


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of jobs; give 1 or more")
    return int(text)


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
    _refuse_unwritable(options.json)
    with open_progress(work=COLLECTING) as progress:
        account = collect(course, request, progress)
    if options.json == STANDARD_OUTPUT:
        sys.stdout.write(account.to_json())
    else:
        text = "".join(f"{line}\n" for line in account.lines())
        sys.stdout.write(text.encode(errors="replace").decode())
        if options.json is not None:
            _write(Path(options.json).resolve(), account.to_json())
    sys.stdout.flush()
    return REVIEW if account.needs_review else DONE


def _grade(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.grading.preparation import with_reduced_allowed
    from autograder.grading.run import Order, grade_assignment
    from autograder.terminal.progress import open_progress
    from autograder.terminal.table import results_table

    course = load_course(Path.cwd(), workspace=options.workspace)
    order = Order(
        assignment=options.assignment,
        students=tuple(options.student),
        jobs=options.jobs,
        scheduler=options.scheduler,
        force=options.force,
        as_it_is_now=options.as_it_is_now,
    )
    _refuse_unwritable(options.json)
    with open_progress() as progress:
        if options.allow_reduced:
            course = with_reduced_allowed(course, progress.say)
        results = grade_assignment(course, order, progress)
    return _deliver(results, results_table(results), options.json)


def _check(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.grading.check_one import check_notebook
    from autograder.grading.preparation import with_reduced_allowed
    from autograder.terminal.escaping import plain_text
    from autograder.terminal.progress import open_progress
    from autograder.terminal.table import submission_table

    course = load_course(Path.cwd(), workspace=options.workspace)
    _refuse_unwritable(options.json)
    with open_progress() as progress:
        if options.allow_reduced:
            course = with_reduced_allowed(course, progress.say)
        results, graded = check_notebook(course, options.notebook, options.assignment, progress)
    if graded.fault:
        fault = graded.fault if options.debug else graded.fault.splitlines()[-1]
        print(plain_text(fault), file=sys.stderr)
    return _deliver(results, submission_table(graded.result), options.json)


def _doctor(options: argparse.Namespace) -> int:
    from autograder.sandbox.doctor.report import examine, show

    _refuse_unwritable(options.json)
    hidden, limits = _of_the_course(options.workspace)
    examination = examine(hidden=hidden, limits=limits)
    if options.json == STANDARD_OUTPUT:
        sys.stdout.buffer.write(examination.to_json().encode())
    else:
        show(examination, allow_reduced=options.allow_reduced)
        if options.json is not None:
            _write(Path(options.json).resolve(), examination.to_json())
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


def _refuse_unwritable(file: str | None) -> None:
    """An hour of grading must not end with results that cannot be written."""
    if file in {None, STANDARD_OUTPUT}:
        return
    path = Path(str(file)).resolve()
    if not file or path.is_dir():
        raise UsageError(f"{str(file)!r} cannot be written: it is not the name of a file.")
    if not path.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no such folder.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{file} cannot be written: you may not write there.")


def _write(path: Path, text: str) -> None:
    """Put a file in place whole; what is no file, such as a pipe or a device, is written to."""
    from autograder.course.files import write_atomically

    if path.exists() and not path.is_file():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    else:
        write_atomically(path, text)


def _deliver(results: GradingResults, table: str, file: str | None) -> int:
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(results.to_json().encode())
    else:
        sys.stdout.write(table.encode(errors="replace").decode() + "\n")
        if results.confinement is not Confinement.FULL:
            from autograder.sandbox.confinement_level import REDUCED_SENTENCE

            sys.stdout.write(f"{REDUCED_SENTENCE}\n")
        if file is not None:
            _write(Path(file).resolve(), results.to_json())
    sys.stdout.flush()
    graded = all(row.status == "graded" for row in results.submissions)
    return DONE if graded else REVIEW
