"""Text for a terminal, whoever wrote it: nothing in it is obeyed. In the operator's process.

A terminal takes control characters for commands: it changes its title, clears or rewrites what
stands there, or answers as if a person had typed. Names of files and students, texts of errors and
whatever a notebook held reach it through here only.
"""


def plain_line(text: str) -> str:
    r"""One line, in which what cannot be seen is written as Python writes it: ``\x1b``."""
    return "".join(map(_seen, text))


def plain_text(text: str) -> str:
    """Several lines, each as :func:`plain_line` has it; for tracebacks."""
    return "\n".join(plain_line(line.expandtabs()) for line in text.split("\n"))


def _seen(letter: str) -> str:
    # Among what Python does not call printable: control characters, those that turn the direction
    # of a line, halves of characters, and lines' ends.
    return letter if letter.isprintable() else ascii(letter)[1:-1]
