"""The rules for source notebooks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.judge.assignment import load_assignment
from release.verify.notebook_rules import faults_of

PROJECT = Path(__file__).parents[3]
NAMES = sorted(path.stem for path in PROJECT.glob("assignments/*/*.ipynb"))
Cells = dict[str, str]


def faults(name: str, folder: Path, change: Callable[[Cells], None]) -> tuple[str, ...]:
    """What is found in a copy of an assignment's notebook after a change."""
    document = json.loads((PROJECT / f"assignments/{name}/{name}.ipynb").read_text("utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in document["cells"]}
    change(cells)
    for cell in document["cells"]:
        cell["source"] = cells[cell["id"]]
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    return faults_of(load_assignment(name, path), path)


@pytest.mark.parametrize("name", NAMES)
def test_our_own_notebooks_have_none(name: str) -> None:
    """It is true that every source notebook of the course keeps the rules."""
    path = PROJECT / f"assignments/{name}/{name}.ipynb"
    assert faults_of(load_assignment(name, path), path) == ()


@pytest.mark.parametrize(
    ("cell", "old", "new", "sentence"),
    [
        ("dydx-statement", "dydx(x0: float) -> float", "dydx(x)", "print `dydx(x0: float) -> f"),
        ("dydx-statement", "`dydx`", "`slope`", "does not name `dydx`"),
        ("dydx-statement", "(4 points)", "(5 points)", "heading says 5 points, the grade cell 4."),
        ("dydx-statement", "(4 points)", "", "does not say how many points"),
        (
            "title",
            "10 points",
            "11 points",
            "first cell says 11 points; the exercises are worth 10",
        ),
        ("title", "derivatives", "derivativs", "the word “derivativs”, which no dictionary has"),
        ("title", "Run", "[Run](help.md)", "the link to `help.md` is to a file that is not there"),
        ("title", "Run", "[Run](#3.-nowhere)", "is to a heading that the notebook does not have"),
        ("title", "Run", "![Run](attachment:no.png)", "does not have attached"),
        ("title", "Run", "[Run](https://nowhere)", "has no host"),
        ("title", "Run", "[Run](mailto:us)", "has no address"),
        ("title", "Run", "[Run](ftp://there.org/a)", "has the scheme “ftp”"),
    ],
)
def test_what_is_wrong_is_reported(
    cell: str, old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    """It is true that the sentence says what was found, and that it is the only one."""

    def change(cells: Cells) -> None:
        assert old in cells[cell]
        cells[cell] = cells[cell].replace(old, new)

    found = [one for one in faults("autograd", tmp_path, change) if sentence in one]
    assert len(found) == 1


@pytest.mark.parametrize("link", ["#2.-backward()-adds", "autograd.ipynb", "https://pytorch.org/"])
def test_links_that_lead_somewhere_are_right(link: str, tmp_path: Path) -> None:
    """It is true that headings, files beside the notebook and web addresses may be linked to."""

    def change(cells: Cells) -> None:
        cells["title"] += f"\n\n[there]({link})"

    assert faults("autograd", tmp_path, change) == ()


def test_a_class_needs_its_arguments(tmp_path: Path) -> None:
    """It is true that the statement of a class prints what it is made with."""

    def change(cells: Cells) -> None:
        cells["MLP-statement"] = cells["MLP-statement"].replace("hidden", "width")

    assert "does not print `MLP(in_features, hidden, out_features)`" in str(
        faults("modules", tmp_path, change)
    )
