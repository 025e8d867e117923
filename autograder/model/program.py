"""What a sandbox is asked to run, and what it gives back. The seam between grading and sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.model.exercise import Scenario
from autograder.model.observation import Seen
from autograder.model.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell, executed as Jupyter would.

    Attributes:
        source: Text of the cell, magics included.
        closes: Names of the exercises whose section ends after this cell: the namespace is
            kept here, so that later cells cannot change what these exercises see.
    """

    source: str
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObservationRequest:
    """Scenarios to run on one exercise's function, after the last cell.

    Attributes:
        exercise: ``assignment/exercise``.
        scenarios: Sent to the sandbox only once every cell has run.
    """

    exercise: str
    scenarios: tuple[Scenario, ...]


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
        seen: ``assignment/exercise`` → scenario name → what was seen; every requested
            scenario has an entry.
        problems: Plain sentences, such as "cell 4 ran longer than 20 s and was stopped".
        ended: How the kernel ended when it ended early, else None.
    """

    outputs: tuple[tuple[Mapping[str, Any], ...], ...]
    seen: Mapping[str, Mapping[str, Seen]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    ended: Outcome | None = None
