"""Handing in: the file that is written, and the problems that are reported."""

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder.judge.assignment import load_assignment
from autograder.judge.record import write_recorded
from autograder.model.limits import Limits
from autograder.notebook.receipt import ReceiptStatus, parsed_receipt
from autograder.sandbox.fake import FakeSandbox
from autograder.sandbox.kit import build_kit
from autograder.selfcheck.command import main
from autograder.selfcheck.hand_in import hand_in
from autograder.selfcheck.rerun import RUNNING, Rerun, rerun
from tests.grading.fakes import answered, cell, find

ROOT = Path(__file__).parents[2]
NOW = datetime(2030, 1, 31, 23, 59, 58, 765, tzinfo=UTC)
CELLS = ["double-solution", "double", "square-solution", "square", "why"]
MANIFEST = {"assignment": "sums", "version": "3-5f0c21ab", "cells": CELLS}
COUNTS = {"double": {"passed": 2, "total": 3}}
Notebook = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package's folder, as the current one, with a manifest and no notebook."""
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(folder: Path, document: Notebook | bytes, **given: Any) -> list[str]:
    """The lines that are printed when this notebook is handed in."""
    path = folder / "sums.ipynb"
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    path.write_bytes(content)
    return list(hand_in(path, **{"now": NOW, "run": lambda *_: Rerun((), COUNTS), **given}))


def problems(lines: list[str]) -> list[str]:
    """What was found wrong."""
    return [line.removeprefix("! ") for line in lines if line.startswith("! ")]


def written(folder: Path, name: str = "sums-handin.zip") -> tuple[bytes, dict[str, Any]]:
    """Notebook and receipt of the file that was written."""
    with zipfile.ZipFile(folder / name) as archive:
        assert archive.namelist() == ["receipt.json", "sums.ipynb"]
        return archive.read("sums.ipynb"), json.loads(archive.read("receipt.json"))


def test_a_whole_notebook_is_packed_with_a_receipt(folder: Path) -> None:
    """It is true that nothing is complained of, and that the grader knows the receipt."""
    lines = told(folder, answered())
    assert problems(lines) == []
    assert "  double: 2 of 3 public checks passed" in lines
    assert lines[-1] == f"Written: {folder / 'sums-handin.zip'}. This is the file to upload."
    content, receipt = written(folder)
    assert content == (folder / "sums.ipynb").read_bytes()
    assert receipt == {
        "schema": 1,
        "assignment": "sums",
        "release": "3-5f0c21ab",
        "notebook_sha256": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "submitted": "2030-01-31T23:59:58Z",
        "self_check": COUNTS,
    }
    read = parsed_receipt(json.dumps(receipt).encode())
    assert read is not None
    assert read.status(content, "sums") is ReceiptStatus.FITS
    assert read.status(content + b" ", "sums") is ReceiptStatus.CHANGED


def test_only_the_time_makes_a_difference(folder: Path) -> None:
    """It is true that the same notebook at the same time gives the same bytes."""
    told(folder, answered())
    first = (folder / "sums-handin.zip").read_bytes()
    assert any(
        "in place of the one that you wrote before" in one for one in told(folder, answered())
    )
    assert (folder / "sums-handin.zip").read_bytes() == first


def _importing(text: str, *, before: str = "") -> Notebook:
    document = answered(double_solution=f"{text}\ndef double(x):\n    return 2 * x")
    document["cells"].insert(1, cell("code", before) | {"id": "own"})
    return document


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import pandas as pd", "`pandas`"),
        (
            "from torchvision.datasets import MNIST\nimport sklearn.svm, os",
            "`sklearn`, `torchvision`",
        ),
        ("!pip install pandas\nimport pandas", "`pandas`"),
        ("%%time\nimport pandas", "`pandas`"),
        ("def f():\n    %time\n    import pandas", "`pandas`"),
        ("try:\n    import json\nfinally:\n    import pandas", "`pandas`"),
        ("try:\n    x = 1\nexcept ValueError:\n    import pandas", "`pandas`"),
    ],
)
def test_a_module_that_may_be_missing_is_reported(folder: Path, text: str, named: str) -> None:
    """It is true that a module that grading may not have is reported before it costs points."""
    found = problems(told(folder, _importing(text)))
    assert len(found) == 1
    assert found[0].startswith(f"Cell 5 (`double-solution`) imports {named}. Only torch, numpy, ")


