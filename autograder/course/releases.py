"""The releases of an assignment: those that are kept, and which one a submission was made from.

In the operator's process. A submission is graded against the release whose texts it carries. A
student can forge those, and wins nothing: the notebook is then graded as one of another release of
ours. history.py writes what is kept; grading/past_release.py grades against it.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from autograder import suites
from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import UsageError
from autograder.model.cells import read_cells
from autograder.notebook.matching import normalised_text
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import read_notebook

SUITES = Path(suites.__file__).parent
STUDENT_VERSION = "student-version.json"
PACKAGES = "packages.json"
NOT_KEPT = shutil.ignore_patterns("__pycache__")
# A text that only another release has says more than one that a student may have deleted.
MISSING, FOREIGN = 1, 2


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


@dataclass(frozen=True)
class Releases:
    """Finds the release that a submission was made from.

    Attributes:
        texts: What the assignment asks now.
        earlier: Those that would be judged otherwise than the assignment is now, newest first.
        packages: Version of a package → number of its release.
    """

    texts: ReleaseTexts
    earlier: tuple[KeptRelease, ...] = ()
    packages: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Changes with all that the choice, or a verdict on an earlier release, depends on."""
        facts = [(one.number, one.digest) for one in self.earlier]
        return repr((facts, sorted(self.packages.items()))) if facts else ""

    def of(self, submitted: SubmittedFile) -> KeptRelease | None:
        """The earlier release that a submission was made from; None for the present one."""
        if not self.earlier or submitted.unreadable:
            return None
        try:
            cells = read_notebook(submitted.content).cells
        # These bytes may raise anything. Grading them reports it; other submissions go on.
        except Exception:  # noqa: BLE001
            return None
        found = frozenset(normalised_text(cell.source) for cell in cells)
        known = self.texts.all.union(*(one.texts.all for one in self.earlier))
        named = self.packages.get(submitted.release)
        # A notebook that is of no release in particular counts as one of the present one.
        foreign = found - self.texts.all
        likely = [
            one for one in self.earlier if one.number == named or foreign & one.texts.all
        ]  # fmt: skip

        def unlikeness(release: KeptRelease | None) -> tuple[int, bool]:
            """Of equal ones the one that the receipt names is chosen, else the newest."""
            texts = release.texts if release else self.texts
            return _distance(texts, found, known), release is None or release.number != named

        return min((None, *likely), key=unlikeness)


def _distance(texts: ReleaseTexts, found: frozenset[str], known: frozenset[str]) -> int:
    """How unlike a release a notebook with these texts is; ``known`` are those of all releases."""
    foreign = (found & known) - texts.all
    return MISSING * len(texts.locked - found) + FOREIGN * len(foreign)


def open_releases(course: Course, source: SourceNotebook, *, earlier: bool = True) -> Releases:
    """The earlier releases of an assignment that would be judged otherwise now.

    Args:
        course: Its workspace keeps the releases.
        source: The assignment's student version as it is now.
        earlier: Whether an earlier release is to count at all.

    Raises:
        UsageError: What is kept is damaged.
    """
    name = source.assignment
    kept = kept_releases(course, name) if earlier else ()
    texts = ReleaseTexts.of(source)
    others = [one for one in reversed(kept) if one.texts != texts]
    if not others:
        return Releases(texts)
    now = judging_digest(source, course.notebook(name), SUITES / name)
    judged_otherwise = tuple(one for one in others if one.judging_digest != now)
    return Releases(texts, judged_otherwise, packages_in(history_of(course, name) / PACKAGES))


def kept_releases(course: Course, assignment: str) -> tuple[KeptRelease, ...]:
    """All that are kept of an assignment, the earliest first."""
    found = history_of(course, assignment).glob("[0-9]*")
    numbered = [path for path in found if path.name.isdecimal() and path.is_dir()]
    numbered.sort(key=lambda path: int(path.name))
    return tuple(KeptRelease(assignment, path) for path in numbered)


def history_of(course: Course, assignment: str) -> Path:
    """Where the releases of an assignment are kept."""
    return course.workspace / "history" / assignment


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


def packages_in(path: Path) -> Mapping[str, int]:
    """Version → number; what is damaged is passed over, for receipts only break ties."""
    with suppress(OSError, ValueError):
        entries = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        return {version: one for version, one in entries.items() if type(one) is int}
    return {}
