"""The process that grades against an earlier release: that release's suites are its own.

The operator's process starts it with a request; see past_release.py. It writes a line of JSON for
each submission to standard output, and a sentence to standard error where it cannot go on.
"""

import base64
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.course.settings import load_course
from autograder.course.workspace import SubmittedFile
from autograder.errors import AutograderError
from autograder.grading.executors import grade_all
from autograder.grading.preparation import load_for_grading, open_workers
from autograder.grading.worker import needs_review
from autograder.model.verdict import Confinement
from autograder.terminal.progress import SilentProgress

DONE, FAILED = 0, 1


def main(request: Path) -> int:
    """Grade what the request names; returns the exit status."""
    lines = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Suites may print: that must not mix with the verdicts.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        with lines:
            for verdict in _verdicts(json.loads(request.read_text(encoding="utf-8"))):
                lines.write(json.dumps(verdict) + "\n")
                lines.flush()
    except AutograderError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return DONE


def _verdicts(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    course = replace(
        load_course(Path(request["root"]), workspace=Path(request["workspace"])),
        source=Path(request["notebooks"]),
        secret_file=Path(request["secret_file"]),
        confinement=Confinement(request["confinement"]),
    )
    batch = [
        SubmittedFile(
            **one | {"content": base64.b64decode(one["content"]), "notes": tuple(one["notes"])}
        )
        for one in request["batch"]
    ]
    loaded = load_for_grading(course, request["assignment"])
    say = SilentProgress().say
    with open_workers(course, loaded, say, jobs=request["jobs"]) as workers:
        for submitted, verdict in grade_all(batch, workers):
            if isinstance(verdict, Exception):
                fault = f"{type(verdict).__name__}: {verdict}"
                graded = needs_review(workers.worker_setup, submitted.student, fault=fault)
            else:
                graded = verdict
            yield {
                "fault": graded.fault,
                "notebook": graded.notebook,
                "result": asdict(graded.result),
                "unanswered": sorted(graded.unanswered),
            }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
