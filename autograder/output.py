"""Standard output on terminals that lack a letter. For all our programs, the student kit included.

The encoding of a Windows terminal or a pipe may be cp1252 or cp936, that of a bare container ASCII.
Python then raises at the first Σ in a check's title, or at the first student whose name is Łukasz.
"""

import codecs
import io
import sys

_MODE = "autograder-spelled"
# Replacements for the signs in our own sentences. Every other missing letter becomes an escape.
_SPELLED = {
    "✓": "ok", "✗": "x", "–": "-", "−": "-", "…": "...", "“": '"', "”": '"', "’": "'",
    "→": "->", "×": "x", "·": "*", "±": "+-", "²": "^2", "Σ": "sum ", "ε": "epsilon",
}  # fmt: skip


def show_every_letter() -> None:
    """Let this process print anything, whatever the encoding of its output."""
    codecs.register_error(_MODE, _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_MODE)


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    spelled = "".join(_SPELLED.get(letter, letter) for letter in missing)
    return spelled.encode("ascii", "backslashreplace").decode("ascii"), error.end
