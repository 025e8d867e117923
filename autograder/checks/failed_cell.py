"""What ended a cell early, in plain words. Pure functions of data, for grading and for `submit`.

A cell's outputs are the student's word. They only choose among fixed sentences, and a gap in a
sentence takes nothing but what looks like a name or a path. A quoted line comes from the cell's own
text.
"""

import builtins
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checks.explanation import kind_of, line_of
from autograder.model.observation import Raised

# The packages that the rules of every notebook allow, beside Python's standard library.
IMPORTABLE = ("torch", "numpy", "matplotlib", "tqdm")
PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"

_NAME = r"[^\W\d]\w{0,60}(?:\.\w{1,60}){0,5}"
_PATH = r"[\w ./\\~:()+-]{1,100}"
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")
# A frame of a cell's own lines; one of a function has a name behind it.
# A text of the student's process must not make a search slow: every repetition is bounded.
_FRAME = re.compile(r"^ {0,4}Cell In\[\d{1,6}\], line (\d{1,6})$", re.MULTILINE)
_NOT_PYTHON = re.compile(r"(.{0,300}?) \([^()]{1,100}, line (\d{1,6})\)$")
_NO_MAGIC = re.compile(
    r"UsageError: (?:Line magic function|Cell magic) `(%{1,2}\w{1,50})` not found"
)
_READ_CHARACTERS = 100_000
_BUILTIN = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
)

