"""The course's settings, as course_config.py has them. Trusted: the course's owner wrote them."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import UsageError
from autograder.model.limits import Limits
from autograder.model.verdict import Confinement

CONFIG_NAME = "course_config.py"
LIMIT_NAMES = frozenset(limit.name for limit in fields(Limits))
OTHER_NAMES = frozenset({"workspace", "cache", "jobs", "secret_file", "timezone"})
FOLDERS = ("release", "submitted", "autograded", "feedback", "solution", "source_with_tests")
# Below these, PyTorch does not even start, and everybody would get 0.
LEAST = {"memory_bytes": 1024**3, "processes": 16, "open_files": 32, "scratch_bytes": 2**20}
GRADEBOOK_NAME = "gradebook.db"


@dataclass(frozen=True, slots=True)
class Course:
    """A course's folders and settings, and what a submission may use.

    Attributes:
        root: The folder that holds course_config.py.
        source: The folder of the source notebooks.
        workspace: The folder under which everything is written.
        cache: What can be made again: references, recordings, student versions. Each file's name
            holds a digest of what it was made from, PyTorch's version included, so several
            workspaces may share it.
        course_id: nbgrader's name for the course.
        db_url: SQLAlchemy's address of the gradebook.
        secret_file: Holds the course secret.
        jobs: Submissions graded at the same time.
        limits: What one submission may use.
        config: The whole configuration, for nbgrader's own classes.
        confinement: How student code is held; the operator alone may ask for less than FULL.
        timezone: That of times which name none, where submissions are collected.
    """

    root: Path
    source: Path
    workspace: Path
    cache: Path
    course_id: str
    db_url: str
    secret_file: Path
    jobs: int
    limits: Limits
    config: Config = field(repr=False, compare=False)
    confinement: Confinement = Confinement.FULL
    timezone: str = "UTC"

    @property
    def release(self) -> Path:
        """Student versions, one folder an assignment."""
        return self.workspace / "release"

    @property
    def submitted(self) -> Path:
        """``<student>/<assignment>/<notebook>.ipynb``, as they came in."""
        return self.workspace / "submitted"

    @property
    def autograded(self) -> Path:
        """``<student>/<assignment>/<notebook>.ipynb``, run and with reports."""
        return self.workspace / "autograded"

    @property
    def feedback(self) -> Path:
        """Where nbgrader writes feedback pages."""
        return self.workspace / "feedback"

    @property
    def results(self) -> Path:
        """Results files and journals."""
        return self.workspace / "results"

    @property
    def gradebook(self) -> Path | None:
        """The gradebook's file; None where a database server holds it."""
        kind, _, path = self.db_url.partition(":///")
        return self.root / path if kind == "sqlite" and path else None

    def notebooks(self) -> dict[str, Path]:
        """Assignment → its source notebook, sorted by name."""
        found = self.source.glob("*/*.ipynb")
        return {path.stem: path for path in sorted(found) if path.stem == path.parent.name}

    def assignments(self) -> tuple[str, ...]:
        """Names of the assignments that have a source notebook."""
        return tuple(self.notebooks())

    def notebook(self, assignment: str) -> Path:
        """The source notebook of ``assignment``.

        Raises:
            UsageError: There is none; names those there are.
        """
        known = self.notebooks()
        if assignment not in known:
            there = _listed(tuple(known))
            raise UsageError(
                f"There is no assignment {assignment!r} in {self.source}; there {there}."
            )
        return known[assignment]


def load_course(start: Path, *, workspace: Path | None = None) -> Course:
    """Read the settings of the course that the folder ``start`` belongs to.

    Args:
        start: A folder in the course; course_config.py is in it or above it.
        workspace: Moves everything that is written under this folder.

    Raises:
        UsageError: No course_config.py, or one that cannot be read.
    """
    root = _course_root(start.resolve())
    course = course_of(root, _configuration(root))
    if workspace is not None:
        course = _moved(course, Path.cwd() / workspace)
    if course.workspace.exists() and not course.workspace.is_dir():
        raise UsageError(f"The workspace {course.workspace} is a file; give the name of a folder.")
    return course


