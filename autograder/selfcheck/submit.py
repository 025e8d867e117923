"""``submit()`` in a cell: the command ``python -m autograder submit`` for the cell's notebook."""

import os
import subprocess
import sys
from pathlib import Path

from autograder.output import show_every_letter
from autograder.selfcheck.rerun import RUNNING

# Jupyter says in it where the notebook of a kernel lies.
_SESSION = "JPY_SESSION_NAME"
_NBGRADER = "NBGRADER_EXECUTION"


def submit() -> None:
    """Write the file to upload, from the notebook as it was last saved."""
    # Run by the grader, or by handing in itself, a cell that hands in has nothing to do.
    if os.environ.get(RUNNING) or os.environ.get(_NBGRADER):
        return
    command = [sys.executable, "-m", "autograder", "submit"]
    session = Path(os.environ.get(_SESSION, ""))
    if session.suffix == ".ipynb" and session.is_file():
        command.append(str(session))
    show_every_letter()
    print("Only what is saved is handed in: press Ctrl+S first.")  # noqa: T201
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # On Windows a pipe is not UTF-8 unless it is asked for.
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    ) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)  # noqa: T201
