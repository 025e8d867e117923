"""A submitted file, read as hostile bytes, in the operator's process and its workers.

Nothing here trusts the file: it may be a link, a pipe, a folder, 60 MB of brackets, or no
notebook at all. Whatever is wrong with it is the student's outcome, one plain sentence, and never
an exception that reaches the operator.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_BYTES = 64 * 1024 * 1024
# A JSON value costs about 100 bytes of memory: this many of them, in a file within the limit, can
# take 400 MB of a worker and no more.
MAX_VALUES = 4_000_000
MAX_CELLS = 2_000
KINDS = frozenset({"code", "markdown", "raw"})
NBFORMAT, OLD_NBFORMAT = 4, 3


class UnreadableError(Exception):
    """A submission is no notebook; the text is the sentence that the student reads."""


@dataclass(frozen=True, slots=True)
class SubmittedCell:
    """One cell as the student handed it in; nothing else of the file is kept.

    Attributes:
        kind: ``code``, ``markdown`` or ``raw``.
        source: Its text, without lone surrogates.
        grade_id: What it claims to be; empty when it claims nothing.
        attachments: Pictures of a markdown cell: name → media type → base64.
    """

    kind: str
    source: str
    grade_id: str = ""
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubmittedNotebook:
    """A submission's cells in their order, and what was wrong with the file."""

    cells: tuple[SubmittedCell, ...]
    problems: tuple[str, ...] = ()


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The content of a regular file of at most ``limit`` bytes; never waits, follows no link.

    Raises:
        UnreadableError: It is not there, is something else than a file, or is too large.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise UnreadableError(f"there was no file `{path.name}`") from None
    except OSError as error:
        raise UnreadableError(_not_opened(path, error)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableError(f"`{path.name}` was not an ordinary file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise UnreadableError(f"`{path.name}` could not be read: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise UnreadableError(f"`{path.name}` was larger than {limit // 2**20} MiB")
    return content


def _not_opened(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return f"`{path.name}` was a link, not a file"
    return f"`{path.name}` could not be opened: {error.strerror}"


def read_notebook(content: bytes) -> SubmittedNotebook:
    """The cells of a submitted notebook, whatever the rest of it holds.

    Raises:
        UnreadableError: It is not a notebook.
    """
    problems: list[str] = []
    document = _parsed(content, problems)
    return SubmittedNotebook(tuple(_cells(document, problems)), tuple(problems))


def _parsed(content: bytes, problems: list[str]) -> Mapping[str, Any]:
    if sum(content.count(mark) for mark in (b"[", b"{", b",")) > MAX_VALUES:
        raise UnreadableError(f"the file held more than {MAX_VALUES:,} values")
    text = content.decode("utf-8-sig", errors="replace")
    try:
        document = json.loads(text)
    except RecursionError:
        raise UnreadableError("the file was nested too deeply to be a notebook") from None
    except ValueError:
        raise UnreadableError("the file was not a notebook: it was not JSON") from None
    if not isinstance(document, dict):
        raise UnreadableError("the file was not a notebook: it was another kind of JSON")
    if "\ufffd" in text and "\ufffd".encode() not in content:
        problems.append("the file was not valid UTF-8; the broken characters were replaced")
    return document


def _cells(document: Mapping[str, Any], problems: list[str]) -> list[SubmittedCell]:
    raw = _raw_cells(document)
    if len(raw) > MAX_CELLS:
        raise UnreadableError(f"the notebook had {len(raw):,} cells; at most {MAX_CELLS:,} are run")
    cells = []
    for number, entry in enumerate(raw, start=1):
        cell = _cell(entry)
        if cell is None:
            problems.append(f"cell {number} of the file could not be read and was left out")
        else:
            cells.append(cell)
    return cells


def _raw_cells(document: Mapping[str, Any]) -> list[Any]:
    version = document.get("nbformat")
    if version == NBFORMAT and isinstance(document.get("cells"), list):
        return list(document["cells"])
    if version == OLD_NBFORMAT and isinstance(document.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in document["worksheets"] if isinstance(sheet, dict)]
        return [cell for cells in sheets if isinstance(cells, list) for cell in cells]
    if isinstance(version, int) and version not in {NBFORMAT, OLD_NBFORMAT}:
        raise UnreadableError(
            f"the notebook had format {max(0, min(version, 10**6))}; format {NBFORMAT} was expected"
        )
    raise UnreadableError("the file was not a notebook: it had no cells")


def _cell(entry: object) -> SubmittedCell | None:
    if not isinstance(entry, dict):
        return None
    kind, source = _kind_and_source(entry)
    if source is None:
        return None
    return SubmittedCell(kind, source, _grade_id(entry), _attachments(entry))


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
    return without_surrogates(value) if isinstance(value, str) else None


def without_surrogates(text: str) -> str:
    """The text with ``?`` for each lone surrogate, which no file and no database can hold."""
    return text.encode("utf-8", errors="replace").decode()


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
            pictures = {
                media: data
                for media, data in bundle.items()
                if media in {"image/png", "image/jpeg", "image/gif"} and isinstance(data, str)
            }
            if pictures:
                kept[without_surrogates(name)] = {
                    media: without_surrogates(data) for media, data in pictures.items()
                }
    return kept
