"""The files that every package gets beside the release: how to start, what to install. Trusted."""

from pathlib import Path

HERE = Path(__file__).parent
README = "README.md"
REQUIREMENTS = "requirements.txt"


def readme(assignment: str, *, version: str) -> bytes:
    """The two commands to start with, and how to hand in."""
    text = (HERE / "package-readme.md").read_text(encoding="utf-8")
    return text.format(assignment=assignment, version=version).encode()


def requirements() -> bytes:
    """Every package that a student installs, pinned."""
    return (HERE / "student-requirements.txt").read_bytes()
