"""Files of known solutions: one cell a variant, whole or as the lines that differ."""

from pathlib import Path

import pytest

from autograder.errors import SuiteError
from autograder.judge.variants import read_variant_cells, read_variants
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
_BASE = """\
# %% base
import torch

def total(values):
    result = 0
    for value in values:
        result += value
    return result
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file of a test is written."""
    return tmp_path / "misconceptions.diff"


def sources(path: Path, text: str) -> dict[str, str]:
    """The file's variants: their ids and sources."""
    path.write_text(text, encoding="utf-8")
    return {variant.id: variant.source for variant in read_variants(path)}


def test_cells_become_variants(path: Path) -> None:
    """It is true that ids, hints and sources are read, and the preamble is nobody's."""
    path.write_text(_FILE, encoding="utf-8")
    assert read_variants(path) == (
        Variant(
            "no-zero",
            "def train_step(model):\n    # a comment of the student's\n    return 1.0\n",
            "backward() adds to .grad. Whatever was there is still there.",
        ),
        Variant("lambda-2", "train_step = lambda model: 2.0\n"),
    )


def test_a_free_choice_makes_several_forms(path: Path) -> None:
    """It is true that a mistake with a choice in it is as many forms as there are choices."""
    cell = "# %% clamped{}\n# hint: Too small.\n# each: SMALL = 1e-6 | a * b\nx = SMALL + SMALLER\n"
    path.write_text(cell.format("") + cell.format(".added"), encoding="utf-8")
    sources = "x = 1e-6 + SMALLER\n", "x = a * b + SMALLER\n"
    assert read_variants(path) == (
        Variant("clamped.1", sources[0], "Too small."),
        Variant("clamped.2", sources[1], "Too small."),
        Variant("clamped.added-1", sources[0], "Too small."),
        Variant("clamped.added-2", sources[1], "Too small."),
    )


def test_forms_share_their_names_hint(path: Path) -> None:
    """It is true that a hint is written once a name, and a form may have its own all the same."""
    path.write_text(
        "# %% a\n# hint: One.\nx = 1\n# %% a.second\nx = 2\n# %% b\n# hint: Other.\nx = 3\n"
        "# %% a.own\n# hint: Own.\nx = 4\n# %% a.last\nx = 5\n",
        encoding="utf-8",
    )
    hints = {variant.id: variant.hint for variant in read_variants(path)}
    assert hints == {
        "a": "One.",
        "a.second": "One.",
        "b": "Other.",
        "a.own": "Own.",
        "a.last": "One.",
    }


def test_an_edit_changes_the_base(path: Path) -> None:
    """It is true that lines go, come and stay as in a diff, in as many places as one likes."""
    edit = """
# %% product
# hint: Multiplied.
-    result = 0
+    result = 1
@@
     for value in values:
-        result += value
+        result *= value
"""
    assert sources(path, _BASE + edit)["product"] == (
        "import torch\n\ndef total(values):\n    result = 1\n    for value in values:\n"
        "        result *= value\n    return result\n"
    )


def test_a_place_is_looked_for_below_the_one_before(path: Path) -> None:
    """It is true that lines which stand there twice are told apart by what stands above them."""
    text = "# %% base\na = 1\nx = 0\nb = 2\nx = 0\n\n# %% second\n b = 2\n@@\n-x = 0\n+x = 1\n"
    assert sources(path, text)["second"] == "a = 1\nx = 0\nb = 2\nx = 1\n"


def test_empty_lines_of_an_edit(path: Path) -> None:
    """It is true that they stay within a place, and mean nothing around it."""
    edit = "\n# %% short\n-import torch\n\n def total(values):\n\n@@\n\n-    return result\n\n\n"
    assert sources(path, _BASE + edit)["short"] == (
        "def total(values):\n    result = 0\n    for value in values:\n        result += value\n"
    )


def test_an_edit_of_another_form(path: Path) -> None:
    """It is true that a form may be made from any cell above, which may be an edit itself."""
    edits = (
        "# %% first\n-    return result\n+    return values[0]\n"
        "# %% last from first\n-    return values[0]\n+    return values[-1]\n"
        "# %% whole\ndef total(values):\n    return sum(values)\n"
        "# %% sorted from whole\n-    return sum(values)\n+    return sorted(values)\n"
    )
    found = sources(path, _BASE + edits)
    assert found["last"] == found["first"].replace("values[0]", "values[-1]")
    assert found["sorted"] == "def total(values):\n    return sorted(values)\n"


