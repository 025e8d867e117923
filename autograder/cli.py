"""The command ``autograder``: the list of its commands, and exit codes. In the operator's process.

Results go to standard output, progress to standard error. Exit codes: 0 the work was done,
whatever the grades; 1 some submission needs review; 2 usage; 3 internal; 130 interrupted.
"""

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence

from autograder.commands.check import add_check
from autograder.commands.collect import add_collect
from autograder.commands.doctor import add_doctor
from autograder.commands.export import add_export
from autograder.commands.grade import add_grade
from autograder.errors import AutograderError
from autograder.output import show_every_letter

INTERNAL, INTERRUPTED = 3, 130
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
    top = argparse.ArgumentParser(
        "autograder",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for add in (add_collect, add_grade, add_check, add_doctor, add_export):
        add(commands)
    return top
