"""The process that grades for nbgrader: opened late, kept a while, replaced when it dies."""

import json
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import ConfinementError, SandboxError
from autograder.grading.worker import Graded, WorkerSetup, grade
from autograder.nbgrader_plugins import service as service_module
from autograder.nbgrader_plugins.service import GradingProcess, GradingService
from autograder.notebook.source import SourceNotebook
from tests.grading.fakes import ASSIGNMENT, answered

FATAL = "fatal"


@dataclass
class FakeProcess:
    """Grades in this process; dies of one student's submission."""

    worker_setup: WorkerSetup
    is_closed: bool = False

    def grade(self, submitted: SubmittedFile) -> Graded:
        """Its verdict, unless it dies."""
        if submitted.student == FATAL:
            raise BrokenProcessPool("a process was terminated abruptly")
        return grade(self.worker_setup, self.worker_setup.equip(), submitted)

    def close(self) -> None:
        """Be closed."""
        self.is_closed = True


@dataclass
class Facts:
    """What the process rests on, for a test to change; and the processes that were opened."""

    digest: str = "one"
    opened: list[FakeProcess] = field(default_factory=list)


@pytest.fixture
def facts(worker_setup: WorkerSetup, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Fakes in place of the judge's assignment and of the grading process."""
    facts = Facts()

    def opened(_course: Course, _source: SourceNotebook) -> FakeProcess:
        facts.opened.append(FakeProcess(worker_setup))
        return facts.opened[-1]

    monkeypatch.setattr(
        "autograder.judge.assignment.load_assignment",
        lambda *_: SimpleNamespace(suite_digest=facts.digest),
    )
    monkeypatch.setattr(service_module, "GradingProcess", opened)
    return facts


@pytest.fixture
def service(facts: Facts) -> Iterator[GradingService]:
    """A service of the test's own."""
    service = GradingService()
    yield service
    service.close()
    assert all(one.is_closed for one in facts.opened)


def submitted(student: str) -> SubmittedFile:
    """A right submission."""
    return SubmittedFile(student, json.dumps(answered()).encode())


def test_it_is_opened_once(course: Course, service: GradingService, facts: Facts) -> None:
    """for one submission after another."""
    for student in ("s001", "s002"):
        assert service.grade(course, ASSIGNMENT, submitted(student)).result.score == 10
    assert len(facts.opened) == 1


def test_it_is_opened_anew_when_something_changed(
    course: Course, service: GradingService, facts: Facts
) -> None:
    """a suite that was edited, or another setting; the former is closed."""
    service.open(course, ASSIGNMENT)
    facts.digest = "another"
    service.open(course, ASSIGNMENT)
    service.open(replace(course, jobs=course.jobs + 1), ASSIGNMENT)
    assert [one.is_closed for one in facts.opened] == [True, True, False]


def test_a_death_costs_one_submission(
    course: Course, service: GradingService, facts: Facts
) -> None:
    """a person looks at it, it has no points, and the next one has a service again."""
    lost = service.grade(course, ASSIGNMENT, submitted(FATAL))
    assert (lost.result.status, lost.result.score) == ("needs_review", 0)
    assert "terminated abruptly" in lost.fault
    assert service.grade(course, ASSIGNMENT, submitted("s001")).result.status == "graded"
    assert len(facts.opened) == 2


def test_it_is_closed_when_nobody_comes(
    course: Course, service: GradingService, facts: Facts
) -> None:
    """by the last submission's clock, not by an earlier one's."""
    service.open(course, ASSIGNMENT)
    earlier = service._timer
    service.grade(course, ASSIGNMENT, submitted("s001"))
    last = service._timer
    assert earlier is not None
    assert last is not None
    service._close_idle(earlier)
    assert not facts.opened[0].is_closed
    service._close_idle(last)
    assert facts.opened[0].is_closed
    assert service.grade(course, ASSIGNMENT, submitted("s002")).result.score == 10


def test_a_refusal_is_the_commands_to_tell(
    course: Course, service: GradingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it is raised, and nothing was graded."""

    def refuse(_course: Course, _source: SourceNotebook) -> GradingProcess:
        raise ConfinementError("cannot confine student code here: landlock failed")

    monkeypatch.setattr(service_module, "GradingProcess", refuse)
    with pytest.raises(ConfinementError, match="landlock failed"):
        service.grade(course, ASSIGNMENT, submitted("s001"))


def test_the_asking_side_cannot_grade() -> None:
    """it holds no equipment, and so no answers."""
    with pytest.raises(SandboxError, match="in the grading process"):
        service_module._unequipped()
