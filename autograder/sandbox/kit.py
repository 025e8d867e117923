"""Builds the student kit: the part of this package that student code may see.

Trusted side. An allow-list: a file that no pattern names is not in the kit.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import UsageError

STUDENT_FILES = (
    "__init__.py",
    "__main__.py",
    "errors.py",
    "output.py",
    "simgpu.py",
    "model/*.py",
    "probe/*.py",
    "probe/simgpu/*.py",
    "checks/*.py",
    "selfcheck/*.py",
    "suites/__init__.py",
)
SUITE_FILES = (
    "__init__.py",
    "*/__init__.py",
    "*/plan.py",
    "*/scenarios.py",
    "*/test_*.py",
)
FAR_SIDE_FILES = ("sandbox/__init__.py", "sandbox/inside/*.py")
RECORDED = "recorded"
EVERY = "*"
_PACKAGE = Path(__file__).resolve().parents[1]


def build_kit(destination: Path, *, recorded: Path | None = None, assignment: str = EVERY) -> Path:
    """Write the kit into ``destination`` and return it, ready to be put on ``sys.path``.

    Args:
        destination: A folder that does not exist yet, or is empty.
        recorded: Folder of recorded observations, put at ``autograder/recorded``.
        assignment: Leave the public checks of all others out.

    Raises:
        UsageError: The destination holds something, or cannot be written.
    """
    try:
        destination.mkdir(parents=True, exist_ok=True)
        if any(destination.iterdir()):
            message = f"{destination} is not empty; a kit is only written into an empty folder"
            raise UsageError(message)
        _copy(student_files(assignment), destination)
        if recorded is not None:
            shutil.copytree(recorded, destination / "autograder" / RECORDED)
    except OSError as error:
        message = f"the kit cannot be written to {destination}: {error.strerror}"
        raise UsageError(message) from error
    return destination


def add_far_side(kit: Path) -> None:
    """Add the modules that the zygote needs and a student does not."""
    _copy(_found(FAR_SIDE_FILES), kit)


def student_files(assignment: str = EVERY) -> tuple[Path, ...]:
    """The files of this package that a student may see; of all suites, or of one assignment's."""
    suites = tuple(f"suites/{assignment}/{name}" for name in SUITE_FILES)
    return _found((*STUDENT_FILES, *suites))


def _found(patterns: Iterable[str]) -> tuple[Path, ...]:
    return tuple(path for pattern in patterns for path in sorted(_PACKAGE.glob(pattern)))


def _copy(sources: Iterable[Path], destination: Path) -> None:
    for source in sources:
        target = destination / "autograder" / source.relative_to(_PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
