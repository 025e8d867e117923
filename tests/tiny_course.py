"""Fixtures for every room: a tiny course in a temporary folder, with a sandbox in this process."""

from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from autograder.grading.preparation import load_source
from autograder.grading.worker import WorkerSetup
from autograder.notebook.source import SourceNotebook
from tests.grading.fakes import ASSIGNMENT, EXERCISES, FakeEquipment, make_course

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course folder, as the current folder."""
    monkeypatch.delenv("AUTOGRADER_WORKSPACE", raising=False)
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    monkeypatch.delenv("AUTOGRADER_CACHE", raising=False)
    root = tmp_path / "course"
    root.mkdir()
    monkeypatch.chdir(make_course(root, PROJECT))
    return load_course(root)


@pytest.fixture
def source(course: Course) -> SourceNotebook:
    """The student version that nbgrader makes of it."""
    return load_source(course, ASSIGNMENT)


@pytest.fixture
def worker_setup(course: Course, source: SourceNotebook) -> WorkerSetup:
    """A worker's setup with a sandbox and a judge that run in this process."""
    return WorkerSetup(source, EXERCISES, course.limits, FakeEquipment())
