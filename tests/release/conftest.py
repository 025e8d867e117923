"""A tiny course in a temporary folder."""

from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from tests.grading.fakes import make_course

PROJECT = Path(__file__).parents[2]


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
