"""A copy of the project without its assignments, and commands that use the copy's own code."""

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def copy_project(root: Path) -> None:
    """Copy into ``root`` what an exercise needs."""
    for name in ("course_config.py", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, root)
    assignments = [path.parent.name for path in PROJECT.glob("assignments/*/*.ipynb")]
    for name in ("autograder", "release"):
        only = shutil.ignore_patterns("__pycache__", *assignments)
        shutil.copytree(PROJECT / name, root / name, ignore=only)


def release(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Type a command in the copy."""
    command = [sys.executable, "-m", "release", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
