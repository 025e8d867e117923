"""What a student's package says of itself: the assignment, its version, the cells that belong."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Package:
    """What is needed to hand in.

    Attributes:
        assignment: Its name; empty where nothing says it.
        version: Of the package; empty where there is no manifest.
        cells: nbgrader's names of the cells that a notebook must have.
        python: The version of Python that grades; None where nothing says it.
    """

    assignment: str = ""
    version: str = ""
    cells: tuple[str, ...] = ()
    python: Version | None = None


def read_package(folder: Path, exercises: dict[str, Path]) -> Package:
    """The package in a folder; of a release without a manifest, what its exercises tell.

    Args:
        folder: Where the notebook lies.
        exercises: Exercise → the folder of its recorded observations.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = (found["assignment"], found["version"], tuple(found["cells"]))
        python = _version(found.get("python"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        assignment = next((path.parent.name for path in exercises.values()), "")
        cells = (cell for name in exercises for cell in (f"{name}-solution", name))
        return Package(assignment, "", tuple(cells))
    return Package(*named, python)


def _version(text: object) -> Version | None:
    found = re.fullmatch(r"3\.(\d{1,3})", text) if isinstance(text, str) else None
    return (3, int(found[1])) if found else None
