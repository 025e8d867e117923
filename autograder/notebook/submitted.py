"""A submitted notebook's cells, read from hostile bytes, in a worker of a grading run.

Nothing here trusts the file. A fault of the file is the student's outcome, one plain sentence, and
never an exception that reaches the operator. Little is kept of it: texts, names and
pictures, within bounds.
"""

import base64
import binascii
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.notebook.document import (
    MEND,
    Tell,
    UnreadableError,
    quoted,
    read_document,
    without_surrogates,
)
from autograder.notebook.submission_file import read_bytes

__all__ = ["UnreadableError", "read_bytes", "without_surrogates"]

MAX_CELLS = 2_000
# A cell's text and a notebook's: what a person writes is a hundredth of it.
MAX_CELL_CHARACTERS = 1_000_000
MAX_CHARACTERS = 8_000_000
MAX_PICTURE_CHARACTERS = 32_000_000
KINDS = frozenset({"code", "markdown", "raw"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
NBFORMAT = 4
# Of cells that a sentence names.
MOST_NUMBERS = 5


@dataclass(frozen=True, slots=True)
class SubmittedCell:
    """One cell as the student handed it in; nothing else of the file is kept.

    Attributes:
        kind: ``code``, ``markdown`` or ``raw``.
        source: Its text, without lone surrogates.
        grade_id: What it claims to be; empty when it claims nothing.
        attachments: Pictures of a markdown cell: name → media type → base64.
        cell_id: Jupyter's own name for it, since nbformat 4.5; empty before.
    """

    kind: str
    source: str
    grade_id: str = ""
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cell_id: str = ""


@dataclass(frozen=True, slots=True)
class SubmittedNotebook:
    """A submission's cells in their order, and what was wrong with the file."""

    cells: tuple[SubmittedCell, ...]
    problems: tuple[str, ...] = ()


def read_notebook(content: bytes, *, wanted: Collection[str] = ()) -> SubmittedNotebook:
    """The cells of a submitted notebook; the rest of it may hold anything.

    Args:
        content: The file.
        wanted: Names of cells that are kept however many stand above them.

    Raises:
        UnreadableError: It is not a notebook.
    """
    problems: list[str] = []
    document = read_document(content, problems.append)
    entries = _entries(document, problems.append)
    selection = _Selection(wanted)
    for number, entry in enumerate(entries, start=1):
        selection.add(number, entry)
    problems += selection.problems()
    return SubmittedNotebook(tuple(selection.cells), tuple(problems))


def _entries(document: Mapping[str, Any], tell: Tell) -> list[Any]:
    """By what the file holds, not by the format that it says it has."""
    cells, sheets = document.get("cells"), document.get("worksheets")
    if isinstance(cells, list):
        version = document.get("nbformat")
        if type(version) is not int or version != NBFORMAT:
            tell(f"the file gave its `nbformat` as {_shown(version)}; it was read as {NBFORMAT}")
        return cells
    if isinstance(sheets, list):
        # Formats 2 and 3, of before 2015.
        inner = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in inner if isinstance(cells, list) for cell in cells]
    raise UnreadableError(f"the file was not a notebook: it had no cells; {MEND}")


def _shown(version: object) -> str:
    if version is None:
        return "nothing"
    plain = isinstance(version, str | int | float)
    return quoted(json.dumps(version)) if plain else "something else than a number"


class _Selection:
    """The cells that can be read, within bounds, and one sentence for each reason to leave some."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.cells: list[SubmittedCell] = []
        self._wanted = set(wanted)
        self._letters = MAX_CHARACTERS
        self._pixels = MAX_PICTURE_CHARACTERS
        self._malformed: list[int] = []
        self._large: list[int] = []
        self._beyond = 0

    def add(self, number: int, entry: object) -> None:
        """Keep one entry of the file's cells, or remember why not."""
        cell = _cell(entry)
        if cell is None:
            self._malformed.append(number)
            return
        if len(cell.source) > min(MAX_CELL_CHARACTERS, self._letters):
            self._large.append(number)
            return
        names = {cell.grade_id, cell.cell_id}
        if len(self.cells) >= MAX_CELLS and not names & self._wanted:
            self._beyond += 1
            return
        self._wanted -= names
        self._letters -= len(cell.source)
        self.cells.append(replace(cell, attachments=self._affordable(cell.attachments)))

    def _affordable(self, given: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
        kept: dict[str, Mapping[str, str]] = {}
        for name, bundle in given.items():
            size = sum(map(len, bundle.values()))
            if size <= self._pixels:
                self._pixels -= size
                kept[name] = bundle
        return kept

    def problems(self) -> Iterator[str]:
        """One sentence for each reason."""
        if self._malformed:
            yield f"{_left_out(self._malformed)}: a cell's text was missing or was no text"
        if self._large:
            most = f"{MAX_CELL_CHARACTERS:,} characters of a cell"
            yield f"{_left_out(self._large)}: at most {most} are read"
        if self._beyond:
            yield (
                f"the notebook had more than {MAX_CELLS:,} cells; {self._beyond:,} of them, none "
                "of which is graded, were left out"
            )


def _left_out(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"cell {numbers[0]} of the file could not be read and was left out"
    shown = ", ".join(map(str, numbers[:MOST_NUMBERS]))
    more = ", …" if len(numbers) > MOST_NUMBERS else ""
    return f"{len(numbers):,} cells of the file ({shown}{more}) could not be read and were left out"


def _cell(entry: object) -> SubmittedCell | None:
    if not isinstance(entry, dict):
        return None
    kind, source = _kind_and_source(entry)
    if source is None:
        return None
    cell_id = entry.get("id")
    return SubmittedCell(
        kind,
        source,
        _grade_id(entry),
        _attachments(entry),
        without_surrogates(cell_id) if isinstance(cell_id, str) else "",
    )


def _kind_and_source(entry: Mapping[str, Any]) -> tuple[str, str | None]:
    """Format 3 had ``input`` for code, and headings as a kind of their own."""
    kind = entry.get("cell_type")
    source = _text(entry["source"] if "source" in entry else entry.get("input"))
    if kind == "heading" and source is not None:
        level = entry.get("level")
        marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)  # noqa: PLR2004
        return "markdown", f"{marks} {source}"
    if kind == "html":
        return "markdown", source
    return (kind, source) if isinstance(kind, str) and kind in KINDS else ("raw", source)


def _text(value: object) -> str | None:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        return None
    return without_surrogates(value).replace("\r\n", "\n").replace("\r", "\n")


def _grade_id(entry: Mapping[str, Any]) -> str:
    metadata = entry.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return without_surrogates(name) if isinstance(name, str) else ""


def _attachments(entry: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    given = entry.get("attachments")
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in given.items() if isinstance(given, dict) else ():
        if isinstance(bundle, dict):
            pictures = {media: data for media, data in bundle.items() if is_picture(media, data)}
            if pictures:
                kept[without_surrogates(name)] = pictures
    return kept


def is_picture(media: str, data: object) -> bool:
    """Whether it is a picture in base64; a page that shows it would put it into an address."""
    if media not in PICTURES or not isinstance(data, str):
        return False
    try:
        base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
