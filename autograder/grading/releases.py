"""Which release of an assignment a submission was made from. In the operator's process.

Each release that asks something else is kept in ``WORKSPACE/history/<assignment>/<number>``: its
source notebook and its suites as they were last, answers included. A submission is graded against
the release whose texts it carries. That is no secret and proves nothing: whoever forges it is
graded as a student of another release of ours would be.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder import suites
from autograder.errors import UsageError
from autograder.grading.autograded import write_atomically
from autograder.grading.course import Course
from autograder.grading.exposure import close_to_others, make_private
from autograder.grading.matching import plain
from autograder.grading.reading import UnreadableError, read_notebook
from autograder.grading.source import SourceNotebook
from autograder.grading.workspace import Handed

SUITES = Path(suites.__file__).parent
STUDENT_VERSION = "student-version.json"
PACKAGES = "packages.json"
NOT_KEPT = shutil.ignore_patterns("__pycache__")
# A text that only another release has says more than one that a student may have deleted.
MISSING, FOREIGN = 1, 2


@dataclass(frozen=True)
class Asked:
    """The texts that tell a release from another.

    Attributes:
        given: Of cells that no student is to edit.
        begun: Of cells that a student fills in, as they were released.
    """

    given: frozenset[str]
    begun: frozenset[str]

    @classmethod
    def by(cls, source: SourceNotebook) -> "Asked":
        """What a student version asks."""
        texts: dict[bool, set[str]] = {True: set(), False: set()}
        for cell in source.cells:
            texts[cell.is_students].add(plain(cell.source))
        return cls(frozenset(texts[False] - {""}), frozenset(texts[True] - {""}))

    @property
    def texts(self) -> frozenset[str]:
        """All of them."""
        return self.given | self.begun

    def distance(self, found: frozenset[str], known: frozenset[str]) -> int:
        """How unlike this release a notebook is.

        Args:
            found: The texts of its cells.
            known: Those of all releases.
        """
        foreign = (found & known) - self.texts
        return MISSING * len(self.given - found) + FOREIGN * len(foreign)


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
        path = self.folder / STUDENT_VERSION
        try:
            return SourceNotebook.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"The earlier release {self.folder} cannot be read; put it back, or remove the "
                "folder to have its submissions graded against the assignment as it is now."
            ) from error

    @cached_property
    def asked(self) -> Asked:
        """What it asks."""
        return Asked.by(self.source)

    @cached_property
    def digest(self) -> str:
        """Changes with whatever a verdict could rest on."""
        return _digest(self.folder)

    @property
    def judging(self) -> str:
        """Changes with what a submission is held against; not with explanations."""
        return _judging(self.source, _notebook(self.notebooks, self.assignment), self.suites)


def keep_release(course: Course, source: SourceNotebook) -> KeptRelease:
    """Keep what is being released, in place of what asked the same.

    Args:
        course: Where things lie.
        source: The student version.

    Raises:
        UsageError: It cannot be written, or what is kept already is damaged.
    """
    name, asked = source.assignment, Asked.by(source)
    kept = kept_releases(course, name)
    same = next((one for one in kept if one.asked == asked), None)
    number = same.number if same else 1 + max((one.number for one in kept), default=0)
    place = _history(course, name) / str(number)
    try:
        make_private(course.workspace)
        make_private(place.parent.parent)
        close_to_others(place.parent.parent)
        place.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=place.parent) as folder:
            draft = KeptRelease(name, Path(folder, "new"))
            notebook = _notebook(draft.notebooks, name)
            notebook.parent.mkdir(parents=True)
            shutil.copyfile(course.notebook(name), notebook)
            if (SUITES / name).is_dir():
                shutil.copytree(SUITES / name, draft.suites, ignore=NOT_KEPT)
            (draft.folder / STUDENT_VERSION).write_text(source.to_json(), encoding="utf-8")
            if place.exists():
                place.rename(Path(folder, "earlier"))
            draft.folder.rename(place)
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}.") from error
    return KeptRelease(name, place)


def name_package(course: Course, source: SourceNotebook, version: str) -> None:
    """Remember which release a package holds, whose version receipts name."""
    kept = keep_release(course, source)
    path = kept.folder.parent / PACKAGES
    known = dict(_packages(path))
    if known.get(version) != kept.number:
        known[version] = kept.number
        write_atomically(path, json.dumps(known, indent=1, sort_keys=True) + "\n")


def kept_releases(course: Course, assignment: str) -> tuple[KeptRelease, ...]:
    """All that are kept of an assignment, the earliest first."""
    found = _history(course, assignment).glob("[0-9]*")
    numbered = [path for path in found if path.name.isdecimal() and path.is_dir()]
    numbered.sort(key=lambda path: int(path.name))
    return tuple(KeptRelease(assignment, path) for path in numbered)


def history_files(course: Course, assignment: str) -> tuple[Path, ...]:
    """Every file that is kept of an assignment's releases."""
    folder = _history(course, assignment)
    visible = (path for path in folder.rglob("*") if path.is_file())
    return tuple(
        sorted(
            path
            for path in visible
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
    )


@dataclass(frozen=True)
class Releases:
    """Tells from which release a submission was made.

    Attributes:
        asked: What the assignment asks now.
        earlier: Those that would be judged otherwise than the assignment is now, newest first.
        packages: Version of a package → number of its release.
    """

    asked: Asked
    earlier: tuple[KeptRelease, ...] = ()
    packages: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def only(cls, source: SourceNotebook) -> "Releases":
        """The present one alone, so that every submission is of it."""
        return cls(Asked.by(source))

    @property
    def digest(self) -> str:
        """Changes with whatever the choice, or a verdict on an earlier release, could rest on."""
        facts = [(one.number, one.digest) for one in self.earlier]
        return repr((facts, sorted(self.packages.items()))) if facts else ""

    def of(self, handed: Handed) -> KeptRelease | None:
        """The earlier release that a submission was made from; None for the present one."""
        if not self.earlier or handed.unreadable:
            return None
        try:
            cells = read_notebook(handed.content).cells
        # Whatever these bytes set off is told where they are graded.
        except (UnreadableError, ValueError, RecursionError, MemoryError):
            return None
        found = frozenset(plain(cell.source) for cell in cells)
        known = self.asked.texts.union(*(one.asked.texts for one in self.earlier))
        named = self.packages.get(handed.release)
        # A notebook that is of no release in particular counts as one of the present one.
        telling = found - self.asked.texts
        likely = [
            one for one in self.earlier if one.number == named or telling & one.asked.texts
        ]  # fmt: skip

        def unlikeness(release: KeptRelease | None) -> tuple[int, bool]:
            """Of equal ones the one that the receipt names is chosen, else the newest."""
            asked = release.asked if release else self.asked
            return asked.distance(found, known), release is None or release.number != named

        return min((None, *likely), key=unlikeness)


def open_releases(course: Course, source: SourceNotebook, *, earlier: bool = True) -> Releases:
    """The earlier releases of an assignment that would be judged otherwise now.

    Args:
        course: Where things lie.
        source: The assignment's student version as it is now.
        earlier: Whether an earlier release is to count at all.

    Raises:
        UsageError: What is kept is damaged.
    """
    name, asked = source.assignment, Asked.by(source)
    kept = kept_releases(course, name) if earlier else ()
    others = [one for one in reversed(kept) if one.asked != asked]
    if not others:
        return Releases.only(source)
    now = _judging(source, course.notebook(name), SUITES / name)
    judged_otherwise = tuple(one for one in others if one.judging != now)
    return Releases(asked, judged_otherwise, _packages(_history(course, name) / PACKAGES))


def _history(course: Course, assignment: str) -> Path:
    return course.workspace / "history" / assignment


def _notebook(folder: Path, assignment: str) -> Path:
    return folder / assignment / f"{assignment}.ipynb"


def _packages(path: Path) -> Mapping[str, int]:
    """Version → number; what is damaged is passed over, for receipts only break ties."""
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return {name: number for name, number in found.items() if isinstance(number, int)}
    return {}


def _judging(source: SourceNotebook, notebook: Path, folder: Path) -> str:
    """A digest of all but the cells that only explain."""
    named = [cell for cell in source.cells if cell.grade_id]
    frame = repr([(one.grade_id, one.role, one.points, plain(one.source)) for one in named])
    # The reference solution and what it builds on: the source notebook's code.
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    code = repr([plain(text) for text in texts])
    total = hashlib.sha256(f"{frame}{code}".encode())
    total.update(_digest(folder).encode())
    return total.hexdigest()


def _digest(folder: Path) -> str:
    """Changes with any name and any content in a folder; of none at all it is one, too."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()
