"""Which assignments have passed ``release verify`` since their last change.

In the operator's process. What passed is kept twice: in the workspace, by every run, and on
request in ``assignments/verified.json``, which is committed, so that a release can be built on
any machine. An assignment is known by its digest: notebook, suites, the rooms that decide a grade.
"""

import json
from pathlib import Path
from typing import Any

from autograder.course.files import write_atomically
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.judge.assignment import Assignment
from release.verify.verify import VerifyResult, digest_of

RECORD = "verified.json"


def refuse_unverified(course: Course, assignment: Assignment) -> None:
    """Refuse an assignment that has not passed since its last change.

    Raises:
        UsageError: It has not; says which command to run.
    """
    if digest_of(assignment) in _passed(course, assignment.name):
        return
    raise UsageError(
        f"{assignment.name} has not passed `release verify {assignment.name}` since its last "
        "change, so nobody knows whether it grades fairly. Run that first, or give --unverified."
    )


def keep_record(course: Course, verified: list[VerifyResult]) -> Path:
    """Add what passed to ``assignments/verified.json``; returns its path.

    Raises:
        UsageError: It cannot be written.
    """
    path = course.source / RECORD
    record = _read(path)
    for one in verified:
        # A quick run has tried no mutants, so it proves too little.
        if one.mutants_tried and not one.reasons():
            record[one.assignment] = {"digest": one.digest, "secrets": one.secrets}
    try:
        write_atomically(path, json.dumps(record, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _passed(course: Course, name: str) -> set[str]:
    """Digests of the assignment with which it has passed."""
    passed = [_read(course.source / RECORD).get(name)]
    report = _read(course.workspace / "reports" / "verify" / f"{name}.json")
    passed += [
        one
        for one in report.get("assignments", [])
        if isinstance(one, dict) and one.get("passed") is True and one.get("mutants_tried") is True
    ]
    digests = [entry.get("digest") for entry in passed if isinstance(entry, dict)]
    return {digest for digest in digests if isinstance(digest, str)}


def _read(path: Path) -> dict[str, Any]:
    """The file's JSON object; empty where there is none, or it is damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
