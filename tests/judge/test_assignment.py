"""The digest of an assignment changes whenever a verdict could."""

import shutil
from pathlib import Path

import pytest

from autograder.judge import assignment, suite
from autograder.judge.assignment import load_assignment

PACKAGE = Path(assignment.__file__).parents[1]
NOTEBOOK = PACKAGE.parent / "assignments/autograd/autograd.ipynb"


@pytest.mark.parametrize(
    "deciding",
    ["probe/observe.py", "probe/simgpu/tensor.py", "suites/autograd/dydx/misconceptions.diff"],
)
def test_digest_covers_every_file_that_decides(
    deciding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that all modules of these rooms count, and so do the misconceptions."""
    for room in (*assignment._ROOMS_THAT_DECIDE, "suites/autograd"):
        shutil.copytree(PACKAGE / room, tmp_path / room)
    monkeypatch.setattr(assignment, "_PACKAGE", tmp_path)
    monkeypatch.setattr(suite, "SUITES", tmp_path / "suites")
    before = load_assignment("autograd", NOTEBOOK).suite_digest
    assert load_assignment("autograd", NOTEBOOK).suite_digest == before
    with (tmp_path / deciding).open("a", encoding="utf-8") as module:
        module.write("\n")
    assert load_assignment("autograd", NOTEBOOK).suite_digest != before
