"""Grades one submission in Gradescope's container, as ``autograder check`` does.

On the trusted side, started by ``run_autograder``. Student code runs in the sandbox only. Most
containers allow no namespaces: then it is confined at the reduced level. Where not even that is
possible, nothing is graded, and results.json says so.
"""

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course.files import write_atomically
from autograder.course.settings import Course, load_course
from autograder.course.workspace import SubmissionFolder
from autograder.errors import UsageError
from autograder.export.gradescope.results import fault_document, results_document
from autograder.grading.check_one import check_submitted
from autograder.grading.preparation import open_worker_setup, with_reduced_allowed
from autograder.output import show_every_letter
from autograder.terminal.escaping import plain_text
from autograder.terminal.progress import open_progress

ROOT_VARIABLE = "AUTOGRADER_GRADESCOPE_ROOT"
ROOT = "/autograder"
WORKSPACE, SECRET = "workspace", "course-secret"
# The container's log does not name the student.
STUDENT = "submission"
GRADED, NOT_GRADED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``prepare`` or ``grade``; returns the exit code."""
    show_every_letter()
    parser = argparse.ArgumentParser(description="What setup.sh and run_autograder start.")
    parser.add_argument("step", choices=["prepare", "grade"])
    root = Path(os.environ.get(ROOT_VARIABLE) or ROOT).resolve()
    return grade(root) if parser.parse_args(arguments).step == "grade" else prepare(root)


def prepare(root: Path) -> int:
    """Run the right and wrong solutions, and keep what was observed beside the course."""
    course, assignment = course_in(root)
    with open_progress() as progress:
        course = with_reduced_allowed(course, progress.say)
        with open_worker_setup(course, assignment, progress.say):
            progress.say(f"{assignment} can be graded")
    return GRADED


def grade(root: Path) -> int:
    """Grade what is in ``submission/``, and write ``results/results.json`` whatever happens."""
    begun = time.monotonic()
    try:
        document = _grade_submission(root, begun)
    # Whatever fails here is our fault: it must neither cost points nor give any.
    except Exception:  # noqa: BLE001
        _log(traceback.format_exc())
        document = fault_document(seconds=time.monotonic() - begun)
    write_atomically(root / "results" / "results.json", json.dumps(document, indent=1) + "\n")
    return GRADED if "score" in document else NOT_GRADED


def _grade_submission(root: Path, begun: float) -> dict[str, Any]:
    course, assignment = course_in(root)
    with open_progress(sys.stdout) as progress:
        course = with_reduced_allowed(course, progress.say)
        # Reading refuses links. This folder may be one of Gradescope's own, so it is resolved.
        submitted = SubmissionFolder(STUDENT, (root / "submission").resolve()).read(assignment)
        results, graded = check_submitted(course, submitted, assignment, progress)
    if graded.fault:
        _log(graded.fault)
    return results_document(results, seconds=time.monotonic() - begun)


def course_in(root: Path) -> tuple[Course, str]:
    """The course in the uploaded zip, and its one assignment.

    Raises:
        UsageError: The zip was changed: there is no course, or more or less than one assignment.
    """
    source = root / "source"
    workspace = source / WORKSPACE
    course = load_course(source, workspace=workspace)
    names = course.assignments()
    if len(names) != 1:
        raise UsageError(f"{source} must hold one assignment; it holds {len(names)}.")
    return replace(course, secret_file=workspace / SECRET), names[0]


def _log(text: str) -> None:
    """Write to standard output, which Gradescope shows to instructors only."""
    sys.stdout.write(f"{plain_text(text)}\n")


if __name__ == "__main__":
    raise SystemExit(main())
