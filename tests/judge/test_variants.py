"""Files of known solutions: one cell a variant, as a student would type it."""

from pathlib import Path

import pytest

from autograder.errors import SuiteError
from autograder.judge.variants import read_variants
from autograder.model.exercise import Variant

_FILE = '''"""What this file is."""

import torch

# %% no-zero
# hint: backward() adds to .grad.
# Whatever was there is still there.
def train_step(model):
    # a comment of the student's
    return 1.0

# %% lambda-2

train_step = lambda model: 2.0
'''


def test_cells_become_variants(tmp_path: Path) -> None:
    """It is true that ids, hints and sources are read, and the preamble is nobody's."""
    path = tmp_path / "misconceptions.py"
    path.write_text(_FILE, encoding="utf-8")
    assert read_variants(path) == (
        Variant(
            "no-zero",
            "def train_step(model):\n    # a comment of the student's\n    return 1.0\n",
            "backward() adds to .grad. Whatever was there is still there.",
        ),
        Variant("lambda-2", "train_step = lambda model: 2.0\n"),
    )


def test_a_free_choice_makes_several_forms(tmp_path: Path) -> None:
    """It is true that a mistake with a choice in it is as many forms as there are choices."""
    path = tmp_path / "misconceptions.py"
    cell = "# %% clamped{}\n# hint: Too small.\n# each: SMALL = 1e-6 | a * b\nx = SMALL + SMALLER\n"
    path.write_text(cell.format("") + cell.format(".added"), encoding="utf-8")
    sources = "x = 1e-6 + SMALLER\n", "x = a * b + SMALLER\n"
    assert read_variants(path) == (
        Variant("clamped.1", sources[0], "Too small."),
        Variant("clamped.2", sources[1], "Too small."),
        Variant("clamped.added-1", sources[0], "Too small."),
        Variant("clamped.added-2", sources[1], "Too small."),
    )


@pytest.mark.parametrize("text", ["# %% a\n\n# %% b\nx = 1\n", "# %% a\nx = 1\n# %% a\nx = 2\n"])
def test_empty_and_repeated_cells_are_refused(tmp_path: Path, text: str) -> None:
    """It is true that a file which would lose a variant is refused, naming the cell."""
    path = tmp_path / "accepted.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"\['a'\]"):
        read_variants(path)
