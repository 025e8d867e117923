"""``python -m autograder submit`` in a student's package: arguments and exit codes only.

Exit codes: 0 a file to hand in was written, even if the notebook has problems; 2 there is no
notebook.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.output import show_every_letter

WRITTEN, USAGE = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    show_every_letter()
    given = parser().parse_args(arguments)
    run: int = given.run(given)
    return run


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    top = argparse.ArgumentParser("python -m autograder", description="Hand your notebook in.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    submit = commands.add_parser(
        "submit",
        help="write the file that you upload",
        description="Check that the notebook is complete, run it once from top to bottom, and "
        "write <assignment>-handin.zip beside it: the file to upload.",
        epilog="example: python -m autograder submit",
    )
    submit.add_argument("notebook", nargs="?", type=Path, metavar="NOTEBOOK")
    submit.add_argument(
        "--no-run", action="store_true", help="do not run the notebook before packing it"
    )
    submit.set_defaults(run=_submit)
    return top


def _submit(given: argparse.Namespace) -> int:
    from autograder.selfcheck.hand_in import NoNotebook, find_notebook, hand_in
    from autograder.selfcheck.rerun import rerun

    try:
        notebook = find_notebook(given.notebook, Path.cwd())
    except NoNotebook as reason:
        print(reason, file=sys.stderr)  # noqa: T201 - a program's own words
        return USAGE
    run = None if given.no_run else rerun
    for line in hand_in(notebook, now=datetime.now(UTC), run=run):
        print(line, flush=True)  # noqa: T201 - as above
    return WRITTEN
