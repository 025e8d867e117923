"""What a package holds: the built release, how to start, and what to install. Trusted side."""

from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
README = "README.md"
REQUIREMENTS = "requirements.txt"


def released_files(release: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The named files of a built release; what else a look at it has left there is not packed."""
    return {name: (release / name).read_bytes() for name in names}


def readme(assignment: str, version: str) -> bytes:
    """The two commands to start with, and how to hand in."""
    text = (HERE / "package-readme.md").read_text(encoding="utf-8")
    return text.format(assignment=assignment, version=version).encode()


def requirements() -> bytes:
    """Every package that a student installs, pinned."""
    return (HERE / "student-requirements.txt").read_bytes()
