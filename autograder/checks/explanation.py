"""What an exception means, in plain words, and where in the student's own cell it happened.

Pure functions of data, for the judge and for the self-check alike. An exception's text is a claim
of the student's process and may quote hidden inputs, so it only chooses among fixed sentences.
Where it happened is a claim as well: the number of a line in a cell whose text is known here. An
exception that is in no table is not explained.
"""

from collections.abc import Iterable, Iterator, Sequence

from autograder.checks.exceptions_of_gradients import GRADIENTS
from autograder.checks.exceptions_of_python import NAMES_AND_CALLS
from autograder.checks.exceptions_of_tensors import DEVICES, DTYPES, NUMBERS, SHAPES
from autograder.checks.exceptions_of_training import CRITERIA, MODULES
from autograder.checks.exceptions_of_values import KINDS_OF_VALUES
from autograder.checks.known_exception import KnownException
from autograder.checks.parsed_cell import name_in_line, parse_cell
from autograder.model.observation import Raised
from autograder.model.program import cell_digest

# The first that fits counts: within a table, special kinds come before general ones.
KNOWN_EXCEPTIONS: tuple[KnownException, ...] = (
    *SHAPES, *DTYPES, *DEVICES, *NUMBERS, *GRADIENTS, *CRITERIA, *MODULES,
    *KINDS_OF_VALUES, *NAMES_AND_CALLS,
)  # fmt: skip
# A student's process that may choose among n lines can tell log2(n) bits about hidden inputs.
MAX_LINES = 250
MAX_CELL_CHARACTERS = 100_000
_SHOWN_CHARACTERS = 80
_ABOUT_A_NAME = {"undefined", "unassigned"}


def explain(raised: Raised, cells: Iterable[str] = ()) -> str:
    """One to three plain sentences; empty where the exception is not known.

    Args:
        raised: What ended the scenario.
        cells: Texts of the student's cells of which a line may be shown.
    """
    found = kind_of(raised)
    if found is None:
        return ""
    cells = tuple(cells)
    name = _name_of(raised, cells) if found.name in _ABOUT_A_NAME else ""
    about = f"It is about “{name}”." if name else ""
    return " ".join(filter(None, [found.sentence, about, place_of(raised, cells)]))


def kind_of(raised: Raised) -> KnownException | None:
    """The first kind in the tables that describes the exception; None where none does."""
    return next((kind for kind in KNOWN_EXCEPTIONS if kind.describes(raised)), None)


def place_of(raised: Raised, cells: Iterable[str]) -> str:
    """Which line of which of these cells it was; empty where that is unknown.

    The line comes from the cell's text as it is known here, never from a file or a traceback.
    """
    for lines, left_out in _cells_of(raised, cells):
        where = shown_line(lines, raised.line or 0, left_out)
        return f"It happened in {where}." if where else ""
    return ""


def _cells_of(raised: Raised, cells: Iterable[str]) -> Iterator[tuple[list[str], int]]:
    for cell in cells:
        if raised.cell and len(cell) <= MAX_CELL_CHARACTERS:
            lines, left_out = _as_run(cell)
            if raised.cell == cell_digest("\n".join(lines)):
                yield lines, left_out


def _name_of(raised: Raised, cells: Iterable[str]) -> str:
    """The name in the line that the exception is about; its text only chooses among the names."""
    for lines, _ in _cells_of(raised, cells):
        parsed = parse_cell("\n".join(lines)) if 1 <= (raised.line or 0) <= MAX_LINES else None
        return name_in_line(parsed, raised.line or 0, raised.message) if parsed else ""
    return ""


def line_of(cell: str, number: int) -> tuple[int, str] | None:
    """The line that Jupyter counts as ``number``: its number in the cell and its text, cut."""
    lines, left_out = _as_run(cell)
    text = _cut(lines, number)
    return None if text is None else (number + left_out, text)


def _as_run(cell: str) -> tuple[list[str], int]:
    """The cell's lines as Jupyter runs them, and how many empty first lines it leaves out."""
    # IPython drops leading empty lines before it compiles a cell, and counts from there.
    lines = cell.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return lines[first:], first


def shown_line(lines: Sequence[str], number: int, left_out: int = 0) -> str:
    """A line's number and text; empty where there is no such line or it is beyond MAX_LINES."""
    found = _cut(lines, number)
    return f"line {number + left_out} of the cell: “{found}”" if found is not None else ""


def _cut(lines: Sequence[str], number: int) -> str | None:
    if not 1 <= number <= min(len(lines), MAX_LINES):
        return None
    text = " ".join(lines[number - 1].split())
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
