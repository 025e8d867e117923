"""``submit()`` in a cell: the command ``python -m autograder submit`` for the cell's notebook."""

import os
import subprocess
import sys
from pathlib import Path

from autograder.output import show_every_letter
from autograder.selfcheck.rerun import RUNNING

# Jupyter puts the path of the kernel's notebook into it.
_SESSION = "JPY_SESSION_NAME"
_NBGRADER = "NBGRADER_EXECUTION"


def submit() -> None:
    """Write the file to upload, from the notebook as it was last saved."""
    # While the notebook is graded, or run in order to be handed in, this cell does nothing.
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
