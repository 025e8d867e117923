"""Finds what is missing in a notebook: cells that were deleted, answers that are not written."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

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
    cells = [cell for cell in document["cells"] if isinstance(cell, dict)]
    counts = Counter(_grade_id(cell) for cell in cells)
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


def _unwritten(cell: Document, expected: frozenset[str]) -> Iterator[str]:
    name, text = _grade_id(cell), cell_source(cell)
    if name not in expected:
        return
    if name.endswith(SOLUTION_SUFFIX) and _STUB.search(text):
        exercise = name.removesuffix(SOLUTION_SUFFIX)
        yield f"`{exercise}` is not written yet: it still says `raise NotImplementedError()`."
    is_answer = cell.get("cell_type") == "markdown" and _nbgrader_metadata(cell).get("solution")
    if is_answer and text.strip() in {"", _PLACEHOLDER}:
        yield f"The answer `{name}` is empty."


def _nbgrader_metadata(cell: Document) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _grade_id(cell: Document) -> str:
    return str(_nbgrader_metadata(cell).get("grade_id") or "")


def cell_label(number: int, cell: Document) -> str:
    """The cell's name for the student: its position, and nbgrader's or Jupyter's id."""
    name = _grade_id(cell) or cell.get("id")
    return f"Cell {number}" + (f" (`{name}`)" if name else "")


def cell_source(cell: Document) -> str:
    """The cell's text; notebooks may keep it as a list of lines."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