_FILES = "A notebook is graded without the files beside it"
ONLY_IMPORTABLE = (
    f"Only {', '.join(IMPORTABLE)} and Python's standard library are sure to be there when it is "
    "graded; a file of your own beside the notebook is not"
)
# Exception, beginning of its text, what it means, what follows from it.
_KINDS = (
    ("ModuleNotFoundError", rf"No module named '((?:{'|'.join(IMPORTABLE)})\.{_NAME})'",
     "there is no module named `{}` here", ""),
    ("ModuleNotFoundError", rf"No module named '({_NAME})'",
     "there is no module named `{}` here", ONLY_IMPORTABLE),
    ("ImportError", rf"cannot import name '({_NAME})' from '({_NAME})'",
     "`{}` cannot be imported from `{}`", ""),
    ("ImportError", "Cannot load backend '|Failed to import any of the following Qt binding",
     "there is no window here to draw plots in", "Leave out what asks for one"),
    ("ImportError", "", "what it imports cannot be loaded here", ""),
    ("FileNotFoundError", rf"\[Errno 2\] No such file or directory: '({_PATH})'$",
     "there is no file `{}` here", _FILES),
    ("FileNotFoundError", "", "a file that it opens is not there", _FILES),
    ("Exception", rf"File `'({_PATH})'` not found\.$", "there is no file `{}` here", _FILES),
    ("StdinNotImplementedError", "", "it asks for input, which no one can type here", ""),
)  # fmt: skip
# Messages of Python's parser that help a student; every other text could be the student's own.
_HELPFUL_MESSAGES = re.compile(
    r"expected ':'|'[\[({]' was never closed|unmatched '[\])}]'|unexpected indent"
    r"|unterminated (?:f-)?(?:triple-quoted )?(?:string|f-string) literal"
    r"|expected an indented block|unindent does not match any outer indentation level"
    r"|inconsistent use of tabs and spaces in indentation|'(?:return|yield)' outside function"
    r"|f-string: (?:expecting '}'|empty expression not allowed|single '}' is not allowed)"
    r"|Missing parentheses in call to 'print'|invalid syntax\. Perhaps you forgot a comma\?"
    r"|invalid syntax\. Maybe you meant '==' or ':=' instead of '='\?"
)
_CHARACTER = re.compile(r"invalid (?:non-printable )?character .{0,4} ?\(?U\+([0-9A-F]{4,6})\)?$")
# Two quotes around an f-string, and two of the same kind within.
_NESTED = 4
_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\xab\xbb"
_NEWER = re.compile(
    r"type\s{1,9}\w{1,60}\s{0,9}[\[=]|(?:async\s{1,9})?(?:def|class)\s{1,9}\w{1,60}\s{0,9}\["
    r"|except\b[^(]{1,200},|.{0,200}(?<![\w\"'])[tT][rR]?[\"']"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a cell ended early.

    Attributes:
        happened: The sentence after "the cell": ``ended in line 1, “…”: there is no …``.
        advice: What to do, a sentence without its full stop; empty where there is nothing to say.
        line: Number of the line in the cell, where it is known.
        was_read: Whether Python could read the cell at all.
        is_surprising: Whether the cell may well have worked on the student's machine: a module or
            a file was missing, or the cell needs another version of Python.
    """

    happened: str
    advice: str = ""
    line: int | None = None
    was_read: bool = True
    is_surprising: bool = False


def failure_of(cell: str, outputs: Sequence[Mapping[str, Any]]) -> Failure | None:
    """What ended the cell early; None where it ran to its end or was stopped.

    Args:
        cell: Its text.
        outputs: Its nbformat outputs.
    """
    error = next((one for one in reversed(outputs) if one.get("output_type") == "error"), None)
    if error is None:
        return _unknown_magic(cell, outputs)
    name, text = str(error.get("ename", "")), str(error.get("evalue", ""))[:_READ_CHARACTERS]
    if name == "KeyboardInterrupt":
        return None
    lines = error.get("traceback")
    trace = "\n".join(map(str, lines)) if isinstance(lines, list) else ""
    trace = _COLOURS.sub("", trace[:_READ_CHARACTERS])
    # Without a traceback, nothing was running: Python could not parse the cell itself.
    if name in {"SyntaxError", "IndentationError", "TabError"} and "Traceback (" not in trace:
        return _unread(cell, text)
    frames = _FRAME.findall(trace)
    return _ended(name, text, _line(cell, int(frames[-1]) if frames else 0))


def _ended(name: str, text: str, line: tuple[int, str] | None) -> Failure:
    number = line[0] if line else None
    place = f"in line {line[0]}, “{line[1]}”" if line else "with an error"
    for kind, beginning, meaning, advice in _KINDS:
        found = re.match(beginning, text) if name == kind else None
        if found:
            happened = f"ended {place}: {meaning.format(*found.groups())}"
            return Failure(happened, advice, line=number, is_surprising=True)
    found = re.match(rf"name '({_NAME})' is not defined", text) if name == "NameError" else None
    if found:
        return Failure(f"ended {place}: nothing has defined `{found[1]}` before", line=number)
    known = kind_of(Raised(name, text))
    shown = name if name in _BUILTIN or known else "an exception of its own"
    return Failure(
        happened=f"ended {place}: it raised {shown}",
        advice=known.sentence.rstrip(".") if known else "",
        line=number,
    )


def _unread(cell: str, text: str) -> Failure:
    parts = _NOT_PYTHON.match(text)
    said, line = (parts[1], _line(cell, int(parts[2]))) if parts else (text, None)
    # The parser's text may quote the cell, so only sentences of ours and fixed messages are shown.
    which = f"line {line[0]} of it, “{line[1]}”" if line else "it"
    advice = _advice_on(said, line[1] if line else "")
    return Failure(
        f"was not run, because the {PYTHON} here cannot read {which}",
        advice,
        line[0] if line else None,
        was_read=False,
        is_surprising=True,
    )


def _advice_on(said: str, line: str) -> str:
    code = _CHARACTER.match(said)
    if code and any(code[1] == f"{ord(character):04X}" for character in _QUOTES):
        return "Quotes have to be straight, \" or ', not curly as a word processor writes them"
    if code:
        return f"The character U+{code[1]} is none of Python's"
    # From 3.12 on, an f-string may hold its own quotes, backslashes and comments.
    nested = said.startswith("f-string: ") and max(map(line.count, "'\"")) >= _NESTED
    if nested or said.startswith("f-string expression part cannot") or _NEWER.match(line):
        return f"A newer Python may be able to; write it as {PYTHON} can read it"
    found = _HELPFUL_MESSAGES.match(said)
    return f"Python says: {found[0]}" if found else ""


def _unknown_magic(cell: str, outputs: Sequence[Mapping[str, Any]]) -> Failure | None:
    """The failure of a cell with an unknown magic: Jupyter prints a line and raises nothing."""
    said = "".join(str(one.get("text", "")) for one in outputs if one.get("name") == "stderr")
    for magic in _NO_MAGIC.findall(said[-_READ_CHARACTERS:])[-1:]:
        lines = cell.split("\n")
        number = next((n for n, line in enumerate(lines, 1) if magic in line), None)
        if number is not None:
            happened = f"ended in line {number}: there is no magic `{magic}` here"
            return Failure(happened, line=number, is_surprising=True)
    return None


def _line(cell: str, number: int) -> tuple[int, str] | None:
    """The line's number and text; None under a `%%` magic, where Jupyter counts otherwise."""
    return None if cell.lstrip().startswith("%%") else line_of(cell, number)
