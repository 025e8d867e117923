"""What a sandbox is asked to run, and what it gives back. The seam between grading and sandbox."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import ObservationResult
from autograder.model.verdict import Outcome


def cell_digest(code: str) -> str:
    """What a cell is known by: its code, less spaces at the ends of lines, which Jupyter drops."""
    lines = (line.rstrip() for line in code.split("\n"))
    return hashlib.sha256("\n".join(lines).rstrip().encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell, executed as Jupyter would.

    Attributes:
        source: Text of the cell, magics included.
        closes: Names of the exercises whose section ends after this cell: the namespace is
            kept here, so that later cells cannot change what these exercises see.
        opens: Name under which a namespace was kept, to go back to before this cell; how
            many wrong solutions can be defined in one kernel without seeing each other.
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
        kept: Name under which its namespace was kept, where that is not the exercise's; then
            nothing that later cells defined is seen.
        is_last: Whether nothing is asked after it, so that it need not be kept apart.
        as_at_home: Whether these are the public scenarios with their public seeds, as the
            self-check runs them: a message may quote what they show, so they are asked before
            anything secret.
    """

    exercise: str
    scenarios: tuple[Scenario, ...]
    kept: str = ""
    is_last: bool = False
    as_at_home: bool = False

    @property
    def label(self) -> str:
        """What the answers to this request are filed under."""
        return self.kept or (f"{self.exercise} as at home" if self.as_at_home else self.exercise)


@dataclass(frozen=True, slots=True)
class Program:
    """Everything one sandbox run is asked to do."""

    cells: tuple[Cell, ...]
    requests: tuple[ObservationRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What came back from one sandbox run; all of it is the student's word.

    Attributes:
        outputs: For each cell its nbformat outputs, bounded, for display only.
        seen: Request's label → scenario name → what was seen; every requested scenario
            has an entry. The label is ``assignment/exercise`` unless the request says other.
        problems: Plain sentences, such as "cell 4 ran longer than 20 s and was stopped".
        ended: How the kernel ended when it ended early, else None. INTERNAL_ERROR where it is not
            the submission that brought it about; then nothing was seen.
        ended_in: Index of the cell that was running then; None before the first one and behind
            the last one.
        gave_up: Label of the request after which the kernel answered no more; or empty.
        long: Indices of cells that took a good part of the notebook's budget.
        doubt: Why it is not certain that the submission itself brought about what was lost: a
            sentence for the operator, empty where nothing is doubtful. Whoever gets such a run
            tries once more, alone, before anything is believed.
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