def test_an_edit_with_a_choice(path: Path) -> None:
    """It is true that what is made from a form with choices has them, unless it does without."""
    edits = (
        "# %% scaled\n# each: FACTOR = 2 | 3\n-    return result\n+    return FACTOR * result\n"
        "# %% shifted from scaled\n-    result = 0\n+    result = 1\n"
        "# %% other from scaled\n# each: FACTOR = 4\n-    result = 0\n+    result = 1\n"
        "# %% none from scaled\n-    return FACTOR * result\n"
    )
    found = sources(path, _BASE + edits)
    assert [*found][1:] == ["scaled.1", "scaled.2", "shifted.1", "shifted.2", "other.1", "none"]
    assert found["shifted.2"].splitlines()[3::3] == ["    result = 1", "    return 3 * result"]
    assert found["other.1"] == found["shifted.2"].replace("3 * ", "4 * ")


def test_what_a_file_says_of_a_cell_is_kept(path: Path) -> None:
    """It is true that the edit and what it changes are known beside the whole source."""
    path.write_text(_BASE + "# %% none\n# hint: None.\n-    return result\n", encoding="utf-8")
    base, none = read_variant_cells(path).values()
    assert (base.origin, base.edit) == ("", "")
    assert (none.origin, none.edit) == ("base", "-    return result\n")


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    """It is true that its path is told, and so is that of one that is no text."""
    with pytest.raises(SuiteError, match=r"misconceptions\.diff cannot be read: .*No such file"):
        read_variants(path)
    path.write_bytes(b"\xff")
    with pytest.raises(SuiteError, match=r"misconceptions\.diff cannot be read: 'utf-8' codec"):
        read_variants(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# %% a\n\n# %% b\nx = 1\n", "cell `a`: the cell is empty"),
        ("# %% a\nx = 1\n# %% a\nx = 2\n", "cell `a`: a cell above has the same name"),
        (
            "# %% a\n# each: N = 1\nx = N\n# %% a.1\nx = 2\n",
            r"2 forms are called `a\.1`; give each its own name",
        ),
        ("# %% No Zero\nx = 1\n", "'# %% No Zero' opens no cell; write '# %% name'"),
        ("# %% a from\nx = 1\n", "'# %% a from' opens no cell"),
        ("# %% a\n# each: N = 1 | 2\nx = M\n", "cell `a`: its source lacks the word N of its"),
        ("# %% a\n-x = 1\n", "cell `a`: it is made from `base`, which is no cell above it"),
        ("# %% a from b\n-x\n# %% b\nx = 1\n", "cell `a`: it is made from `b`, which is no cell"),
        (
            _BASE + "# %% a\ndef total(values):\n-    result = 0\n",
            r"cell `a`: 'def total\(values\):' is no line of an edit",
        ),
        (_BASE + "# %% a from base\nx = 1\n", "cell `a`: 'x = 1' is no line of an edit"),
        (
            _BASE + "# %% a\n-    result = 1\n+    result = 2\n",
            r"cell `a` from `base`: its lines are found 0 times, .*: '-    result = 1\\n\+    re",
        ),
        (
            "# %% base\nx = 1\nx = 1\nx = 1\n\n# %% a\n x = 1\n-x = 1\n",
            "cell `a` from `base`: its lines are found 2 times, and",
        ),
        (
            _BASE + "# %% a\n-    return result\n@@\n-    result = 0\n",
            "cell `a` from `base`: its lines are found 0 times below the place before",
        ),
        (_BASE + "# %% a\n+import math\n", "cell `a` from `base`: its lines are found 0 times"),
    ],
)
def test_what_cannot_be_read_is_refused(path: Path, text: str, sentence: str) -> None:
    """It is true that the sentence names file and cell, and says what is wrong."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=f"(?s)misconceptions.diff.*{sentence}"):
        read_variants(path)
