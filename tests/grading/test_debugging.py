"""A TA looks inside one submission with plain pytest."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SUITES = "autograder/suites/autograd"


def _pytest(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    environment = {**os.environ, "AUTOGRADER_WORKSPACE": str(tmp_path / "workspace")}
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )


def _submission(tmp_path: Path, dydx: str) -> str:
    notebook = json.loads((PROJECT / "assignments/autograd/autograd.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "dydx-solution":
            cell["source"] = dydx
    path = tmp_path / "submission.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return str(path)


@pytest.mark.kernel
@pytest.mark.slow
def test_the_checks_of_one_submission_are_plain_tests(tmp_path: Path) -> None:
    """It is true that public and hidden checks run, and a wrong value is quoted to the TA."""
    path = _submission(tmp_path, "def dydx(x0):\n    return 2.0 * (3 * x0 + 1)\n")
    done = _pytest(tmp_path, SUITES, "--submission", path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "found the float" in done.stdout
    assert "squared_mean_grad" not in done.stdout.partition("short test summary")[2]
    passed = done.stdout.splitlines()[-1]
    assert "passed" in passed
    assert "failed" in passed


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize(
    ("dydx", "words"),
    [
        ("", "Nothing was observed: nothing of that name was defined."),
        ("def dydx(x0):\n    raise NotImplementedError", "it is not written yet."),
        ("def dydx(x0):\n    return x0.grad", "It raised AttributeError"),
    ],
)
def test_nothing_to_compare_is_a_failed_check(tmp_path: Path, dydx: str, words: str) -> None:
    """It is true that a check with nothing to look at fails or is skipped, with its sentence."""
    done = _pytest(tmp_path, SUITES, "--submission", _submission(tmp_path, dydx))
    assert done.returncode == 1, done.stdout + done.stderr
    shown, _, summary = done.stdout.partition("short test summary")
    assert words in shown
    assert "Traceback" not in shown
    assert "ERROR" not in done.stdout
    assert "error" not in summary
    assert "FAILED autograder/suites/autograd/dydx/test_dydx.py" in summary
    assert "Not tried, because a check that it builds on did not pass." in summary


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((SUITES,), "name it with --submission FILE"),
        ((SUITES, "--submission", "nowhere.ipynb"), "There is no file"),
        (("autograder/suites", "--submission", "nowhere.ipynb"), "found those of autograd"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """It is true that a wrong command line is answered with a sentence, not a traceback."""
    done = _pytest(tmp_path, *arguments)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
