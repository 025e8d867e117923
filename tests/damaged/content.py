"""The bytes of the file: encodings, line ends, sizes, depths, and files that are no notebooks."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable

from tests.damaged.corpus import Builder, damage
from tests.damaged.sheet import Notebook, Sheet, code, encoded

REPLACED = "not valid UTF-8; the broken characters were replaced"
WENT_ON = "the file went on after the end of the notebook"
BROKE_OFF = "the file broke off in line"
NOT_JSON = "the file was not a notebook: it was not JSON"
OTHER_JSON = "another kind of JSON"
DEEP = "nested too deeply"
MEBIBYTE = 2**20


def in_metadata(sheet: Sheet, value: str) -> bytes:
    """The solved notebook with this JSON in its metadata."""
    document = {**sheet.solved(), "metadata": {"odd": "HERE"}}
    return encoded(document).replace(b'"HERE"', value.encode())


def german(sheet: Sheet) -> Notebook:
    """The solved notebook with letters that each encoding writes differently, in running code."""
    document = sheet.solved()
    document["cells"].append(code("größe = 'é'\nprint(größe)"))
    return document


@damage("harmless")
def byte_order_mark(sheet: Sheet) -> bytes:
    """A mark that Windows puts in front of UTF-8."""
    return b"\xef\xbb\xbf" + encoded(sheet.solved())


@damage("harmless", "the file was written as UTF-16, not as UTF-8; it was read as that")
def utf_16(sheet: Sheet) -> bytes:
    """Saved as "Unicode" by an editor on Windows."""
    return encoded(german(sheet)).decode().encode("utf-16")


@damage("harmless", "the file was written as UTF-16, not as UTF-8; it was read as that")
def utf_16_without_mark(sheet: Sheet) -> bytes:
    """UTF-16 without the mark that says so."""
    return encoded(german(sheet)).decode().encode("utf-16-be")


@damage("harmless", "the file was written as UTF-32, not as UTF-8; it was read as that")
def utf_32(sheet: Sheet) -> bytes:
    """Four bytes for each letter."""
    return encoded(german(sheet)).decode().encode("utf-32")


@damage("harmless", "it was read as Windows-1252")
def latin_1(sheet: Sheet) -> bytes:
    """Written by a program on Windows in its own code."""
    document = german(sheet)
    for cell in document["cells"]:
        cell["source"] = cell["source"].encode("cp1252", errors="replace").decode("cp1252")
    return encoded(document).decode().encode("cp1252")


@damage("harmless", REPLACED)
def invalid_utf_8(sheet: Sheet) -> bytes:
    """Some bytes of a text were overwritten."""
    document = german(sheet)
    document["cells"].append({**code("# HERE"), "cell_type": "markdown"})
    return encoded(document).replace(b"HERE", b"\xff\xfe\xc3\x28\xed\xa0\x80")


@damage("harmless")
def lone_surrogates(sheet: Sheet) -> bytes:
    """Half a character in code, text, names and metadata, written as JSON allows it."""
    document = sheet.solved()
    document["cells"] += [code("half = '\ud800'  # \udfff"), {**code("\ud83d"), "cell_type": "raw"}]
    document["cells"][-1]["metadata"] = {"nbgrader": {"grade_id": "\udc00"}, "\ud800": "\ud800"}
    return encoded(document, ensure_ascii=True)


@damage("harmless", "was not run, because the Python 3.11 here cannot read it")
def zero_characters(sheet: Sheet) -> Notebook:
    """A character of value zero in a text, and in code that cannot run for it."""
    document = sheet.solved()
    document["cells"] += [code("x = 1\0"), {**code("a\0b"), "cell_type": "markdown"}]
    return document


@damage("harmless")
def control_characters(sheet: Sheet) -> bytes:
    """Characters that JSON forbids in a text stand in one as they are."""
    document = sheet.solved()
    document["cells"].append({**code("HERE"), "cell_type": "raw"})
    return encoded(document).replace(b"HERE", bytes(range(0x20)))


@damage("harmless")
def windows_line_ends(sheet: Sheet) -> bytes:
    """Windows line ends, in the file and in every text."""
    document = sheet.solved()
    for cell in document["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")
    return encoded(document).replace(b"\n", b"\r\n")


@damage("harmless")
def old_mac_line_ends(sheet: Sheet) -> bytes:
    """Only carriage returns, in the file and in every text."""
    document = sheet.solved()
    for cell in document["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r")
    return encoded(document).replace(b"\n", b"\r")


@damage("harmless", WENT_ON)
def garbage_behind(sheet: Sheet) -> bytes:
    """Something else follows the notebook."""
    return encoded(sheet.solved()) + b"}\n]\xff garbage"


@damage("harmless", WENT_ON)
def zeros_behind(sheet: Sheet) -> bytes:
    """A disk's block was filled up with zero bytes."""
    return encoded(sheet.solved()) + b"\0" * 4096


