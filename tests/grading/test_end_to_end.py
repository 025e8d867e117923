"""The command, the sandbox, the judge and the gradebook together, on a real assignment."""

import copy
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.course.settings import Course, load_course
from tests.sandbox.waiting import wait_until

PROJECT = Path(__file__).parents[2]
NO_ZERO = """\
def train_step(model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
"""
ENDLESS = "while True: pass"
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


def hand_in(course: Course, student: str, content: bytes) -> Path:
    """Put a submission where ``nbgrader collect`` would."""
    path = course.submitted / student / "training" / "training.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def changed(document: dict[str, Any], grade_id: str, source: str) -> bytes:
    """The notebook with another text in one cell."""
    other = copy.deepcopy(document)
    for cell in other["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            cell["source"] = source
    return json.dumps(other).encode()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the real assignment ``training`` and a small class."""
    root = tmp_path_factory.mktemp("course")
    settings = (PROJECT / "course_config.py").read_text() + "\nc.Course.cell_seconds = 3\n"
    (root / "course_config.py").write_text(settings)
    notebook = root / "assignments" / "training" / "training.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes((PROJECT / "assignments" / "training" / "training.ipynb").read_bytes())
    course = load_course(root)
    solved = json.loads(notebook.read_bytes())
    hand_in(course, "right", notebook.read_bytes())
    hand_in(course, "no-zero", changed(solved, "train_step-solution", NO_ZERO))
    hand_in(course, "endless", changed(solved, "train_step-solution", ENDLESS))
    hand_in(course, "nothing", b"")
    return course


def start(course: Course, *arguments: str) -> "subprocess.Popen[str]":
    """Begin a command in the course's folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(course: Course, *arguments: str) -> str:
    """What a command prints; it must succeed."""
    process = start(course, *arguments)
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    return out


def test_a_class_is_graded_whoever_grades_when(course: Course) -> None:
    """an interrupted run that goes on, one worker and two: the same bytes, and fair scores."""
    journal = course.results / "training.journal.jsonl"
    process = start(course, "grade", "training", "--jobs", "1")
    # References are observed first, which takes long on a machine that does much else.
    wait_until(lambda: journal.exists() or process.poll() is not None, seconds=600)
    # The same as SIGINT, which a shell lets programs in the background ignore.
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert process.returncode == 130, errors
    assert "Whatever had been recorded is kept" in errors

    resumed = finish(course, "grade", "training", "--json", "-")
    one = finish(course, "grade", "training", "--force", "--jobs", "1", "--json", "-")
    two = finish(course, "grade", "training", "--force", "--jobs", "2", "--json", "-")
    assert resumed == one == two

    rows = {row["student"]: row for row in json.loads(one)["submissions"]}
    assert rows["right"]["score"] == rows["right"]["max_score"]
    assert rows["right"]["awaiting"] == ["three_calls"]
    step = {student: row["exercises"][0] for student, row in rows.items()}
    assert step["no-zero"]["diagnosis"] == "no-zero"
    assert 0 < rows["no-zero"]["score"] < rows["no-zero"]["max_score"]
    assert step["endless"]["points"] == 0
    assert rows["endless"]["exercises"][1]["outcome"] == "PASSED"
    assert rows["nothing"]["score"] == 0
    assert all(row["status"] == "graded" for row in rows.values())


def test_checking_one_file_gives_the_same_row(course: Course) -> None:
    """and leaves the gradebook as it is."""
    path = course.submitted / "no-zero" / "training" / "training.ipynb"
    graded = json.loads(finish(course, "grade", "training", "--json", "-"))
    book = (course.workspace / "gradebook.db").read_bytes()
    checked = json.loads(
        finish(course, "check", str(path), "--assignment", "training", "--json", "-")
    )
    assert checked["submissions"][0] in graded["submissions"]
    assert checked["suite_digest"] == graded["suite_digest"]
    assert (course.workspace / "gradebook.db").read_bytes() == book
