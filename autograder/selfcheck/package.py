"""Reads the manifest of a student's package: the assignment, its version, its cells."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.model.exercise import SOLUTION_SUFFIX

MANIFEST = "manifest.json"
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Package:
    """The part of a package's manifest that handing in needs.

    Attributes:
        assignment: The assignment's name; empty where it is unknown.
        version: The package's version; empty where there is no manifest.
        cells: nbgrader's ids of the cells that a notebook must have.
        python: The version of Python that grades; None where it is unknown.
    """

    assignment: str = ""
    version: str = ""
    cells: tuple[str, ...] = ()
    python: Version | None = None


def read_package(folder: Path, exercises: dict[str, Path]) -> Package:
    """The package in a folder. Without a manifest, its exercises give the assignment and the cells.

    Args:
        folder: The notebook's folder.
        exercises: Exercise → the folder of its recorded observations.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = (found["assignment"], found["version"], tuple(found["cells"]))
        text = found.get("python")
        version = re.fullmatch(r"3\.(\d{1,3})", text) if isinstance(text, str) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        assignment = next((path.parent.name for path in exercises.values()), "")
        cells = (cell for name in exercises for cell in (name + SOLUTION_SUFFIX, name))
        return Package(assignment, cells=tuple(cells))
    return Package(*named, python=(3, int(version[1])) if version else None)