@damage("harmless", WENT_ON)
def two_notebooks(sheet: Sheet) -> bytes:
    """Two notebooks in one file; the first counts."""
    return encoded(sheet.solved()) + encoded(sheet.untouched())


@damage("harmless")
def keys_repeated(sheet: Sheet) -> bytes:
    """Every key of the file is there twice; the last counts, as in a browser."""
    first = {"cells": sheet.untouched()["cells"], "metadata": 3, "nbformat": 9}
    return encoded(first).rstrip()[:-1] + b"," + encoded(sheet.solved()).lstrip()[1:]


@damage("harmless")
def numbers_that_are_none(sheet: Sheet) -> bytes:
    """NaN and Infinity, which JSON does not know."""
    return in_metadata(sheet, "[NaN, Infinity, -Infinity, 1e999, -0.0]")


@damage("harmless")
def enormous_integer(sheet: Sheet) -> bytes:
    """A number of five thousand digits, which Python refuses to read."""
    return in_metadata(sheet, "9" * 5_000)


@damage("harmless")
def million_keys(sheet: Sheet) -> bytes:
    """An object with a million keys."""
    return in_metadata(sheet, json.dumps(dict.fromkeys(map(str, range(1_000_000)), 0)))


@damage("unreadable", "the file held more than 2,000,000 values")
def millions_of_values(sheet: Sheet) -> bytes:
    """Five million empty lists."""
    return in_metadata(sheet, f"[{'[],' * 5_000_000}1]")


@damage("harmless")
def nested_100(sheet: Sheet) -> bytes:
    """A hundred lists inside each other."""
    return in_metadata(sheet, "[" * 100 + "]" * 100)


@damage("unreadable", DEEP)
def nested_1_000(sheet: Sheet) -> bytes:
    """A thousand lists inside each other."""
    return in_metadata(sheet, "[" * 1_000 + "]" * 1_000)


@damage("unreadable", DEEP)
def nested_100_000(sheet: Sheet) -> bytes:
    """A hundred thousand objects inside each other."""
    return in_metadata(sheet, '{"a":' * 100_000 + "1" + "}" * 100_000)


@damage("harmless")
def padded_to_60_megabytes(sheet: Sheet) -> bytes:
    """Sixty megabytes, nearly all of them blanks."""
    return encoded(sheet.solved()) + b" " * 60_000_000


@damage("unreadable", "was larger than 64 MiB")
def padded_to_65_mebibytes(sheet: Sheet) -> bytes:
    """More than is ever read."""
    return encoded(sheet.solved()) + b" " * (65 * MEBIBYTE)


@damage("unreadable", "the file held more than 2,000,000 values")
def brackets_of_60_megabytes(sheet: Sheet) -> bytes:  # noqa: ARG001
    """Sixty megabytes of opening brackets."""
    return b"[" * 60_000_000