@pytest.mark.parametrize(
    "text",
    [
        "import torch.nn as nn, numpy, matplotlib.pyplot as plt\nfrom tqdm.auto import tqdm",
        "import json, os.path\nfrom collections.abc import Iterator\nfrom autograder import check",
        "try:\n    import pandas\nexcept ImportError:\n    pandas = None",
        "from own import helper\nimport own",
        "# import pandas\ntext = 'import pandas'",
        "import pandas as (",
        "x = '\0'",
    ],
)
def test_what_is_sure_to_be_there_is_not_reported(folder: Path, text: str) -> None:
    """It is true that nothing is said of it, nor of what a ``try`` or another cell provides."""
    document = _importing(text, before="%%writefile own.py\nhelper = 1")
    assert problems(told(folder, document)) == []


@pytest.mark.parametrize("python", ["3.7", "3.99", "2.7", "three", 3, None])
def test_syntax_that_the_grader_does_not_know_is_reported(folder: Path, python: object) -> None:
    """It is true that the manifest's version counts, where it is older than the student's own."""
    (folder / "manifest.json").write_text(json.dumps({**MANIFEST, "python": python}))
    lines = told(folder, _importing("match 1:\n    case _:\n        pass"))
    sentence = "Cell 5 (`double-solution`) cannot be read by Python 3.7, which grades."
    assert problems(lines) == [sentence] * (python == "3.7")
    note = "It is graded with Python 3.7, which cannot read all that your 3."
    assert any(line.startswith(note) for line in lines) == (python == "3.7")


@pytest.mark.parametrize("content", [b"my notes", zipfile.ZipFile, None])
def test_no_other_file_is_overwritten(folder: Path, content: Any) -> None:
    """It is true that a file of that name that is no hand-in stays, and another name is taken."""
    place = folder / "sums-handin.zip"
    if content is None:
        place.mkdir()
    elif isinstance(content, bytes):
        place.write_bytes(content)
    else:
        with content(place, "w") as archive:
            archive.writestr("photo.txt", "x")
    before = None if place.is_dir() else place.read_bytes()
    lines = told(folder, answered())
    assert f"Written: {folder / 'sums-handin-2.zip'}." in lines[-1]
    assert before is None or place.read_bytes() == before
    written(folder, "sums-handin-2.zip")


def _without(name: str) -> Notebook:
    document = answered()
    document["cells"].remove(find(document, name))
    return document


def _twice(name: str) -> Notebook:
    document = answered()
    document["cells"].append({**find(document, name), "id": "again"})
    return document


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (b"", "The file is damaged: it is not JSON."),
        (b"[" * 100_000, "The file is damaged: it is not JSON."),
        (b"[]", "The file is not a notebook: it has no cells."),
        (b'{"cells": 3}', "The file is not a notebook: it has no cells."),
        (b'{"cells": [], "nbformat": 3}', "The file is a notebook of an unknown format."),
    ],
)
def test_what_is_no_notebook_is_packed_all_the_same(
    folder: Path, document: bytes, sentence: str
) -> None:
    """It is true that nothing is ever refused: the deadline may be near."""
    assert problems(told(folder, document)) == [sentence]
    content, receipt = written(folder)
    assert content == document
    assert receipt["self_check"] == {}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (_without("double"), "The cell `double` is missing."),
        (_without("square-solution"), "The cell `square-solution` is missing."),
        (_without("why"), "The cell `why` is missing."),
        (_twice("double-solution"), "The cell `double-solution` is there 2 times; keep one"),
        (
            answered(double_solution="def double(x):\n    raise NotImplementedError()"),
            "`double` is not written yet: it still says `raise NotImplementedError()`.",
        ),
        (answered(why="YOUR ANSWER HERE"), "The answer `why` is empty."),
        (answered(why=" \n"), "The answer `why` is empty."),
        ({**answered(), "nbformat_minor": "x"}, "The notebook is not as Jupyter saves it ("),
        (
            {**answered(), "cells": [*answered()["cells"], 3]},
            "The notebook is not as Jupyter saves",
        ),
        ({**answered(), "metadata": 3}, "The notebook is not as Jupyter saves it ("),
    ],
)
def test_what_is_missing_is_reported(folder: Path, document: Notebook, sentence: str) -> None:
    """It is true that each defect gives its own sentence and no other."""
    (found,) = problems(told(folder, document))
    assert found.startswith(sentence)
    written(folder)


