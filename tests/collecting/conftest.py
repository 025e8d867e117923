"""A tiny course in a temporary folder, with a roster of people who are easily mixed up."""

from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from tests.collecting.downloads import ROSTER
from tests.grading.fakes import make_course

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course folder, as the current folder, with roster.csv in it."""
    monkeypatch.delenv("AUTOGRADER_WORKSPACE", raising=False)
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    monkeypatch.delenv("AUTOGRADER_CACHE", raising=False)
    root = tmp_path / "course"
    root.mkdir()
    monkeypatch.chdir(make_course(root, PROJECT))
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8-sig")
    return load_course(root)
