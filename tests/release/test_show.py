"""``release show``: known solutions of an exercise, each whole."""

from pathlib import Path

import pytest

from autograder.judge.variants import MISCONCEPTIONS, read_variants
from release.cli import main

ACCEPTED = "# %% squared\ndef double(x):\n    return (x + x) * 1\n"
WRONG = """\
# Wrong solutions.

# %% base
def double(x):
    return 2 * x

# %% tripled
# hint: Too much.
-    return 2 * x
+    return 3 * x

# %% tripled.as-text
-    return 2 * x
+    return 3 * str(x)

# %% shifted.up
# hint: Moved.
# each: SHIFT = 1 | 2
-    return 2 * x
+    return x + SHIFT
"""
SHIFTED = "# %% shifted.up-{}\n# hint: Moved.\ndef double(x):\n    return x + {}\n"


@pytest.fixture(autouse=True)
def own_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite that is not the project's."""
    folder = tmp_path / "lessons" / "double"
    folder.mkdir(parents=True)
    (folder / "accepted.py").write_text(ACCEPTED)
    (folder / MISCONCEPTIONS).write_text(WRONG)
    monkeypatch.setattr("autograder.judge.suite.SUITES", tmp_path)
    return folder


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("tripled", "# %% tripled\n# hint: Too much.\ndef double(x):\n    return 3 * x\n"),
        ("base", "# %% base\ndef double(x):\n    return 2 * x\n"),
        ("squared", ACCEPTED),
        ("shifted.up-2", SHIFTED.format(2, 2)),
        ("shifted.up", SHIFTED.format(1, 1) + "\n" + SHIFTED.format(2, 2)),
        ("shifted", SHIFTED.format(1, 1) + "\n" + SHIFTED.format(2, 2)),
    ],
)
def test_a_solution_is_printed_whole(
    name: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that an edit is printed as the code that it makes, and each of several forms."""
    assert main(["show", "lessons/double", name]) == 0
    assert capsys.readouterr().out == printed


def test_without_a_name_all_are_printed(
    own_suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that what is printed can be read again as the solutions it was made of."""
    assert main(["show", "lessons/double"]) == 0
    again = own_suite / "again.py"
    again.write_text(capsys.readouterr().out)
    files = (own_suite / name for name in ("accepted.py", MISCONCEPTIONS))
    assert read_variants(again) == tuple(one for file in files for one in read_variants(file))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["lessons/double", "triple"], "lessons/double has neither a misconception nor an"),
        (["lessons/half"], "'lessons/half' names no exercise that has a suite; give ASSIGNMENT/"),
        (["lessons"], "'lessons' names no exercise that has a suite"),
    ],
)
def test_what_is_not_there_is_reported(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that a name of no exercise, or of none of its solutions, is one sentence."""
    assert main(["show", *words]) == 2
    told = capsys.readouterr()
    assert (told.out, sentence in told.err) == ("", True)


@pytest.mark.parametrize("command", ["show", "new"])
def test_a_traceback_is_shown_on_demand(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that AUTOGRADER_DEBUG asks for it, as with every other command."""
    monkeypatch.setenv("AUTOGRADER_DEBUG", "1")
    assert main([command, "--workspace", "elsewhere", "lessons"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_reported(
    own_suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that the cell is named whose edit does not fit."""
    (own_suite / MISCONCEPTIONS).write_text(WRONG.replace("    return 2 * x", "    return 4", 1))
    assert main(["show", "lessons/double", "tripled"]) == 3
    assert "cell `tripled` from `base`: its lines are found 0 times" in capsys.readouterr().err
