"""The run of a notebook before it is handed in: what fails is reported."""

from pathlib import Path

import pytest

from autograder.selfcheck.rerun import RUNNING, rerun
from tests.grading.fakes import cell, notebook


@pytest.mark.kernel
@pytest.mark.slow
def test_cells_that_fail_are_named(tmp_path: Path) -> None:
    """It is true that it is run once, and each failing cell is reported with its exception."""
    document = notebook(
        cell("code", "import os\nfine = 1"),
        cell("code", "1 / 0", grade_id="double", grade=True, locked=True, points=1),
        cell("code", f"print(fine)\nassert os.environ['{RUNNING}']"),
        cell("code", "assert os.environ['TORCHDYNAMO_DISABLE'] == '1'"),
        cell("code", "raise ValueError('a\\nb' + 300 * 'x')"),
        cell("code", "from autograder import submit; submit()"),
        cell("code", "\nimport torch\nimport nothing_of_this_name"),
        cell("code", "x = 1\nprint(“x”)"),
        cell("code", "%nothing of ours"),
    )
    found = rerun(document, tmp_path)
    first, second, module, quotes, magic = found.problems
    assert first.startswith(
        "Cell 2 (`double`) fails in line 1: ZeroDivisionError: division by zero. Something was"
    )
    assert second.startswith("Cell 5 (`c4`) fails in line 1: ValueError: a b")
    assert len(second) < 300
    assert "in line 3: ModuleNotFoundError: No module named 'nothing_of_this_name'. Only" in module
    assert "in line 2: SyntaxError: invalid character '“' (U+201C)" in quotes
    assert quotes.endswith(
        "Quotes have to be straight, \" or ', not curly as a word processor writes them."
    )
    assert magic == "Cell 9 (`c8`) ended in line 1: there is no magic `%nothing` here."
    assert "outputs" not in document["cells"][1] or document["cells"][1]["outputs"] == []
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.kernel
@pytest.mark.slow
def test_a_kernel_that_dies_is_reported(tmp_path: Path) -> None:
    """It is true that a crash ends the run and not the handing in."""
    document = notebook(cell("code", "import os; os._exit(1)"), cell("code", "1"))
    assert rerun(document, tmp_path).problems == (
        "The kernel died while the notebook ran; what came after was not tried.",
    )


@pytest.mark.kernel
@pytest.mark.slow
def test_a_cell_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that it is reported, and that the cells after it are run."""
    monkeypatch.setattr("autograder.selfcheck.rerun.CELL_SECONDS", 3)
    document = notebook(cell("code", "while True: pass"), cell("code", "1 / 0"))
    first, second = rerun(document, tmp_path).problems
    assert first == "Cell 1 (`c0`) fails: it ran longer than 3 seconds and was stopped."
    assert second.startswith("Cell 2 (`c1`) fails in line 1: ZeroDivisionError")