def _course_root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise UsageError(
        f"{start} is not in a course: neither it nor a folder above it holds {CONFIG_NAME}. "
        "Change to the course's folder and run the command there."
    )


def _configuration(root: Path) -> Config:
    try:
        loaded: Config = PyFileConfigLoader(CONFIG_NAME, path=str(root)).load_config()
    # It is a Python program of the owner's, which may raise anything.
    except (Exception, SystemExit) as error:
        raise UsageError(
            f"{root / CONFIG_NAME} cannot be read: {type(error).__name__}: {error}"
        ) from error
    return loaded


def course_of(root: Path, config: Config) -> Course:
    """The course in the folder ``root`` with these settings.

    Raises:
        UsageError: A setting is none, or is out of bounds.
    """
    ours: Mapping[str, Any] = dict(config.get("Course", {}))
    theirs: Mapping[str, Any] = dict(config.get("CourseDirectory", {}))
    _refuse_unknown(ours, root / CONFIG_NAME)
    workspace = root / _text(ours, "workspace", default="workspace")
    return Course(
        root=root,
        source=root / _text(theirs, "source_directory", default="assignments"),
        workspace=workspace,
        cache=root / Path(_text(ours, "cache", default=str(workspace / "cache"))).expanduser(),
        course_id=_text(theirs, "course_id", default=""),
        db_url=_text(theirs, "db_url", default=f"sqlite:///{workspace / GRADEBOOK_NAME}"),
        secret_file=root / _text(ours, "secret_file", default=str(workspace / "course-secret")),
        jobs=int(_number(ours, "jobs", default=0)) or processors(),
        limits=_limits(ours),
        config=config,
        timezone=_text(ours, "timezone", default="UTC"),
    )


def _moved(course: Course, workspace: Path) -> Course:
    """The same course with everything that is written under another folder."""
    config = Config(course.config)
    for step in FOLDERS:
        config.CourseDirectory[f"{step}_directory"] = str(workspace / step)
    config.CourseDirectory.db_url = f"sqlite:///{workspace / GRADEBOOK_NAME}"

    def moved(path: Path) -> Path:
        if path.is_relative_to(course.workspace):
            return workspace / path.relative_to(course.workspace)
        return path

    return replace(
        course,
        workspace=workspace,
        cache=moved(course.cache),
        db_url=config.CourseDirectory.db_url,
        secret_file=moved(course.secret_file),
        config=config,
    )


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _refuse_unknown(ours: Mapping[str, Any], path: Path) -> None:
    unknown = sorted(set(ours) - LIMIT_NAMES - OTHER_NAMES)
    if unknown:
        raise UsageError(
            f"{path} sets c.Course.{unknown[0]}, which is no setting; "
            f"there are {', '.join(sorted(LIMIT_NAMES | OTHER_NAMES))}."
        )


def _limits(ours: Mapping[str, Any]) -> Limits:
    given: dict[str, Any] = {}
    for limit in fields(Limits):
        if limit.name in ours:
            number = _number(ours, limit.name, default=0)
            given[limit.name] = float(number) if limit.name.endswith("seconds") else int(number)
            least = LEAST.get(limit.name, 0)
            if number <= least:
                raise UsageError(f"c.Course.{limit.name} is {number}; it must be above {least}.")
    return Limits(**given)


def _number(section: Mapping[str, Any], name: str, *, default: float) -> float:
    value = section.get(name, default)
    kinds = int | float if name.endswith("seconds") else int
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < math.inf:
        kind = "number" if name.endswith("seconds") else "whole number"
        raise UsageError(f"{name} in {CONFIG_NAME} is {value!r}; it must be a {kind}, 0 or more.")
    return value


def _text(section: Mapping[str, Any], name: str, *, default: str) -> str:
    value = section.get(name, default)
    if not isinstance(value, str):
        raise UsageError(f"{name} in {CONFIG_NAME} is {value!r}; it must be a string, in quotes.")
    return value


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return "is none yet"
    return f"{'is' if len(names) == 1 else 'are'} {', '.join(names)}"
