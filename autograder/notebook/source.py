"""The student version of a source notebook, as plain data. Trusted: the instructor wrote it.

nbgrader itself makes it (see gradebook/student_version.py); here is only what came out, so that
workers can hold it without importing nbgrader.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import msgspec

from autograder.model.cells import Role
from autograder.model.exercise import SOLUTION_SUFFIX


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One cell of the student version.

    Attributes:
        kind: ``code``, ``markdown`` or ``raw``.
        source: Its text, with solutions cleared.
        role: TEXT for a cell that nbgrader knows nothing of; ANSWER is graded by a person.
        grade_id: nbgrader's name for it; empty for TEXT.
        points: What it can earn; 0 unless its role is GRADE, ANSWER or TASK.
        metadata: Its whole metadata, checksum included.
        attachments: Pictures of a markdown cell: name → media type → base64.
    """

    kind: str
    source: str
    role: Role = Role.TEXT
    grade_id: str = ""
    points: float = 0.0
    metadata: Mapping[str, Any] | None = None
    attachments: Mapping[str, Mapping[str, str]] | None = None

    @property
    def is_graded(self) -> bool:
        """Whether the gradebook has a score for it."""
        return self.role in {Role.GRADE, Role.ANSWER, Role.TASK}

    @property
    def is_students(self) -> bool:
        """Whether the student's text counts, not ours."""
        return self.role in {Role.SOLUTION, Role.ANSWER}


@dataclass(frozen=True, slots=True)
class SourceNotebook:
    """The student version of an assignment's notebook.

    Attributes:
        assignment: Its name.
        cells: In their order.
        metadata: The notebook's own.
        others: The course's other assignments: name → names of cells that only they have.
    """

    assignment: str
    cells: tuple[ReleasedCell, ...]
    metadata: Mapping[str, Any]
    others: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def named(self) -> Mapping[str, ReleasedCell]:
        """The cells that nbgrader knows, by their grade_id, in order."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @property
    def exercises(self) -> tuple[str, ...]:
        """Exercises that have a solution cell, in order."""
        return tuple(
            cell.grade_id.removesuffix(SOLUTION_SUFFIX)
            for cell in self.cells
            if cell.role is Role.SOLUTION and cell.grade_id.endswith(SOLUTION_SUFFIX)
        )

    @property
    def written(self) -> tuple[str, ...]:
        """Answers that a person grades, in order."""
        return tuple(c.grade_id for c in self.cells if c.role in {Role.ANSWER, Role.TASK})

    def to_json(self) -> str:
        """Text that ``from_json`` reads; it says nothing of the other assignments."""
        document = asdict(self)
        del document["others"]
        return json.dumps(document, sort_keys=True)

    def beside(self, others: Mapping[str, frozenset[str]]) -> "SourceNotebook":
        """The same, knowing the names of the cells of other assignments."""
        own = self.named.keys()
        return replace(self, others={name: cells - own for name, cells in sorted(others.items())})

    @classmethod
    def from_json(cls, text: str) -> "SourceNotebook":
        """Read what ``to_json`` wrote; raises ValueError on other text."""
        return msgspec.json.decode(text, type=cls)
