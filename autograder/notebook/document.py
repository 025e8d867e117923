"""The JSON of a submitted file, or the sentence that says what else the file was.

In a worker, on hostile bytes: what they can cost is bounded before they are parsed.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

# A value costs a parser at most 250 bytes of memory: a worker never needs more than 500 MB.
MAX_VALUES = 2_000_000
# Far below the parser's own limit, which depends on who calls it: a verdict must not.
MAX_LEVELS = 200
SHOWN_CHARACTERS = 60
MEND = "save the notebook in Jupyter again and hand in that .ipynb file"
# What people hand in by mistake, by the bytes it begins with.
SIGNS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"<", "a web page"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a text document"),
)
_BLANK = " \t\r\n"
_BRACKETS = (b"[", b"{", b",")
# It never fails to match where it begins, so that no quote is looked at twice.
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
# A letter beyond ASCII that was decoded, not replaced.
_OTHER_LETTER = re.compile("[^\x00-\x7f\ufffd]")
_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)

Tell = Callable[[str], None]


class UnreadableError(Exception):
    """A submission is no notebook; the text is the sentence that the student reads."""


def without_surrogates(text: str) -> str:
    """The text with ``?`` for each lone surrogate, which no file and no database can hold."""
    return text.encode("utf-8", errors="replace").decode()


def quoted(name: str) -> str:
    """A name of the student's choice, as part of a sentence: one line, and of a bounded length."""
    cut = name if len(name) <= SHOWN_CHARACTERS else f"{name[: SHOWN_CHARACTERS - 1]}…"
    return f"`{''.join(c if c.isprintable() and c != '`' else '?' for c in cut)}`"


def read_document(content: bytes, tell: Tell) -> Mapping[str, Any]:
    """The file's JSON object.

    Args:
        content: The file.
        tell: Is given a sentence for what was mended on the way.

    Raises:
        UnreadableError: It is no JSON object, or one that is too large or nested too deeply.
    """
    _refuse_other_files(content)
    _refuse_many_values(content)
    text = _decoded(content, tell)
    document = _parsed(text, content, tell)
    if not isinstance(document, dict):
        raise UnreadableError(f"the file was not a notebook but another kind of JSON; {MEND}")
    if _is_deep(document):
        _refuse_depth()
    return document


def _refuse_other_files(content: bytes) -> None:
    if not content.strip(b"\0 \t\r\n"):
        what = "held nothing but zero bytes" if content.strip() else "was empty"
        raise UnreadableError(f"the file {what}: it was not saved properly; {MEND}")
    for sign, what in SIGNS:
        if content.lstrip().startswith(sign) and not _CONFLICT.match(content):
            raise UnreadableError(
                f"the file was not a notebook but {what}; hand in the .ipynb file itself"
            )


def _refuse_many_values(content: bytes) -> None:
    if sum(map(content.count, _BRACKETS)) <= MAX_VALUES:
        return
    # Printed numbers may be full of commas: those in strings do not count, but strings do.
    few = content.count(b'"') <= 2 * MAX_VALUES
    bare = _STRINGS.sub(b"", content) if few else content
    if sum(map(bare.count, _BRACKETS)) > MAX_VALUES:
        raise UnreadableError(
            f"the file held more than {MAX_VALUES:,} values; clear the outputs, save the notebook "
            "and hand it in again"
        )


def _decoded(content: bytes, tell: Tell) -> str:
    encoding = json.detect_encoding(content)
    if not encoding.startswith("utf-8"):
        tell(f"the file was written as {encoding[:6].upper()}, not as UTF-8; it was read as that")
        return content.decode(encoding, errors="replace")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode(encoding, errors="replace")
    if not _OTHER_LETTER.search(text):
        # Nothing in it is UTF-8: some programs on Windows write their own code.
        tell("the file was not written as UTF-8; it was read as Windows-1252")
        return content.decode("cp1252", errors="replace")
    tell("the file was not valid UTF-8; the broken characters were replaced")
    return text


def _parsed(text: str, content: bytes, tell: Tell) -> object:
    begin = len(text) - len(text.lstrip(_BLANK))
    try:
        try:
            document, end = json.JSONDecoder(strict=False).raw_decode(text, begin)
        except json.JSONDecodeError as error:
            raise UnreadableError(_not_json(error, content)) from None
        except ValueError:
            # Python refuses to read a number of thousands of digits; no cell needs it.
            document, end = json.JSONDecoder(strict=False, parse_int=_bounded).raw_decode(
                text, begin
            )
    except RecursionError:
        _refuse_depth()
    if text[end:].strip(_BLANK):
        tell("the file went on after the end of the notebook; only the part before it was graded")
    return document


def _bounded(digits: str) -> int:
    return int(digits) if len(digits) < SHOWN_CHARACTERS else 0


def _refuse_depth() -> NoReturn:
    raise UnreadableError(f"the file was nested too deeply to be a notebook; {MEND}")


def _not_json(error: json.JSONDecodeError, content: bytes) -> str:
    if _CONFLICT.search(content):
        return (
            f"the file held the marks of an unfinished merge (`<<<<<<<`): resolve it, then {MEND}"
        )
    if not content.lstrip(b"\xef\xbb\xbf\xff\xfe\0" + _BLANK.encode()).startswith((b"{", b"[")):
        return f"the file was not a notebook: it was not JSON; {MEND}"
    if error.pos >= len(error.doc.rstrip()) - 4 or error.msg.startswith("Unterminated"):
        return (
            f"the file broke off in line {error.lineno}, as after an interrupted download; {MEND}"
        )
    return f"the file was damaged: in line {error.lineno} it was not JSON any more; {MEND}"


def _is_deep(document: Any) -> bool:
    level: list[Any] = [document]
    for _ in range(MAX_LEVELS):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
