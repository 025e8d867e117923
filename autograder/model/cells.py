"""The cells of a notebook. Read wherever we look at one, a student's own machine included.

What a student has handed in is graded from ``notebook/submitted.py``, which believes nothing of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

# What nbformat demands of every cell.
_BARE: Mapping[str, Any] = {"cell_type": "raw", "metadata": {}, "source": ""}


class Role(StrEnum):
    """What a cell is for, as nbgrader marks it; TEXT where it marks nothing, code included."""

    TEXT = "text"
    LOCKED = "locked"
    SOLUTION = "solution"
    GRADE = "grade"
    ANSWER = "answer"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """One cell.

    Attributes:
        kind: ``code``, ``markdown`` or ``raw``.
        source: Its text, solutions included.
        cell_id: Jupyter's name for it; empty before nbformat 4.5.
        nbgrader: What nbgrader knows of it, such as ``{"grade_id": "dydx", "points": 4, …}``; empty
            for a cell that nbgrader leaves alone.
        attachments: Pictures of a Markdown cell, by their names.
    """

    kind: str
    source: str
    cell_id: str = ""
    nbgrader: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read one entry of a notebook's ``cells``.

        Raises:
            KeyError, TypeError, AttributeError: The entry is no cell.
        """
        source = raw["source"]
        return cls(
            kind=raw["cell_type"],
            # Both forms are allowed, and Jupyter writes a list of lines.
            source=source if isinstance(source, str) else "".join(source),
            cell_id=raw.get("id", ""),
            nbgrader={**raw["metadata"].get("nbgrader", {})},
            attachments=raw.get("attachments", {}),
        )

    @classmethod
    def of_student(cls, raw: Any) -> Self:
        """Read one entry, which may be damaged: what is missing, or no cell at all, is empty."""
        try:
            return cls.of({**_BARE, **raw})
        except (TypeError, AttributeError):
            return cls.of(_BARE)

    @property
    def grade_id(self) -> str:
        """What nbgrader calls it; empty where nbgrader does not know it."""
        return str(self.nbgrader.get("grade_id") or "")

    @property
    def role(self) -> Role:
        """What nbgrader's marks make of it. *Source:* nbgrader/utils.py, ``is_task`` and others."""
        marks = {
            name for name in ("task", "grade", "solution", "locked") if self.nbgrader.get(name)
        }
        if "task" in marks:
            return Role.TASK
        if "grade" in marks:
            # A person grades what the student writes; what is locked, the checks grade.
            return Role.ANSWER if "solution" in marks else Role.GRADE
        if "solution" in marks:
            return Role.SOLUTION
        return Role.LOCKED if "locked" in marks else Role.TEXT

    @property
    def points(self) -> float | None:
        """What it can earn; None where it earns nothing by itself."""
        return self.nbgrader.get("points")


def read_cells(notebook: str | bytes) -> tuple[NotebookCell, ...]:
    """The cells of a notebook's file, in their order.

    Raises:
        ValueError: It is no notebook of nbformat 4.
    """
    try:
        return tuple(map(NotebookCell.of, json.loads(notebook)["cells"]))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it is no notebook of nbformat 4: {error}") from error
