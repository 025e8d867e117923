"""The process that grades against an earlier release: that release's suites are its own.

Started by earlier.py, with an order of the operator's process. It writes a line of JSON for each
submission to standard output, and a sentence to standard error where it cannot go on.
"""

import base64
import json
import os
import sys
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.course.settings import load_course
from autograder.course.workspace import SubmittedFile
from autograder.errors import AutograderError
from autograder.grading.executors import grade_all, process_pool, start_server
from autograder.grading.preparation import open_worker_setup
from autograder.grading.worker import Graded, WorkerSetup, needs_review
from autograder.model.verdict import Confinement
from autograder.terminal.progress import SilentProgress

DONE, FAILED = 0, 1


def main(order: Path) -> int:
    """Grade what the order names; returns the exit status."""
    lines = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever else is printed here is no verdict.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        with lines:
            for line in _verdicts(json.loads(order.read_text(encoding="utf-8"))):
                lines.write(json.dumps(line) + "\n")
                lines.flush()
    except AutograderError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return DONE


def _verdicts(order: dict[str, Any]) -> Any:
    course = replace(
        load_course(Path(order["root"]), workspace=Path(order["workspace"])),
        source=Path(order["notebooks"]),
        secret_file=Path(order["secret_file"]),
        confinement=Confinement(order["confinement"]),
    )
    batch = [
        SubmittedFile(
            **one | {"content": base64.b64decode(one["content"]), "notes": tuple(one["notes"])}
        )
        for one in order["batch"]
    ]
    start_server()
    with open_worker_setup(course, order["assignment"], SilentProgress().say) as (worker_setup, _):
        pool = partial(process_pool, worker_setup)
        for submitted, verdict in grade_all(batch, pool, jobs=order["jobs"]):
            yield _line(_graded(worker_setup, submitted, verdict))


def _graded(
    worker_setup: WorkerSetup, submitted: SubmittedFile, verdict: Graded | Exception
) -> Graded:
    if isinstance(verdict, Graded):
        return verdict
    return needs_review(
        worker_setup, submitted.student, fault=f"{type(verdict).__name__}: {verdict}"
    )


def _line(graded: Graded) -> dict[str, Any]:
    return {
        "fault": graded.fault,
        "notebook": graded.notebook,
        "result": asdict(graded.result),
        "unanswered": sorted(graded.unanswered),
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
