"""The releases of an assignment, kept with their answers. In the operator's process.

Each release that asks something else is kept in ``WORKSPACE/history/<assignment>/<number>``: its
source notebook and its suites as they were last built. A submission that was made from it is graded
against it (see releases.py and grading/past_release.py).
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from autograder import suites
from autograder.course.files import swap, write_atomically
from autograder.course.permissions import close_to_others, make_private
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.model.cells import read_cells
from autograder.notebook.matching import normalised_text
from autograder.notebook.source import SourceNotebook

SUITES = Path(suites.__file__).parent
STUDENT_VERSION = "student-version.json"
PACKAGES = "packages.json"
NOT_KEPT = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class ReleaseTexts:
    """The texts that tell a release from another.

    Attributes:
        locked: Of cells that no student is to edit.
        starter: Of cells that a student fills in, as they were released.
    """

    locked: frozenset[str]
    starter: frozenset[str]

    @classmethod
    def of(cls, source: SourceNotebook) -> "ReleaseTexts":
        """What a student version asks."""
        texts: dict[bool, set[str]] = {True: set(), False: set()}
        for cell in source.cells:
            texts[cell.is_students].add(normalised_text(cell.source))
        return cls(frozenset(texts[False] - {""}), frozenset(texts[True] - {""}))

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.locked | self.starter


@dataclass(frozen=True)
class KeptRelease:
    """A release as it was last, before the assignment asked something else.

    Attributes:
        assignment: Its name.
        folder: Where it is kept.
    """

    assignment: str
    folder: Path

    @property
    def number(self) -> int:
        """Counts the releases that asked something else, from 1."""
        return int(self.folder.name)

    @property
    def notebooks(self) -> Path:
        """Holds its source notebook, as a course's folder of source notebooks does."""
        return self.folder / "assignments"

    @property
    def suites(self) -> Path:
        """Its suites: one folder an exercise."""
        return self.folder / "suites"

    @cached_property
    def source(self) -> SourceNotebook:
        """Its student version.

        Raises:
            UsageError: What is kept is damaged.
        """
        with self._whole():
            path = self.folder / STUDENT_VERSION
            return SourceNotebook.from_json(path.read_text(encoding="utf-8"))

    @cached_property
    def texts(self) -> ReleaseTexts:
        """What it asks."""
        return ReleaseTexts.of(self.source)

    @cached_property
    def digest(self) -> str:
        """Changes with everything that a verdict depends on."""
        return _digest(self.folder)

    @property
    def judging_digest(self) -> str:
        """Changes with what a submission is held against; not with explanations.

        Raises:
            UsageError: What is kept is damaged.
        """
        with self._whole():
            return judging_digest(self.source, self.notebook, self.suites)

    @property
    def notebook(self) -> Path:
        """Its source notebook."""
        return self.notebooks / self.assignment / f"{self.assignment}.ipynb"

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise UsageError(
                f"The earlier release {self.folder} cannot be read; put it back, or remove the "
                "folder to have its submissions graded against the assignment as it is now."
            ) from error


def keep_release(course: Course, source: SourceNotebook) -> KeptRelease:
    """Keep what is being released, in place of what asked the same.

    Args:
        course: Its workspace keeps the releases.
        source: The student version.

    Raises:
        UsageError: It cannot be written, or what is kept already is damaged.
    """
    name, texts = source.assignment, ReleaseTexts.of(source)
    kept = kept_releases(course, name)
    same = next((one for one in kept if one.texts == texts), None)
    number = same.number if same else 1 + max((one.number for one in kept), default=0)
    place = history_of(course, name) / str(number)
    try:
        make_private(course.workspace)
        make_private(place.parent.parent)
        close_to_others(place.parent.parent)
        place.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=place.parent) as folder:
            draft = KeptRelease(name, Path(folder, "new"))
            _write(draft, course, source)
            if not place.exists():
                draft.folder.rename(place)
            elif draft.digest != KeptRelease(name, place).digest:
                _replace(place, draft.folder)
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}.") from error
    return KeptRelease(name, place)


def _write(draft: KeptRelease, course: Course, source: SourceNotebook) -> None:
    draft.notebook.parent.mkdir(parents=True)
    shutil.copyfile(course.notebook(draft.assignment), draft.notebook)
    suites_now = SUITES / draft.assignment
    if suites_now.is_dir():
        shutil.copytree(suites_now, draft.suites, ignore=NOT_KEPT)
    (draft.folder / STUDENT_VERSION).write_text(source.to_json(), encoding="utf-8")


def _replace(place: Path, draft: Path) -> None:
    """In one step, where the file system can: even a power cut leaves one of the two in place."""
    if not swap(draft, place):
        place.rename(draft.with_name("earlier"))
        draft.rename(place)


def name_package(course: Course, source: SourceNotebook, version: str) -> None:
    """Remember which release a package holds, whose version receipts name."""
    kept = keep_release(course, source)
    path = kept.folder.parent / PACKAGES
    known = dict(packages_in(path))
    if known.get(version) != kept.number:
        known[version] = kept.number
        write_atomically(path, json.dumps(known, indent=1, sort_keys=True) + "\n")


def kept_releases(course: Course, assignment: str) -> tuple[KeptRelease, ...]:
    """All that are kept of an assignment, the earliest first."""
    found = history_of(course, assignment).glob("[0-9]*")
    numbered = [path for path in found if path.name.isdecimal() and path.is_dir()]
    numbered.sort(key=lambda path: int(path.name))
    return tuple(KeptRelease(assignment, path) for path in numbered)


def history_files(course: Course, assignment: str) -> tuple[Path, ...]:
    """Every file that is kept of an assignment's releases."""
    folder = history_of(course, assignment)
    visible = (path for path in folder.rglob("*") if path.is_file())
    return tuple(
        sorted(
            path
            for path in visible
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
    )


def history_of(course: Course, assignment: str) -> Path:
    """Where the releases of an assignment are kept."""
    return course.workspace / "history" / assignment


def packages_in(path: Path) -> Mapping[str, int]:
    """Version → number; what is damaged is passed over, for receipts only break ties."""
    with suppress(OSError, ValueError):
        entries = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        return {version: one for version, one in entries.items() if type(one) is int}
    return {}


def judging_digest(source: SourceNotebook, notebook: Path, folder: Path) -> str:
    """A digest of all but the cells that only explain."""
    named = [cell for cell in source.cells if cell.grade_id]
    texts = [(one.grade_id, one.role, one.points, normalised_text(one.source)) for one in named]
    # The reference solution and what it builds on: the source notebook's code.
    cells = read_cells(notebook.read_bytes())
    code = repr([normalised_text(cell.source) for cell in cells if cell.kind == "code"])
    return hashlib.sha256(f"{texts!r}{code}{_digest(folder)}".encode()).hexdigest()


def _digest(folder: Path) -> str:
    """Changes with any name and any content in a folder; of none at all it is one, too."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()
