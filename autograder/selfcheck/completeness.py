"""Whether a notebook is whole: says what a student may have lost, or forgotten to write."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

SOLUTION_SUFFIX = "-solution"
_UNWRITTEN = re.compile(r"^\s*raise NotImplementedError\(\)\s*$", re.MULTILINE)
_EMPTY = "YOUR ANSWER HERE"
_NBFORMAT = 4

Document = Mapping[str, Any]


class NotANotebook(ValueError):
    """A file is no notebook; the text is a sentence for the student."""


def read_notebook(content: bytes) -> Document:
    """The notebook in a file.

    Raises:
        NotANotebook: It is none.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise NotANotebook("The file is damaged: it is not JSON.") from None
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise NotANotebook("The file is not a notebook: it has no cells.")
    if found.get("nbformat") != _NBFORMAT:
        raise NotANotebook("The file is a notebook of an unknown format.")
    return found


def completeness_problems(document: Document, expected: Iterable[str]) -> Iterator[str]:
    """Sentences about what is missing, there twice, or not written yet.

    Args:
        document: The notebook.
        expected: Names of the cells that must be there, once each.
    """
    yield from _invalid(document)
    cells = [cell for cell in document["cells"] if isinstance(cell, dict)]
    counts = Counter(_name(cell) for cell in cells)
    for name in expected:
        if not counts[name]:
            yield f"The cell `{name}` is missing. Copy it from the notebook that you were given."
        elif counts[name] > 1:
            yield f"The cell `{name}` is there {counts[name]} times; keep one of them."
    for cell in cells:
        yield from _unwritten(cell, frozenset(expected))


def _invalid(document: Document) -> Iterator[str]:
    with suppress(ImportError):
        import nbformat

        try:
            nbformat.validate(nbformat.from_dict(dict(document)))
        # Whatever its schema or its code trips over, the notebook is not as Jupyter saves it.
        except Exception as error:  # noqa: BLE001
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            yield f"The notebook is not as Jupyter saves it ({reason}). Save it there once more."


def _unwritten(cell: Document, expected: frozenset[str]) -> Iterator[str]:
    name, text = _name(cell), cell_source(cell)
    if name not in expected:
        return
    if name.endswith(SOLUTION_SUFFIX) and _UNWRITTEN.search(text):
        exercise = name.removesuffix(SOLUTION_SUFFIX)
        yield f"`{exercise}` is not written yet: it still says `raise NotImplementedError()`."
    is_answer = cell.get("cell_type") == "markdown" and _marks(cell).get("solution")
    if is_answer and text.strip() in {"", _EMPTY}:
        yield f"The answer `{name}` is empty."


def _marks(cell: Document) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _name(cell: Document) -> str:
    return str(_marks(cell).get("grade_id") or "")


def cell_label(number: int, cell: Document) -> str:
    """What a cell is called to the student: its place, and nbgrader's or Jupyter's name for it."""
    name = _name(cell) or cell.get("id")
    return f"Cell {number}" + (f" (`{name}`)" if name else "")


def cell_source(cell: Document) -> str:
    """What the cell says."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
