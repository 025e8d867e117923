"""Makes any text safe to print in a terminal. In the operator's process.

A terminal takes control characters for commands: it changes its title, clears or rewrites its
lines, or answers as if a person had typed. Names of files and students, texts of errors and all
that a notebook held are printed through these functions only.
"""


def plain_line(text: str) -> str:
    r"""One line, with what is not printable as Python writes it: ``\x1b``."""
    # Not printable to Python: control characters, those that turn a line's direction, halves of
    # characters, and ends of lines.
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def plain_text(text: str) -> str:
    """Several lines, each as from :func:`plain_line`; for tracebacks."""
    return "\n".join(plain_line(line.expandtabs()) for line in text.split("\n"))
