"""Matches a submission's cells with those of the source notebook; in a worker.

A cell says what it is by nbgrader's metadata, which editors lose and people copy, rename and
forge. A forged name wins nothing: a cell's role and its points come from the source.
"""

from collections.abc import Callable, Iterable, Sequence

from autograder.model.cells import Role
from autograder.notebook.source import ReleasedCell, SourceNotebook
from autograder.notebook.submitted import SubmittedCell

MOST_NAMES = 3


def normalised_text(text: str) -> str:
    """The text without what editors change by themselves."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def match(
    submitted: Sequence[SubmittedCell], source: SourceNotebook, tell: Callable[[str], None]
) -> dict[int, ReleasedCell]:
    """Index of a submitted cell → the cell that it is matched with; each at most once.

    Args:
        submitted: The student's cells.
        source: The student version.
        tell: Gets a sentence about each thing that is not as it should be.
    """
    claims: dict[str, list[int]] = {}
    for index, own in enumerate(submitted):
        if own.grade_id in source.named:
            claims.setdefault(own.grade_id, []).append(index)
    chosen = {
        _counted(source.named[name], claimants, submitted): source.named[name]
        for name, claimants in claims.items()
    }
    repeated = [name for name, claimants in claims.items() if len(claimants) > 1]
    if repeated:
        tell(
            f"{_cells(repeated)} there more than once; the first one that was filled in counted, "
            "the others were treated as ordinary cells"
        )
    unclaimed = [frame for name, frame in source.named.items() if name not in claims]
    recognised = _recognised(submitted, unclaimed, chosen)
    if recognised:
        names = [frame.grade_id for frame in recognised.values()]
        tell(
            f"{_cells(names)} without nbgrader's metadata, which says what a cell is; recognised "
            "and graded as usual"
        )
    return chosen | recognised


def _counted(
    frame: ReleasedCell, claimants: Sequence[int], submitted: Sequence[SubmittedCell]
) -> int:
    """A copied cell keeps its name: the one that the student has worked in counts."""
    if frame.is_students:
        for index in claimants:
            if normalised_text(submitted[index].source) != normalised_text(frame.source):
                return index
    return claimants[0]


def _recognised(
    submitted: Sequence[SubmittedCell],
    unclaimed: Iterable[ReleasedCell],
    chosen: dict[int, ReleasedCell],
) -> dict[int, ReleasedCell]:
    """Cells without a name of the source's: a student's by Jupyter's id, a locked one by its text.

    Never a locked one by its id: its text would be lost, and it might hold a solution.
    """
    nameless = [(index, own) for index, own in enumerate(submitted) if index not in chosen]
    by_id = {(own.kind, own.cell_id): index for index, own in reversed(nameless)}
    by_text = {(own.kind, normalised_text(own.source)): index for index, own in reversed(nameless)}
    found: dict[int, ReleasedCell] = {}
    for frame in unclaimed:
        if frame.is_students:
            index = by_id.get((frame.kind, frame.grade_id))
        else:
            index = by_text.get((frame.kind, normalised_text(frame.source)))
        if index is not None and index not in found:
            found[index] = frame
    return found


def _cells(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"the cell `{names[0]}` was"
    shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"the cells {shown}{more} were"


def foreign_sentence(
    submitted: Iterable[SubmittedCell], matched: Iterable[ReleasedCell], source: SourceNotebook
) -> str:
    """One sentence for a notebook that holds no graded cell of this assignment; else empty."""
    if any(frame.role is not Role.LOCKED for frame in matched):
        return ""
    expected = f"`{source.assignment}`"
    claimed = {own.grade_id for own in submitted}
    shared = {name: len(claimed & cells) for name, cells in source.others.items()}
    likely = max(shared, key=lambda name: shared[name], default="")
    if likely and shared[likely]:
        return (
            f"this looks like the notebook of `{likely}`, not of {expected}; hand in "
            f"`{source.assignment}.ipynb`"
        )
    return (
        f"no exercise cell of {expected} was in the file; if it is the wrong file, hand in "
        f"`{source.assignment}.ipynb`"
    )
