"""A submission merged with its source notebook, in a worker of a grading run.

The student's own cells count in their order. Everything else comes from the source: locked
cells, points, names, kinds and metadata. So nothing in a submitted file can move a point.
"""

from collections.abc import Callable
from dataclasses import dataclass

from autograder.model.cells import Role
from autograder.model.exercise import SOLUTION_SUFFIX
from autograder.model.program import Cell, ObservationRequest, Program
from autograder.notebook.matching import foreign_sentence, match, normalised_text
from autograder.notebook.source import ReleasedCell, SourceNotebook
from autograder.notebook.submitted import SubmittedCell, SubmittedNotebook


@dataclass(frozen=True, slots=True)
class MergedCell:
    """One cell of the notebook that is run and written.

    Attributes:
        source: The cell of the source notebook that it is; None for a cell of the student's own.
        text: What it says.
        kind: ``code``, ``markdown`` or ``raw``.
        own: The student's cell, or None for one that was missing and put back.
    """

    kind: str
    text: str
    source: ReleasedCell | None = None
    own: SubmittedCell | None = None

    @property
    def runs(self) -> bool:
        """Whether the sandbox executes it.

        A grade cell is not: its output is the judge's. Nor is a solution cell that was missing:
        its stub would replace what the student has defined elsewhere.
        """
        if self.kind != "code":
            return False
        if self.source is None:
            return bool(self.text.strip())
        if self.source.role is Role.SOLUTION:
            return self.own is not None
        return self.source.role is not Role.GRADE

    @property
    def is_unanswered(self) -> bool:
        """Whether the student's part says what the released notebook said."""
        if self.source is None or not self.source.is_students:
            return False
        return normalised_text(self.text) == normalised_text(self.source.source)


@dataclass(frozen=True, slots=True)
class MergedNotebook:
    """A submission that is ready to be run.

    Attributes:
        cells: Everything, in the order in which it is run and written.
        positions: For each cell of the program, its index in ``cells``; None for a cell that
            is no cell of the notebook.
        program: What the sandbox is asked to run.
        missing: Exercises whose solution cell was missing.
        problems: Plain sentences for the student.
        is_foreign: Whether no graded cell was there at all; one sentence in ``problems`` says so.
    """

    cells: tuple[MergedCell, ...]
    positions: tuple[int | None, ...]
    program: Program
    missing: frozenset[str]
    problems: tuple[str, ...]
    is_foreign: bool = False

    @property
    def solutions(self) -> dict[str, str]:
        """Exercise → what the student's own solution cell says, where it was not missing."""
        return {
            cell.source.grade_id.removesuffix(SOLUTION_SUFFIX): cell.text
            for cell in self.cells
            if cell.source and cell.source.role is Role.SOLUTION and cell.own is not None
        }

    @property
    def unanswered(self) -> frozenset[str]:
        """The grade_id of each solution or answer that is as it was released."""
        return frozenset(
            cell.source.grade_id for cell in self.cells if cell.source and cell.is_unanswered
        )


def merge(
    notebook: SubmittedNotebook,
    source: SourceNotebook,
    *,
    requests: tuple[ObservationRequest, ...] = (),
) -> MergedNotebook:
    """Put the student's text into the source notebook's frame."""
    problems = list(notebook.problems)
    frames = match(notebook.cells, source, problems.append)
    foreign = foreign_sentence(notebook.cells, frames.values(), source)
    cells = [
        MergedCell(own.kind, own.source, own=own)
        if index not in frames
        else _framed(own, frames[index], problems.append)
        for index, own in enumerate(notebook.cells)
    ]
    missing = _put_back(cells, source, (lambda _text: None) if foreign else problems.append)
    if foreign:
        problems.append(foreign)
    positions, program = _program(cells, source, requests)
    return MergedNotebook(
        cells=tuple(cells),
        positions=positions,
        program=program,
        missing=missing,
        problems=tuple(problems),
        is_foreign=bool(foreign),
    )


