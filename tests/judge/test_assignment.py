"""What an assignment is made of, and that its digest changes whenever a verdict could."""

import json
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


def test_locked_explanations_are_not_run(tmp_path: Path) -> None:
    """It is true that a Markdown cell which nbgrader locks is no part of the program."""
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    marks = {"grade_id": "read", "locked": True, "grade": False, "solution": False}
    text = {"cell_type": "markdown", "source": "Not Python.", "metadata": {"nbgrader": marks}}
    document["cells"].insert(0, text)
    path = tmp_path / NOTEBOOK.name
    path.write_text(json.dumps(document), encoding="utf-8")
    plain, locked = load_assignment("autograd", NOTEBOOK), load_assignment("autograd", path)
    assert locked.program_cells() == plain.program_cells()
    for exercise in plain.exercises:
        assert locked.cells_before(exercise.name) == plain.cells_before(exercise.name)
