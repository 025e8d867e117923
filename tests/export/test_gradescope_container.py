"""Gradescope's container, as folders on this machine: it gives the points of the check."""

import copy
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.export.gradescope.package import (
    GradescopeRequest,
    export_gradescope,
)
from autograder.export.gradescope.results import FAULT
from autograder.grading.preparation import load_source, open_worker_setup
from autograder.grading.worker import grade
from autograder.model.verdict import SubmissionResult
from autograder.terminal.progress import SilentProgress
from tests.grading.test_end_to_end import changed
from tests.sandbox.machines import on

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ASSIGNMENT = "autograd"
FILE = f"{ASSIGNMENT}.ipynb"
CONTAINER = "autograder.export.gradescope.container"
CONSTANT = "def dydx(x0):\n    return 0.0"
NO_LEAF = """\
def squared_mean_grad(values):
    x = values * 1.0
    x.requires_grad_()
    (x ** 2).sum().backward()
    return x, x.grad
"""
ENDLESS = "while True: pass"
# Becomes the program, on a machine without what its traits take away.
BECOME = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])"


def blank(course: Course) -> bytes:
    """The notebook as students get it."""
    document = json.loads(course.notebook(ASSIGNMENT).read_bytes())
    released = load_source(course, ASSIGNMENT).cells
    for cell, ours in zip(document["cells"], released, strict=True):
        cell["source"] = ours.source
    return json.dumps(document).encode()


@pytest.fixture(scope="module")
def submitted(course: Course) -> dict[str, bytes]:
    """Name → content of a notebook."""
    solved = json.loads(course.notebook(ASSIGNMENT).read_bytes())
    return {
        "right": json.dumps(solved).encode(),
        "constant": changed(solved, "dydx-solution", CONSTANT),
        "no-leaf": changed(solved, "squared_mean_grad-solution", NO_LEAF),
        "endless": changed(copy.deepcopy(solved), "dydx-solution", ENDLESS),
        "blank": blank(course),
        "broken": b'{"cells": [',
    }


