"""The cells of a notebook of our own: a source notebook, or what was made of one. Trusted side.

What a student has handed in is read by ``submitted.py``, which believes nothing of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """One cell.

    Attributes:
        kind: ``code``, ``markdown`` or ``raw``.
        source: Its text.
        cell_id: Jupyter's name for it; empty before nbformat 4.5.
        nbgrader: What nbgrader knows of it, such as ``{"grade_id": "dydx", "points": 4, …}``; empty
            for a cell that nbgrader leaves alone.
        attachments: Pictures of a Markdown cell, by their names.
    """

    kind: str
    source: str
    cell_id: str
    nbgrader: Mapping[str, Any]
    attachments: Mapping[str, Any]

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
            nbgrader=raw["metadata"].get("nbgrader", {}),
            attachments=raw.get("attachments", {}),
        )

    @property
    def grade_id(self) -> str:
        """What nbgrader calls it; empty where nbgrader does not know it."""
        return str(self.nbgrader.get("grade_id", ""))

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