def blank(source: SourceNotebook) -> MergedNotebook:
    """The student version itself: no answers, and nothing to run."""
    cells = tuple(MergedCell(cell.kind, cell.source, cell) for cell in source.cells)
    return MergedNotebook(cells, (), Program(()), frozenset(), ())


def _framed(own: SubmittedCell, frame: ReleasedCell, tell: Callable[[str], None]) -> MergedCell:
    if own.kind != frame.kind:
        tell(
            f"the cell `{frame.grade_id}` had been made a {own.kind} cell; "
            f"it was read as a {frame.kind} cell"
        )
    if frame.is_students:
        return MergedCell(frame.kind, own.source, frame, own)
    if normalised_text(own.source) != normalised_text(frame.source):
        tell(f"the locked cell `{frame.grade_id}` had been changed; the original was used")
    return MergedCell(frame.kind, frame.source, frame, own)


def _put_back(
    cells: list[MergedCell], source: SourceNotebook, tell: Callable[[str], None]
) -> frozenset[str]:
    """Insert the cells that are missing, each behind the one that precedes it in the source."""
    missing = set()
    behind = ""
    for grade_id, frame in source.named.items():
        if _place(cells, grade_id) is None:
            at = _place(cells, behind)
            cells.insert(0 if at is None else at + 1, MergedCell(frame.kind, frame.source, frame))
            if frame.role is Role.SOLUTION:
                missing.add(grade_id.removesuffix(SOLUTION_SUFFIX))
            else:
                tell(_absent(frame))
        behind = grade_id
    return frozenset(missing)


def _absent(frame: ReleasedCell) -> str:
    if frame.role is Role.ANSWER:
        return (
            f"the cell `{frame.grade_id}` was missing; it was graded as empty, and a person has to "
            "look whether another cell holds the answer"
        )
    return f"the locked cell `{frame.grade_id}` was missing; it was put back"


def missing_sentence(exercise: str, *, found: bool) -> str:
    """What a missing solution cell meant; known only after the exercise has been judged."""
    cell = f"the cell `{exercise}{SOLUTION_SUFFIX}` was missing"
    if found:
        return f"{cell}; the `{exercise}` that another cell defines was graded"
    return f"{cell} and no other cell defined `{exercise}`; it was graded as empty"


def _place(cells: list[MergedCell], grade_id: str) -> int | None:
    for index, cell in enumerate(cells):
        if cell.source is not None and cell.source.grade_id == grade_id:
            return index
    return None


def _program(
    cells: list[MergedCell], source: SourceNotebook, requests: tuple[ObservationRequest, ...]
) -> tuple[tuple[int | None, ...], Program]:
    positions: list[int | None] = [index for index, cell in enumerate(cells) if cell.runs]
    closing = _closing(cells, source)
    if not positions:
        # Something has to run for the sections to end behind it.
        empty = Cell("", closes=source.exercises)
        return (None,), Program((empty,), requests)
    ends = {name: _last_before(positions, end) for name, end in closing.items()}
    program = tuple(
        Cell(
            cells[index].text,
            closes=tuple(name for name in source.exercises if ends[name] == index),
        )
        for index in positions
        if index is not None
    )
    return tuple(positions), Program(program, requests)


def _closing(cells: list[MergedCell], source: SourceNotebook) -> dict[str, int]:
    """For each exercise, the index before which its section ends.

    That is the next exercise's solution cell where it is further down, as in the source. A
    student who has moved solutions around is read to the end, and so is one whose solution cell is
    gone: the function may be defined anywhere.
    """
    found = {
        cell.source.grade_id.removesuffix(SOLUTION_SUFFIX): index
        for index, cell in enumerate(cells)
        if cell.source is not None and cell.source.role is Role.SOLUTION and cell.own is not None
    }
    ends = {}
    names = source.exercises
    for name, following in zip(names, (*names[1:], ""), strict=True):
        here, end = found.get(name), found.get(following)
        ends[name] = end if here is not None and end is not None and end > here else len(cells)
    return ends


def _last_before(positions: list[int | None], end: int) -> int:
    running = [index for index in positions if index is not None]
    return max((index for index in running if index < end), default=running[0])