@pytest.fixture(scope="module")
def root(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gradescope's folders, as they are after setup.sh."""
    root = tmp_path_factory.mktemp("autograder")
    path = export_gradescope(course, GradescopeRequest(ASSIGNMENT, root / "uploaded.zip"))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(root / "source")
        for one in archive.infolist():
            (root / "source" / one.filename).chmod(one.external_attr >> 16)
    shutil.copy(root / "source" / "run_autograder", root)
    # The package `release` is installed here, and is not in the zip.
    (root / "source" / "release.py").write_text("raise ImportError('there is no release here')")
    prepared = subprocess.run(
        [sys.executable, "-m", CONTAINER, "prepare"],
        cwd=root / "source",
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    assert prepared.returncode == 0, prepared.stderr
    return root


def environment(root: Path) -> dict[str, str]:
    """Where the folders are, and the Python that setup.sh would have made; nothing of ours."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    of_tests = {"AUTOGRADER_CACHE": "", "AUTOGRADER_SECRET": ""}
    return {**os.environ, **of_tests, "AUTOGRADER_GRADESCOPE_ROOT": str(root), "PATH": path}


def put(root: Path, files: dict[str, bytes]) -> None:
    """Put exactly these files into the submission's folder."""
    for name in ("submission", "results"):
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).mkdir()
    for name, content in files.items():
        (root / "submission" / name).write_bytes(content)


def run(root: Path, files: dict[str, bytes]) -> dict[str, Any]:
    """What run_autograder writes about a submission of these files; it must succeed."""
    put(root, files)
    done = subprocess.run(
        [root / "run_autograder"],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return results(root)


def results(root: Path) -> dict[str, Any]:
    """The results.json that was written."""
    document: dict[str, Any] = json.loads((root / "results" / "results.json").read_text())
    return document


@pytest.fixture(scope="module")
def checked(course: Course, submitted: dict[str, bytes]) -> dict[str, SubmissionResult]:
    """What ``autograder check`` says of each; one sandbox for all."""
    with open_worker_setup(course, ASSIGNMENT, SilentProgress().say) as (worker_setup, _):
        equipment = worker_setup.equip()
        return {
            name: grade(worker_setup, equipment, SubmittedFile(name, content)).result
            for name, content in submitted.items()
        }


def assert_same(document: dict[str, Any], row: SubmissionResult) -> None:
    """Total, each exercise, each check, the mistake's name and the notes are the same."""
    assert document["score"] == row.score
    assert round(sum(test["score"] for test in document["tests"]), 6) == row.score
    assert round(sum(test["max_score"] for test in document["tests"]), 6) == row.max_score
    for exercise in row.exercises:
        tests = [t for t in document["tests"] if t["extra_data"]["exercise"] == exercise.name]
        assert round(sum(test["score"] for test in tests), 6) == exercise.points
        outcomes = [test["extra_data"]["outcome"] for test in tests]
        assert outcomes == [check.outcome for check in exercise.checks] or not exercise.checks
        assert exercise.diagnosis is None or exercise.diagnosis in document["output"]
    assert all(problem in document["output"] for problem in row.problems)


@pytest.mark.parametrize(
    ("name", "is_worth_something"),
    [("no-leaf", True), ("endless", True), ("blank", False), ("broken", False)],
)
def test_the_points_are_those_of_the_check(
    root: Path,
    submitted: dict[str, bytes],
    checked: dict[str, SubmissionResult],
    name: str,
    *,
    is_worth_something: bool,
) -> None:
    """and so is all else that ``autograder check`` says."""
    row = checked[name]
    assert_same(run(root, {FILE: submitted[name]}), row)
    assert row.score < row.max_score
    assert (row.score > 0) is is_worth_something


def test_one_notebook_of_another_name_is_read(
    root: Path, submitted: dict[str, bytes], checked: dict[str, SubmissionResult]
) -> None:
    """a renamed file costs a right one nothing, and what lies beside it is nobody's to import."""
    shadow = b"raise SystemExit('imported')"
    document = run(
        root, {"mine (1).ipynb": submitted["right"], "torch.py": shadow, "json.py": shadow}
    )
    assert_same(document, checked["right"])
    assert document["score"] == 10
    assert "the notebook was called `mine (1).ipynb`" in document["output"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [((), "the folder was empty"), (("a.ipynb", "b.ipynb"), "2 other notebooks")],
)
def test_none_or_several_are_named_and_get_nothing(
    root: Path, submitted: dict[str, bytes], names: tuple[str, ...], sentence: str
) -> None:
    """The sentence says what was expected, and the score is zero."""
    document = run(root, dict.fromkeys(names, submitted["right"]))
    assert document["score"] == 0
    assert sentence in document["output"]
    assert f"`{FILE}`" in document["output"]


def test_a_default_container_grades_at_the_reduced_level(
    root: Path, submitted: dict[str, bytes], checked: dict[str, SubmissionResult]
) -> None:
    """The points are the same without namespaces, and results.json has the level."""
    put(root, {FILE: submitted["constant"]})
    done = on(("container",), "-c", BECOME, str(root / "run_autograder"), **environment(root))
    assert done.returncode == 0, done.stdout + done.stderr
    document = results(root)
    assert document["extra_data"]["confinement"] == "reduced"
    assert_same(document, checked["constant"])
    assert_same(run(root, {FILE: submitted["constant"]}), checked["constant"])
    assert 0 < document["score"] < checked["constant"].max_score


def test_where_nothing_holds_nothing_is_graded(root: Path, submitted: dict[str, bytes]) -> None:
    """Student code does not run, and there is no score, not even zero."""
    put(root, {FILE: submitted["right"]})
    traits = ("container", "no-landlock")
    done = on(traits, "-c", BECOME, str(root / "run_autograder"), **environment(root))
    assert done.returncode == 1
    assert "ConfinementError" in done.stdout
    document = results(root)
    assert document["output"] == FAULT
    assert not {"score", "tests"} & document.keys()


def test_a_zip_that_was_changed_is_our_fault(root: Path, submitted: dict[str, bytes]) -> None:
    """With a second assignment there is no score, and the log says why."""
    put(root, {FILE: submitted["right"]})
    second = root / "source" / "assignments" / "other" / "other.ipynb"
    second.parent.mkdir()
    second.write_bytes(submitted["right"])
    done = subprocess.run(
        [root / "run_autograder"],
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(second.parent)
    assert done.returncode == 1
    assert "must hold one assignment; it holds 2" in done.stdout
    # The grader that was uploaded is at work, not the one that is installed here.
    assert f'"{root}/source/autograder/export/' in done.stdout
    assert results(root)["output"] == FAULT
