"""The journal of a grading run: what has been graded, so that it need not be graded again.

One line a submission, written to disk once its notebook and its grades are. A line that was cut off
when a machine went down is passed over. In the operator's process, which alone writes it.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from autograder import __version__
from autograder.errors import UsageError
from autograder.model.limits import Limits
from autograder.model.verdict import (
    CheckResult,
    Confinement,
    ExerciseResult,
    Outcome,
    SubmissionResult,
)


def basis_of(
    *,
    suite_digest: str,
    secret: bytes,
    limits: Limits,
    confinement: Confinement = Confinement.FULL,
    releases: str = "",
) -> str:
    """A digest of everything but the submission that a result rests on."""
    facts = repr(
        (__version__, suite_digest, sorted(asdict(limits).items()), str(confinement), releases)
    )
    # Of the secret, because BLAKE2 takes keys of 64 bytes at most.
    key = hashlib.sha256(secret).digest()
    return hashlib.blake2b(facts.encode(), key=key, digest_size=16).hexdigest()


class Journal:
    """The results of one assignment so far; a context manager."""

    def __init__(self, path: Path, basis: str) -> None:
        """Read what there is.

        Args:
            path: The file, which need not be there yet.
            basis: What results rest on now; others are out of date.
        """
        self._path = path
        self._basis = basis
        self._file: BinaryIO | None = None
        self._known: dict[str, tuple[str, SubmissionResult]] = {}
        for line in _lines(path):
            entry = _entry(line)
            if entry is not None and entry.basis == basis:
                self._known[entry.result.student] = (entry.submission, entry.result)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def find(self, student: str, digest: str) -> SubmissionResult | None:
        """The result of exactly this submission, unless a person had to look at it."""
        known = self._known.get(student)
        if known is None or known[0] != digest or known[1].status != "graded":
            return None
        return known[1]

    def latest(self) -> dict[str, SubmissionResult]:
        """The last result of each student that is not out of date."""
        return {student: result for student, (_, result) in self._known.items()}

    def append(self, *graded: tuple[str, SubmissionResult]) -> None:
        """Keep results, each with its submission's digest; they are on disk when this returns.

        Raises:
            UsageError: The disk refuses.
        """
        lines = ""
        for digest, result in graded:
            document = {"basis": self._basis, "result": asdict(result), "submission": digest}
            lines += json.dumps(document, sort_keys=True) + "\n"
        try:
            if self._file is None:
                self._file = _opened(self._path)
            self._file.write(lines.encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise UsageError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._known.update({result.student: (digest, result) for digest, result in graded})


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("ab+")
    # A file that is opened for appending is at its end: at 0 it is empty.
    if file.tell():
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            # The last line was cut off: the next one must not continue it.
            file.write(b"\n")
    return file


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the file."""

    basis: str
    submission: str
    result: SubmissionResult


def _entry(line: bytes) -> _Entry | None:
    """The line; None for one that was cut off, or that somebody has edited wrongly."""
    try:
        entry = msgspec.json.decode(line, type=_Entry)
        # msgspec reads a weight of 2 as 2.0, which would be other bytes in the results file.
        return replace(entry, result=read_result(json.loads(line)["result"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def read_result(document: dict[str, Any]) -> SubmissionResult:
    """The result that ``dataclasses.asdict`` wrote; ValueError, KeyError or TypeError otherwise."""
    rest = {**document, "problems": tuple(document["problems"])}
    rest["awaiting"] = tuple(document["awaiting"])
    rest["exercises"] = tuple(_exercise(exercise) for exercise in document["exercises"])
    return SubmissionResult(**rest)


def _exercise(document: dict[str, Any]) -> ExerciseResult:
    checks = tuple(
        CheckResult(**{**check, "outcome": Outcome(check["outcome"])})
        for check in document["checks"]
    )
    outcome = Outcome(document["outcome"])
    return ExerciseResult(**{**document, "outcome": outcome, "checks": checks})