@damage("unreadable", BROKE_OFF)
def text_of_60_megabytes(sheet: Sheet) -> bytes:  # noqa: ARG001
    """One text of sixty megabytes that never ends, full of commas that do not count."""
    return b'{"cells": ["' + rb"\n, " * 15_000_000


def _truncated(percent: int) -> Builder:
    def build(sheet: Sheet) -> bytes:
        content = encoded(sheet.solved())
        return content[: len(content) * percent // 100]

    build.__name__ = f"truncated_at_{percent}_percent"
    build.__doc__ = f"A download that broke off after {percent} percent."
    return build


for _percent in (1, 10, 25, 50, 75, 99):
    damage("unreadable", BROKE_OFF)(_truncated(_percent))


@damage("unreadable", BROKE_OFF)
def last_bracket_missing(sheet: Sheet) -> bytes:
    """The very last bracket is missing."""
    return encoded(sheet.solved()).rstrip()[:-1]


@damage("unreadable", "the file was damaged: in line")
def comma_missing(sheet: Sheet) -> bytes:
    """Somebody edited the file by hand, and took away a comma."""
    return encoded(sheet.solved()).replace(b'"metadata": {},', b'"metadata": {}', 1)


@damage("unreadable", "the marks of an unfinished merge")
def merge_conflict(sheet: Sheet) -> bytes:
    """git has left its marks in the file."""
    lines = encoded(sheet.solved()).splitlines(keepends=True)
    return b"".join([*lines[:40], b"<<<<<<< HEAD\n", *lines[40:], b"=======\n>>>>>>> theirs\n"])


def _instead(name: str, what: str, says: str, make: Callable[[Sheet], bytes]) -> None:
    def build(sheet: Sheet) -> bytes:
        return make(sheet)

    build.__name__, build.__doc__ = name, what
    damage("unreadable", says)(build)


def _zipped(sheet: Sheet) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"{sheet.assignment}.ipynb", encoded(sheet.solved()))
    return archive.getvalue()


def _script(sheet: Sheet) -> bytes:
    cells = sheet.solved()["cells"]
    return "\n".join(c["source"] for c in cells if c["cell_type"] == "code").encode()


_instead("empty_file", "Nothing.", "the file was empty", lambda _: b"")
_instead("blank_file", "Blanks only.", "the file was empty", lambda _: b" \r\n\t\n")
_instead("zeros_only", "Zero bytes only.", "nothing but zero bytes", lambda _: b"\0" * 20_000)
_instead("json_null", "The value null.", OTHER_JSON, lambda _: b"null")
_instead("json_list", "An empty list.", OTHER_JSON, lambda _: b"[]")
_instead("json_text", "A text.", OTHER_JSON, lambda _: b'"a notebook"')
_instead("json_object", "An empty object.", "it had no cells", lambda _: b"{}")
_instead("zip_archive", "The notebook in an archive.", "but a zip archive", _zipped)
_instead("pdf", "A print of the notebook.", "but a PDF", lambda _: b"%PDF-1.7\n%\xe2\xe3\n")
_instead("picture", "A screenshot.", "but a picture", lambda _: b"\x89PNG\r\n\x1a\n" + b"\0" * 99)
_instead("script", "The code as a Python file.", NOT_JSON, _script)
_instead(
    "repr",
    "Python's way to write it.",
    "damaged: in line 1 it was",
    lambda s: repr(s.solved()).encode(),
)
_instead("random_bytes", "No file of any kind.", NOT_JSON, lambda _: bytes(range(255, 0, -1)) * 40)
_instead(
    "compressed",
    "The notebook, compressed.",
    "but a compressed file",
    lambda sheet: gzip.compress(encoded(sheet.solved()), mtime=0),
)
_instead(
    "web_page",
    "The page that a login shows instead of the file.",
    "but a web page",
    lambda _: b"<!DOCTYPE html>\n<html><script>alert('canary')</script></html>",
)
