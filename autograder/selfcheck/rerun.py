"""Runs a student's notebook once from top to bottom in a fresh kernel, as grading will.

On the student's own machine. The kit imports nbclient and nbformat here only. Where one of them is
not installed, nothing is run, and the student reads that.
"""

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from autograder.checks.failed_cell import failure_of
from autograder.model.cells import NotebookCell
from autograder.selfcheck.completeness import Document, cell_label

# Set in the kernel that runs the notebook, so that a cell with submit() does nothing there.
RUNNING = "AUTOGRADER_SUBMITTING"
# Grading has no compiler, so torch.compile() returns the function as it is.
_AS_GRADED = {RUNNING: "1", "TORCHDYNAMO_DISABLE": "1"}
CELL_SECONDS = 120
# An additional last cell prints one line: how many public checks pass.
TALLY = "from autograder.selfcheck.tally import tally\ntally(globals())"
MARK = "autograder-tally "
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Rerun:
    """The result of running a notebook.

    Attributes:
        problems: A sentence for each cell that failed.
        self_check: Exercise → ``passed`` and ``total`` public checks; empty where unknown.
    """

    problems: tuple[str, ...] = ()
    self_check: dict[str, dict[str, int]] = field(default_factory=dict)


def rerun(document: Document, folder: Path) -> Rerun:
    """Run the notebook's cells, in the folder, and the public checks after them.

    Args:
        document: The notebook; it is not changed.
        folder: The notebook's folder.
    """
    try:
        import nbclient
        import nbformat
    except ImportError as error:
        return Rerun((f"The notebook was not run, because {error.name} is not installed here.",))
    notebook = nbformat.reads(json.dumps(document), as_version=4)
    count = len(notebook.cells)
    notebook.cells.append(nbformat.v4.new_code_cell(TALLY))
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        interrupt_on_timeout=True,
        # A failing cell does not end the run: students read about all of them at once.
        allow_errors=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    ended = []
    try:
        with mock.patch.dict(os.environ, _AS_GRADED):
            client.execute()
    except nbclient.exceptions.DeadKernelError:
        ended.append("The kernel died while the notebook ran; what came after was not tried.")
    # A notebook can make its run fail in any way. The student can hand it in all the same.
    except Exception as error:  # noqa: BLE001
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        ended.append(f"The notebook could not be run to its end ({reason}).")
    failed = [text for cell in enumerate(notebook.cells[:count], 1) for text in _failure(*cell)]
    return Rerun((*failed, *ended), _tally(notebook.cells[count]))


def _failure(number: int, cell: Any) -> list[str]:
    label = cell_label(number, NotebookCell.of_student(cell))
    outputs = cell.get("outputs", ())
    failure = failure_of(cell.source, outputs)
    place = f" in line {failure.line}" if failure and failure.line else ""
    advice = f" {failure.advice}." if failure and failure.advice else ""
    for error in outputs:
        if error.output_type == "error":
            return [f"{label} fails{place}: {_shown(error)}{advice}"]
    return [f"{label} {failure.happened}.{advice}"] if failure else []


def _shown(error: Any) -> str:
    if error.ename == "KeyboardInterrupt":
        return f"it ran longer than {CELL_SECONDS} seconds and was stopped."
    text = re.sub(r"\s+", " ", f"{error.ename}: {error.evalue}".strip(": "))
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _tally(cell: Any) -> dict[str, dict[str, int]]:
    text = "".join(one.text for one in cell.outputs if one.output_type == "stream")
    for line in text.splitlines():
        if line.startswith(MARK):
            found: dict[str, dict[str, int]] = json.loads(line.removeprefix(MARK))
            return found
    return {}
