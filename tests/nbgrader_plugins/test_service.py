"""The desk that nbgrader's own autograde asks: opened late, kept a while, replaced when it dies."""

import json
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from autograder.course.settings import Course
from autograder.course.workspace import Handed
from autograder.errors import ConfinementError, SandboxError
from autograder.grading.worker import Graded, Station, grade
from autograder.nbgrader_plugins import service
from autograder.nbgrader_plugins.service import Desk, OpenDesk
from autograder.notebook.source import SourceNotebook
from tests.grading.fakes import ASSIGNMENT, answered

FATAL = "fatal"


@dataclass
class FakeDesk:
    """Grades in this process; dies of one student's submission."""

    station: Station
    is_closed: bool = False

    def grade(self, handed: Handed) -> Graded:
        """Its verdict, unless it dies."""
        if handed.student == FATAL:
            raise BrokenProcessPool("a process was terminated abruptly")
        return grade(self.station, self.station.equip(), handed)

    def close(self) -> None:
        """Be closed."""
        self.is_closed = True


@dataclass
class Facts:
    """What the desk rests on, for a test to change; and the desks that were opened."""

    digest: str = "one"
    opened: list[FakeDesk] = field(default_factory=list)


@pytest.fixture
def facts(station: Station, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Fakes in place of the judge's assignment and of the desk's process."""
    facts = Facts()

    def opened(_course: Course, _source: SourceNotebook) -> FakeDesk:
        facts.opened.append(FakeDesk(station))
        return facts.opened[-1]

    monkeypatch.setattr(
        "autograder.judge.assignment.load_assignment",
        lambda *_: SimpleNamespace(suite_digest=facts.digest),
    )
    monkeypatch.setattr(service, "Desk", opened)
    return facts


@pytest.fixture
def desk(facts: Facts) -> Iterator[OpenDesk]:
    """A desk of the test's own."""
    desk = OpenDesk()
    yield desk
    desk.close()
    assert all(one.is_closed for one in facts.opened)


def handed(student: str) -> Handed:
    """A right submission."""
    return Handed(student, json.dumps(answered()).encode())


def test_it_is_opened_once(course: Course, desk: OpenDesk, facts: Facts) -> None:
    """for one submission after another."""
    for student in ("s001", "s002"):
        assert desk.grade(course, ASSIGNMENT, handed(student)).result.score == 10
    assert len(facts.opened) == 1


def test_it_is_opened_anew_when_something_changed(
    course: Course, desk: OpenDesk, facts: Facts
) -> None:
    """a suite that was edited, or another setting; the former is closed."""
    desk.open(course, ASSIGNMENT)
    facts.digest = "another"
    desk.open(course, ASSIGNMENT)
    desk.open(replace(course, jobs=course.jobs + 1), ASSIGNMENT)
    assert [one.is_closed for one in facts.opened] == [True, True, False]


def test_a_death_costs_one_submission(course: Course, desk: OpenDesk, facts: Facts) -> None:
    """a person looks at it, it has no points, and the next one has a desk again."""
    lost = desk.grade(course, ASSIGNMENT, handed(FATAL))
    assert (lost.result.status, lost.result.score) == ("needs_review", 0)
    assert "terminated abruptly" in lost.fault
    assert desk.grade(course, ASSIGNMENT, handed("s001")).result.status == "graded"
    assert len(facts.opened) == 2


def test_it_is_closed_when_nobody_comes(course: Course, desk: OpenDesk, facts: Facts) -> None:
    """by the last submission's clock, not by an earlier one's."""
    desk.open(course, ASSIGNMENT)
    earlier = desk._timer
    desk.grade(course, ASSIGNMENT, handed("s001"))
    last = desk._timer
    assert earlier is not None
    assert last is not None
    desk._close_idle(earlier)
    assert not facts.opened[0].is_closed
    desk._close_idle(last)
    assert facts.opened[0].is_closed
    assert desk.grade(course, ASSIGNMENT, handed("s002")).result.score == 10


def test_a_refusal_is_the_commands_to_tell(
    course: Course, desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it is raised, and nothing was graded."""

    def refuse(_course: Course, _source: SourceNotebook) -> Desk:
        raise ConfinementError("cannot confine student code here: landlock failed")

    monkeypatch.setattr(service, "Desk", refuse)
    with pytest.raises(ConfinementError, match="landlock failed"):
        desk.grade(course, ASSIGNMENT, handed("s001"))


def test_the_asking_side_cannot_grade() -> None:
    """it holds no equipment, and so no answers."""
    with pytest.raises(SandboxError, match="own process"):
        service._unequipped()
