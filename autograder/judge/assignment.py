"""An assignment as its source notebook defines it. Trusted: the solutions are in it."""

import hashlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import SourceError, UsageError
from autograder.judge.suite import Suite, load_suite, suite_folder
from autograder.judge.variants import MISCONCEPTIONS
from autograder.model.cells import NotebookCell, Role
from autograder.model.exercise import SOLUTION_SUFFIX, Exercise
from autograder.model.program import Cell

_PACKAGE = Path(__file__).parents[1]
# A change of any file in these rooms could change a verdict, so the digest covers them.
_ROOMS_THAT_DECIDE = ("model", "probe", "checks", "judge")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Everything that grading one assignment rests on.

    Attributes:
        name: Such as ``training``.
        exercises: The automatic ones, in the notebook's order.
        suites: One for each exercise, in the same order.
        cells: The source notebook's cells.
        suite_digest: Changes whenever a verdict could: ``sha256:…``.
    """

    name: str
    exercises: tuple[Exercise, ...]
    suites: tuple[Suite, ...] = field(repr=False)
    cells: tuple[NotebookCell, ...] = field(repr=False)
    suite_digest: str

    @property
    def max_score(self) -> float:
        """What the automatic exercises can earn together."""
        return sum(exercise.max_points for exercise in self.exercises)

    def program_cells(self) -> tuple[Cell, ...]:
        """The notebook's code as a program that keeps the namespace where each section ends."""
        cells: list[Cell] = []
        section = ""
        for cell in self.cells:
            if cell.role is Role.SOLUTION:
                _close(cells, section)
                section = cell.grade_id.removesuffix(SOLUTION_SUFFIX)
            # nbgrader locks explanations as well, and those are not run.
            if cell.kind == "code" and cell.role in {Role.SOLUTION, Role.LOCKED, Role.TEXT}:
                cells.append(Cell(cell.source))
        _close(cells, section)
        return tuple(cells)

    def cells_before(self, exercise: str) -> tuple[Cell, ...]:
        """The cells that an exercise builds on: set-up and earlier solutions, no examples."""
        names = [cell.grade_id for cell in self.cells]
        earlier = self.cells[: names.index(exercise + SOLUTION_SUFFIX)]
        return tuple(
            Cell(cell.source)
            for cell in earlier
            if cell.kind == "code" and cell.role in {Role.SOLUTION, Role.LOCKED}
        )


def _close(cells: list[Cell], section: str) -> None:
    if section and cells:
        # A section reaches to the next solution cell: examples and helpers in between belong to it.
        cells[-1] = Cell(cells[-1].source, closes=(*cells[-1].closes, section))


def load_assignment(name: str, notebook: Path) -> Assignment:
    """The assignment whose source notebook is ``notebook``.

    Raises:
        UsageError: There is no such notebook.
        SourceError: The notebook is damaged, or an exercise of it has no solution cell.
        SuiteError: Its exercises and suites do not fit together.
    """
    if not notebook.is_file():
        message = f"there is no source notebook {notebook.name} for the assignment {name!r}"
        raise UsageError(message)
    cells = _read_cells(notebook)
    solutions = {
        c.grade_id.removesuffix(SOLUTION_SUFFIX): c for c in cells if c.role is Role.SOLUTION
    }
    exercises = tuple(
        Exercise(
            assignment=name,
            name=cell.grade_id,
            max_points=float(cell.points or 0),
            solution=_solution(solutions, cell, notebook),
        )
        for cell in cells
        if cell.role is Role.GRADE
    )
    suites = tuple(load_suite(name, exercise.name) for exercise in exercises)
    return Assignment(
        name=name,
        exercises=exercises,
        suites=suites,
        cells=cells,
        suite_digest=_digest(cells, suites),
    )


def _solution(solutions: dict[str, NotebookCell], cell: NotebookCell, notebook: Path) -> str:
    if cell.grade_id not in solutions:
        raise SourceError(
            f"The source notebook {notebook} has a grade cell `{cell.grade_id}` but no solution "
            f"cell `{cell.grade_id}{SOLUTION_SUFFIX}`; add it, or name it so."
        )
    return solutions[cell.grade_id].source


def _read_cells(notebook: Path) -> tuple[NotebookCell, ...]:
    try:
        document = json.loads(notebook.read_text(encoding="utf-8"))
    except OSError as error:
        raise _damaged(notebook, f"it cannot be opened ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _damaged(notebook, "it is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _damaged(notebook, f"it is not JSON (line {error.lineno}: {error.msg})") from error
    # A number of thousands of digits, or lists nested too deep.
    except (ValueError, RecursionError) as error:
        raise _damaged(notebook, "it is no JSON that can be read") from error
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise _damaged(notebook, "it has no list of cells")
    return tuple(
        _read_cell(raw, number, notebook) for number, raw in enumerate(document["cells"], start=1)
    )


def _damaged(notebook: Path, what: str) -> SourceError:
    return SourceError(
        f"The source notebook {notebook} cannot be read: {what}. Put back an earlier version, or "
        "open it in Jupyter and save it."
    )


def _read_cell(raw: Any, number: int, notebook: Path) -> NotebookCell:
    try:
        cell = NotebookCell.of(raw)
    except KeyError as error:
        raise _damaged(notebook, f"cell {number} has no {error.args[0]}") from error
    except (AttributeError, TypeError) as error:
        raise _damaged(notebook, f"cell {number} is malformed") from error
    points = cell.nbgrader.get("points", 0)
    if isinstance(points, int | float) and 0 <= points < math.inf:
        return cell
    expected = "where a number, 0 or more, is expected"
    raise _damaged(notebook, f"cell {number} has {points!r} points, {expected}")


def _digest(cells: tuple[NotebookCell, ...], suites: tuple[Suite, ...]) -> str:
    total = hashlib.sha256()
    for cell in cells:
        total.update(repr((cell.grade_id, cell.role, cell.source, cell.points)).encode())
    folders = [_PACKAGE / room for room in _ROOMS_THAT_DECIDE]
    folders += [suite_folder(suite.key) for suite in suites]
    for folder in folders:
        # Misconceptions are no modules.
        for path in sorted((*folder.rglob("*.py"), *folder.rglob(MISCONCEPTIONS))):
            name = path.relative_to(folder).as_posix()
            total.update(name.encode() + path.read_bytes())
    return f"sha256:{total.hexdigest()}"