def test_lines_may_come_as_a_list(folder: Path) -> None:
    """It is true that texts are read as Jupyter writes them."""
    document = answered()
    for one in document["cells"]:
        one["source"] = one["source"].splitlines(keepends=True)
    assert problems(told(folder, document)) == []


def test_when_it_was_saved_is_shown(folder: Path) -> None:
    """It is true that a student reads when the notebook was last saved, or that it never was."""
    path = folder / "sums.ipynb"
    path.write_text(json.dumps(answered()))
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    later = saved.replace(year=saved.year + 1)
    never = saved.replace(year=saved.year + 50)
    for now, words in ((saved, "saved just now"), (later, "(Ctrl+S)"), (never, "not saved since")):
        assert words in next(hand_in(path, now=now, run=None))


def test_without_nbclient_a_sentence_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a student without nbclient can hand in."""
    monkeypatch.setitem(sys.modules, "nbclient", None)
    lines = told(folder, answered(), run=rerun)
    assert problems(lines) == ["The notebook was not run, because nbclient is not installed here."]
    written(folder)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "There is no notebook in"),
        (("a.ipynb", "b.ipynb"), "There are several notebooks here (a.ipynb, b.ipynb)"),
    ],
)
def test_without_a_notebook_there_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, ...], words: str
) -> None:
    """It is true that exit code 2 says that nothing was written."""
    for name in names:
        (folder / name).write_bytes(b"")
    assert main(["submit"]) == 2
    assert words in capsys.readouterr().err
    assert main(["submit", "nope.ipynb"]) == 2
    assert "There is no file nope.ipynb" in capsys.readouterr().err
    assert list(folder.glob("*.zip")) == []


@pytest.mark.parametrize("names", [("sums.ipynb", "mine.ipynb"), ("renamed.ipynb",)])
def test_the_notebook_is_found(
    folder: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, ...]
) -> None:
    """It is true that the assignment's own is taken, or the only one, under its own name."""
    for name in names:
        (folder / name).write_text(json.dumps(answered()))
    assert main(["submit", "--no-run"]) == 0
    assert f"Handing in {names[0]}" in capsys.readouterr().out
    assert written(folder)[1]["assignment"] == "sums"


def test_a_cell_run_by_the_grader_hands_nothing_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that a forgotten ``submit()`` costs nothing when the notebook is graded."""
    (folder / "sums.ipynb").write_text(json.dumps(answered()))
    for variable in (RUNNING, "NBGRADER_EXECUTION"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, "1")
            autograder.submit()
    assert capsys.readouterr().out == ""
    assert list(folder.glob("*.zip")) == []


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit of ``autograd`` with its records, beside the solved notebook."""
    folder = tmp_path_factory.mktemp("package")
    source = ROOT / "assignments/autograd/autograd.ipynb"
    recorded = folder / "recorded"
    write_recorded(
        load_assignment("autograd", source),
        sandbox=FakeSandbox(),
        destination=recorded,
        cache=folder / "cache",
        limits=Limits(),
    )
    kit = build_kit(folder / "kit", recorded=recorded, assignment="autograd")
    (kit / source.name).write_bytes(source.read_bytes())
    return kit


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("way", ["command", "cell"])
def test_the_kit_hands_in(package: Path, way: str) -> None:
    """It is true that command and cell work in the kit, and count the public checks."""
    ways = {
        "command": ["-m", "autograder", "submit"],
        "cell": ["-c", "from autograder import submit; submit()"],
    }
    (package / "autograd-handin.zip").unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, *ways[way]], cwd=package, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "  squared_mean_grad: 5 of 5 public checks passed" in done.stdout
    with zipfile.ZipFile(package / "autograd-handin.zip") as archive:
        receipt = json.loads(archive.read("receipt.json"))
    assert receipt["self_check"] == {
        "dydx": {"passed": 5, "total": 5},
        "squared_mean_grad": {"passed": 5, "total": 5},
    }
    assert receipt["assignment"] == "autograd"
    assert receipt["release"] == ""


def test_the_whole_program_is_still_there() -> None:
    """It is true that ``python -m autograder`` is the grader where there is one."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "autograder grade training" in done.stdout
