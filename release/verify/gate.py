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
    """Refuse what has not passed since its last change.

    Raises:
        UsageError: It has not; says which command shows why.
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
        if _counts(one):
            record[one.assignment] = {"digest": one.digest, "secrets": one.secrets}
    try:
        write_atomically(path, json.dumps(record, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _counts(verified: VerifyResult) -> bool:
    """A quick run tells nothing of mutants."""
    return verified.mutants_tried and not verified.reasons()


def _passed(course: Course, name: str) -> set[str]:
    """Digests of the assignment with which it has passed."""
    found = {_digest(_read(course.source / RECORD).get(name))}
    for one in _read(course.workspace / "reports" / "verify" / f"{name}.json").get(
        "assignments", []
    ):
        if isinstance(one, dict) and one.get("passed") is True and one.get("mutants_tried") is True:
            found.add(_digest(one))
    return found - {""}


def _digest(entry: object) -> str:
    digest = entry.get("digest") if isinstance(entry, dict) else None
    return digest if isinstance(digest, str) else ""


def _read(path: Path) -> dict[str, Any]:
    """What is damaged says nothing of having passed."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
