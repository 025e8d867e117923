"""The guide to adding an exercise, followed to the letter in a copy of the project."""

import json
import re
from pathlib import Path

import pytest

from tests.release.copied import PROJECT, copy_project, release

GUIDE = PROJECT / "docs" / "adding-an-exercise.md"
FENCED = re.compile(r"^\*\*`([^`]+)`\*\*\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without its assignments, and with the skeleton of the guide's exercise."""
    root = tmp_path_factory.mktemp("walk")
    copy_project(root)
    made = release(root, "new", "lessons/accuracy")
    assert made.returncode == 0, made.stderr
    return root


def follow(root: Path) -> None:
    """Put every text of the guide in its place."""
    notebook = root / "assignments" / "lessons" / "lessons.ipynb"
    document = json.loads(notebook.read_text(encoding="utf-8"))
    cells = {cell["id"]: cell for cell in document["cells"]}
    for place, text in FENCED.findall(GUIDE.read_text(encoding="utf-8")):
        if place in cells:
            cells[place]["source"] = text.rstrip("\n").splitlines(keepends=True)
        else:
            folder = root / "autograder" / "suites" / "lessons" / "accuracy"
            assert (folder / place).exists() or place == "equivalent.txt"
            (folder / place).write_text(text, encoding="utf-8")
    notebook.write_text(json.dumps(document), encoding="utf-8")


def test_the_guide_leads_to_an_exercise_that_can_be_released(course: Path) -> None:
    """It is true that the skeleton works but for its placeholders, and that the exercise is fit.

    One copy of the project and two runs, in the order of the guide: they build on each other.
    """
    skeleton = release(course, "verify", "lessons", "--secrets", "1")
    assert skeleton.returncode == 1, skeleton.stderr
    reasons = skeleton.stdout.partition("\n\n")[2].splitlines()
    assert len(reasons) == 3
    assert all("REPLACE THIS" in reason for reason in reasons[:2])
    follow(course)
    followed = release(course, "verify", "lessons", "--secrets", "2")
    assert followed.returncode == 0, followed.stdout + followed.stderr
    assert "fit to be released" in followed.stdout
    report = json.loads((course / "workspace/reports/verify/lessons.json").read_text())
    (exercise,) = report["assignments"][0]["exercises"]
    assert exercise["mutation"]["rate"] == 1.0
    assert all(exercise["accepted"].values())
    assert exercise["confusion"]["error-rate"] == {"error-rate": 2}


def test_a_second_skeleton_overwrites_nothing(course: Path) -> None:
    """It is true that the exercise that is there stays as it is."""
    before = {path: path.read_bytes() for path in course.rglob("*.py")}
    again = release(course, "new", "lessons/accuracy")
    assert again.returncode == 2
    assert "already; nothing was written" in again.stderr
    assert {path: path.read_bytes() for path in course.rglob("*.py")} == before
