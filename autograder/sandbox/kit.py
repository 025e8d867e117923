"""Builds the student kit: the part of this package that student code may see.

Trusted side. An allow-list: a file that no pattern names is not in the kit, whatever it holds.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import UsageError

STUDENT_FILES = (
    "__init__.py",
    "errors.py",
    "simgpu.py",
    "model/*.py",
    "probe/*.py",
    "probe/simgpu/*.py",
    "checks/*.py",
    "selfcheck/*.py",
    "suites/__init__.py",
    "suites/*/__init__.py",
    "suites/*/*/__init__.py",
    "suites/*/*/plan.py",
    "suites/*/*/scenarios.py",
    "suites/*/*/test_*.py",
)
FAR_SIDE_FILES = tuple(
    f"sandbox/{name}.py"
    for name in (
        "__init__",
        "cage",
        "calls",
        "confinement",
        "init",
        "kernel_app",
        "landlock",
        "layers",
        "namespaces",
        "orphans",
        "privileges",
        "reduced",
        "seccomp",
        "selftest",
        "syscalls",
        "view",
        "warm",
        "zygote",
    )
)
RECORDED = "recorded"
_PACKAGE = Path(__file__).resolve().parents[1]


def build_kit(destination: Path, *, recorded: Path | None = None) -> Path:
    """Write the kit into ``destination`` and return it, ready to stand on ``sys.path``.

    Args:
        destination: A folder that does not exist yet, or is empty.
        recorded: Folder of recorded observations, put at ``autograder/recorded``.

    Raises:
        UsageError: The destination holds something, or cannot be written.
    """
    try:
        destination.mkdir(parents=True, exist_ok=True)
        if any(destination.iterdir()):
            message = f"{destination} is not empty; a kit is only written into an empty folder"
            raise UsageError(message)
        _copy(STUDENT_FILES, destination)
        if recorded is not None:
            shutil.copytree(recorded, destination / "autograder" / RECORDED)
    except OSError as error:
        message = f"the kit cannot be written to {destination}: {error.strerror}"
        raise UsageError(message) from error
    return destination


def add_far_side(kit: Path) -> None:
    """Add the modules that the zygote needs and a student does not."""
    _copy(FAR_SIDE_FILES, kit)


def _copy(patterns: Iterable[str], destination: Path) -> None:
    for pattern in patterns:
        for source in sorted(_PACKAGE.glob(pattern)):
            target = destination / "autograder" / source.relative_to(_PACKAGE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
