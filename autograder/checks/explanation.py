"""What an exception means, in plain words, and where in the student's own cell it happened.

Pure functions of data, for the judge and for the self-check alike. What an exception says of
itself is a claim of the student's process, and may quote hidden inputs: it only chooses among
fixed sentences. Where it happened is a claim as well: a number of a line in a cell whose text is
known here. An exception that no table knows is not explained.
"""

from collections.abc import Iterable

from autograder.checks.exceptions_of_gradients import GRADIENTS
from autograder.checks.exceptions_of_python import NAMES_AND_CALLS
from autograder.checks.exceptions_of_tensors import DEVICES, DTYPES, NUMBERS, SHAPES
from autograder.checks.exceptions_of_training import CRITERIA, MODULES
from autograder.checks.exceptions_of_values import KINDS_OF_VALUES
from autograder.checks.known_exception import KnownException
from autograder.model.observation import Raised
from autograder.model.program import digest_of

KNOWN_EXCEPTIONS: tuple[KnownException, ...] = (
    *SHAPES, *DTYPES, *DEVICES, *NUMBERS, *GRADIENTS, *CRITERIA, *MODULES,
    *KINDS_OF_VALUES, *NAMES_AND_CALLS,
)  # fmt: skip
# Whoever may choose among n lines says log2(n) bits about inputs that they must not tell.
MAX_LINES = 250
MAX_CELL_CHARACTERS = 100_000
_SHOWN_CHARACTERS = 80


def explain(raised: Raised, cells: Iterable[str] = ()) -> str:
    """One to three plain sentences; empty where the exception is not known.

    Args:
        raised: What ended the scenario.
        cells: Texts of the student's cells of which a line may be shown.
    """
    found = kind_of(raised)
    return " ".join(filter(None, [found.sentence, place_of(raised, cells)])) if found else ""


def kind_of(raised: Raised) -> KnownException | None:
    """The first kind of exception that it is of."""
    return next((kind for kind in KNOWN_EXCEPTIONS if kind.describes(raised)), None)


def place_of(raised: Raised, cells: Iterable[str]) -> str:
    """Which line of which of these cells it was; empty where that cannot be told.

    The line is read from the cell's text as it is known here, never from a file or a traceback.
    """
    for cell in cells:
        if not raised.cell or len(cell) > MAX_CELL_CHARACTERS:
            continue
        if raised.cell == digest_of("\n".join(_as_run(cell)[0])):
            found = line_of(cell, raised.line or 0)
            return f"It happened in line {found[0]} of the cell: “{found[1]}”." if found else ""
    return ""


def line_of(cell: str, number: int) -> tuple[int, str] | None:
    """The line that Jupyter counts as ``number``: its number in the cell, and its text, cut."""
    lines, left_out = _as_run(cell)
    if not 1 <= number <= min(len(lines), MAX_LINES):
        return None
    text = " ".join(lines[number - 1].split())
    if len(text) > _SHOWN_CHARACTERS:
        text = text[: _SHOWN_CHARACTERS - 1] + "…"
    return number + left_out, text


def _as_run(cell: str) -> tuple[list[str], int]:
    """The cell's lines as Jupyter runs them, and how many empty ones it leaves out before them."""
    lines = cell.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return lines[first:], first
