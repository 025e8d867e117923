"""What a sandbox runs and what it gives back. The seam between grading and sandbox."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import ObservationResult
from autograder.model.verdict import Outcome


def cell_digest(code: str) -> str:
    """A digest of the cell's code without the spaces at ends of lines, which Jupyter drops."""
    lines = (line.rstrip() for line in code.split("\n"))
    return hashlib.sha256("\n".join(lines).rstrip().encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell, executed as Jupyter would.

    Attributes:
        source: Text of the cell, magics included.
        closes: Names of the exercises whose section ends after this cell. The namespace is
            kept here, so that later cells cannot change what these exercises see.
        opens: Name of a kept namespace that is restored before this cell. That is how many wrong
            solutions are defined in one kernel without seeing each other.
    """

    source: str
    closes: tuple[str, ...] = ()
    opens: str = ""


@dataclass(frozen=True, slots=True)
class ObservationRequest:
    """Scenarios to run on one exercise's function, after the last cell.

    Attributes:
        exercise: ``assignment/exercise``.
        scenarios: Sent to the sandbox only once every cell has run.
        kept: Name of the kept namespace to observe in, where that is not the exercise's own. Then
            nothing that later cells defined is visible.
        is_last: Whether no other request follows, so that no fork has to protect one.
        as_at_home: Whether these are the public scenarios with their public seeds, as the
            self-check runs them. Messages may quote their values, so they are sent before anything
            secret.
    """

    exercise: str
    scenarios: tuple[Scenario, ...]
    kept: str = ""
    is_last: bool = False
    as_at_home: bool = False

    @property
    def label(self) -> str:
        """The key of this request's answers in :attr:`Run.seen`."""
        return self.kept or (f"{self.exercise} as at home" if self.as_at_home else self.exercise)


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that one sandbox run does."""

    cells: tuple[Cell, ...]
    requests: tuple[ObservationRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What one sandbox run gave back; all of it is the student's word.

    Attributes:
        outputs: For each cell its nbformat outputs, bounded, for display only.
        seen: Request's label → scenario name → its observation; every requested scenario
            has an entry. The label is ``assignment/exercise`` unless the request has another one.
        problems: Plain sentences, such as "cell 4 ran longer than 20 s and was stopped".
        ended: How the kernel ended when it ended early, else None. INTERNAL_ERROR where the
            submission did not cause it; then nothing was observed.
        ended_in: Index of the cell that was running then; None before the first cell and after
            the last one.
        gave_up: Label of the request after which the kernel stopped answering; or empty.
        long: Indices of cells that took a large part of the notebook's budget.
        doubt: Why the submission may not be the cause of what is missing: a sentence for the
            operator, empty where nothing is doubtful. The caller repeats a doubtful run, alone,
            before it believes anything.
    """

    outputs: tuple[tuple[Mapping[str, Any], ...], ...]
    seen: Mapping[str, Mapping[str, ObservationResult]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    ended: Outcome | None = None
    ended_in: int | None = None
    gave_up: str = ""
    long: frozenset[int] = frozenset()
    doubt: str = ""


class Sandbox(Protocol):
    """Runs programs and returns what was observed."""

    def run(self, program: Program, limits: Limits) -> Run:
        """Run one program; never raises for anything that its code did."""
        ...
