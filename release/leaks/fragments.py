"""Takes apart what students get, down to each cell and attachment, for the leak check. Trusted.

Nothing is run or unpickled: archives are listed, base64 and compressed data are decoded, and binary
files are searched for texts.
"""

import base64
import binascii
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BYTES = 256 * 2**20
MAX_LAYERS = 4
# Base64 and hexadecimal: one run of letters, or lines of them as programs break them.
_BREAK = re.compile(rb"\s|\\n")
_BASE64 = re.compile(
    rb"(?:[A-Za-z0-9+/]{40,}(?:\r?\n|\\n))+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/_-]{24,}={0,2}"
)
_HEXADECIMAL = re.compile(rb"(?:(?:[0-9A-Fa-f]{2}){16,}(?:\r?\n|\\n)?)+")
_PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]{6,}|(?:[\t\n\r\x20-\x7e]\0){6,}")
_SENTENCE = re.compile(rb"[\t\n\r\x20-\x7e]{16,}|(?:[\t\n\r\x20-\x7e]\0){16,}")
_FILE_SIGNATURES = (b"PK\x03\x04", b"\x1f\x8b", b"x\x9c", b"x\xda", b"SQLite format 3\0")
_PARTS = ("source", "outputs", "attachments", "metadata")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of what students get.

    Attributes:
        file: Its path in the delivery.
        place: Where in the file, such as ``cell 3 (`setup`), outputs``; empty for all of it.
        content: Its bytes.
    """

    file: str
    place: str
    content: bytes

    @property
    def where(self) -> str:
        """File and place, for a sentence."""
        return f"{self.file}, {self.place}" if self.place else self.file

    @property
    def text(self) -> str:
        """Its text; of a binary file, the texts in it."""
        with suppress(UnicodeDecodeError):
            if b"\0" not in self.content:
                return self.content.decode("utf-8")
        texts = (run.replace(b"\0", b"") for run in _PRINTABLE.findall(self.content))
        return b"\n".join(texts).decode("ascii")

    def inside(self, what: str, content: bytes) -> "Fragment":
        """A part of this fragment."""
        return Fragment(self.file, f"{self.place}, {what}" if self.place else what, content)


def files_of(delivery: Path) -> Iterator[tuple[str, bytes | None]]:
    """Path and bytes of every file in a folder or a zip archive; None for a link or a device."""
    if delivery.is_file():
        with zipfile.ZipFile(delivery) as archive:
            for info in sorted(archive.infolist(), key=lambda one: one.filename):
                if not info.is_dir():
                    yield info.filename, archive.read(info)
        return
    for path in sorted(delivery.rglob("*")):
        name = path.relative_to(delivery).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield name, None
        elif path.is_file():
            yield name, path.read_bytes()


def fragments_of(file: str, content: bytes) -> Iterator[Fragment]:
    """The parts of a file that can be named, with all that is packed in them; then all of it."""
    whole = Fragment(file, "", content)
    for fragment in (*_parts_of_json(whole), whole):
        yield from _opened(fragment, MAX_LAYERS)
        yield fragment


def _parts_of_json(whole: Fragment) -> Iterator[Fragment]:
    """A notebook's cells, part by part; of other JSON, all texts as they read when decoded."""
    if not whole.file.endswith((".ipynb", ".json")):
        return
    try:
        document = json.loads(whole.content)
    except (ValueError, RecursionError):
        return
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        yield whole.inside("its values", _strings(document))
        return
    # No reader of notebooks: what is in no place where Jupyter puts it must be found as well.
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            yield whole.inside(f"cell {number}", _strings(cell))
            continue
        metadata = cell.get("metadata")
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
        called = grade_id or cell.get("id")
        name = f"cell {number} (`{called}`)" if called else f"cell {number}"
        for part in _PARTS:
            if cell.get(part):
                place = name if part == "source" else f"{name}, {part}"
                yield whole.inside(place, _strings(cell[part]))
        rest = {key: value for key, value in cell.items() if key not in _PARTS}
        yield whole.inside(f"{name}, id", _strings(rest))
    rest = {key: value for key, value in document.items() if key != "cells"}
    yield whole.inside("the notebook's metadata", _strings(rest))


def _strings(value: Any) -> bytes:
    return "\n".join(_texts(value)).encode(errors="replace")


def _texts(value: Any) -> Iterator[str]:
    """Every key and value; Jupyter's lists of lines as one text each."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list) and all(isinstance(line, str) for line in value):
        yield "".join(value)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)


def _opened(fragment: Fragment, layers: int) -> Iterator[Fragment]:
    """What is packed or encoded in a fragment, and in that, and so on."""
    if not layers:
        return
    for inner in (*_unpacked(fragment), *_decoded(fragment)):
        yield inner
        yield from _opened(inner, layers - 1)


def _unpacked(fragment: Fragment) -> Iterator[Fragment]:
    content = fragment.content
    if content.startswith(b"PK\x03\x04"):
        with (
            suppress(zipfile.BadZipFile, OSError, RuntimeError, ValueError),
            zipfile.ZipFile(io.BytesIO(content)) as archive,
        ):
            for info in archive.infolist():
                if info.file_size <= MAX_BYTES:
                    named = info.filename.encode() + b"\n" + archive.read(info)
                    yield fragment.inside(f"`{info.filename}` in it", named)
    with suppress(OSError, EOFError, zlib.error):
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(content)) as file:
                yield fragment.inside("unpacked", file.read(MAX_BYTES))
        elif content[:1] == b"\x78":
            yield fragment.inside("unpacked", zlib.decompressobj().decompress(content, MAX_BYTES))


def _decoded(fragment: Fragment) -> Iterator[Fragment]:
    # A letter too many in front would shift all others: four letters are three bytes.
    for run in {run[shift:] for run in _BASE64.findall(fragment.content) for shift in range(4)}:
        bare = _BREAK.sub(b"", run).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        with suppress(binascii.Error, ValueError):
            content = base64.b64decode(bare + b"=" * (-len(bare) % 4))
            if _is_text_or_file(content):
                yield fragment.inside("decoded from base64", content)
    for run in set(_HEXADECIMAL.findall(fragment.content)):
        content = binascii.unhexlify(_BREAK.sub(b"", run))
        if _is_text_or_file(content):
            yield fragment.inside("decoded from hexadecimal", content)


def _is_text_or_file(content: bytes) -> bool:
    """Whether decoding made sense; a long word that happens to look like base64 gives neither."""
    return content.startswith(_FILE_SIGNATURES) or bool(_SENTENCE.search(content))
