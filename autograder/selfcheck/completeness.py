"""Finds what is missing in a notebook: cells that were deleted, answers that are not written."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from autograder.model.cells import NotebookCell
from autograder.model.exercise import SOLUTION_SUFFIX

_STUB = re.compile(r"^\s*raise NotImplementedError\(\)\s*$", re.MULTILINE)
_PLACEHOLDER = "YOUR ANSWER HERE"
_NBFORMAT = 4

Document = Mapping[str, Any]


class NotANotebook(ValueError):
    """The file is no notebook; the text is a sentence for the student."""


def read_notebook(content: bytes) -> Document:
    """The notebook in a file.

    Raises:
        NotANotebook: The file is no notebook.
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
    """Sentences about cells that are missing, there twice, or not written yet.

    Args:
        document: The notebook.
        expected: Ids of the cells that the notebook must have, once each.
    """
    yield from _invalid(document)
    cells = [NotebookCell.of_student(raw) for raw in document["cells"]]
    counts = Counter(cell.grade_id for cell in cells)
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
        # The validator may raise anything on a damaged notebook, not its own error alone.
        except Exception as error:  # noqa: BLE001
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            yield f"The notebook is not as Jupyter saves it ({reason}). Save it there once more."


def _unwritten(cell: NotebookCell, expected: frozenset[str]) -> Iterator[str]:
    name = cell.grade_id
    if name not in expected:
        return
    if name.endswith(SOLUTION_SUFFIX) and _STUB.search(cell.source):
        exercise = name.removesuffix(SOLUTION_SUFFIX)
        yield f"`{exercise}` is not written yet: it still says `raise NotImplementedError()`."
    is_answer = cell.kind == "markdown" and cell.nbgrader.get("solution")
    if is_answer and cell.source.strip() in {"", _PLACEHOLDER}:
        yield f"The answer `{name}` is empty."


def cell_label(number: int, cell: NotebookCell) -> str:
    """The cell's name for the student: its position, and nbgrader's or Jupyter's id."""
    name = cell.grade_id or cell.cell_id
    return f"Cell {number}" + (f" (`{name}`)" if name else "")
