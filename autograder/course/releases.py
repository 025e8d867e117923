"""Which release of an assignment a submission was made from. In the operator's process.

It is graded against the release whose texts it carries. A student can forge those, and wins
nothing: the notebook is then graded as one of another release of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.course.history import (
    PACKAGES,
    SUITES,
    KeptRelease,
    ReleaseTexts,
    history_of,
    judging_digest,
    kept_releases,
    packages_in,
)
from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.notebook.matching import normalised_text
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import read_notebook

# A text that only another release has says more than one that a student may have deleted.
MISSING, FOREIGN = 1, 2


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


def _distance(texts: ReleaseTexts, found: frozenset[str], known: frozenset[str]) -> int:
    """How unlike a release a notebook with these texts is; ``known`` are those of all releases."""
    foreign = (found & known) - texts.all
    return MISSING * len(texts.locked - found) + FOREIGN * len(foreign)
