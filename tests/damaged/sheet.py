"""A real submission, to be damaged: it is made from the source notebook, and stays in step with it.

Everything here is plain JSON; what a builder is given is its own copy.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model.cells import Role
from autograder.notebook.source import SourceNotebook

Notebook = dict[str, Any]
Cell = dict[str, Any]
ANSWER = "Gradients add up, so they are cleared before every step."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a builder starts from.

    Attributes:
        source: The student version of the assignment.
        author: The source notebook, with the solutions.
        other: The source notebook of another assignment.
        other_name: That assignment.
    """

    source: SourceNotebook
    author: Notebook
    other: Notebook
    other_name: str

    @property
    def assignment(self) -> str:
        """Its name."""
        return self.source.assignment

    @property
    def exercises(self) -> tuple[str, ...]:
        """The automatic ones, in order."""
        return tuple(cell.grade_id for cell in self.source.cells if cell.role is Role.GRADE)

    @property
    def first(self) -> str:
        """The first exercise: the one that damage is done to."""
        return self.exercises[0]

    def untouched(self) -> Notebook:
        """The notebook as it was released."""
        document = copy.deepcopy(self.author)
        for cell, released in zip(document["cells"], self.source.cells, strict=True):
            cell["source"] = released.source
            cell["metadata"] = json.loads(json.dumps(released.metadata))
        return document

    def solved(self) -> Notebook:
        """The released notebook with every cell answered rightly."""
        document = self.untouched()
        right = {name(cell): cell["source"] for cell in self.author["cells"] if name(cell)}
        for cell in document["cells"]:
            if name(cell) in self.source.written:
                cell["source"] = ANSWER
            elif is_solution(cell):
                cell["source"] = right[name(cell)]
        return document

    def solution(self, document: Notebook, number: int = 0) -> Cell:
        """The solution cell of an automatic exercise, in that document."""
        return find(document, f"{self.exercises[number]}-solution")

    def words(self) -> Mapping[str, str]:
        """What an expected sentence may name."""
        return {"assignment": self.assignment, "first": self.first, "other": self.other_name}


def name(cell: Cell) -> str:
    """Its grade_id; empty where it has none."""
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def is_solution(cell: Cell) -> bool:
    """Whether it is an automatic exercise's solution cell."""
    return name(cell).endswith("-solution")


def find(document: Notebook, grade_id: str) -> Cell:
    """The first cell of that name."""
    return next(cell for cell in document["cells"] if name(cell) == grade_id)


def named(document: Notebook) -> Iterator[Cell]:
    """The cells that nbgrader knows."""
    return (cell for cell in document["cells"] if name(cell))


def code(source: str) -> Cell:
    """A code cell of the student's own."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"own-{abs(hash(source)) % 10**8}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def encoded(document: object, **how: Any) -> bytes:
    """As Jupyter writes it; keywords are those of ``json.dumps``."""
    return (json.dumps(document, **{"indent": 1, "ensure_ascii": False, **how}) + "\n").encode()


def read_notebook_file(path: Path) -> Notebook:
    """A notebook's document."""
    document: Notebook = json.loads(path.read_bytes())
    for cell in document["cells"]:
        cell["source"] = "".join(cell["source"])
    return document
