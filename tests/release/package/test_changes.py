"""The announcement of a new version to students."""

import json
from typing import Any

import pytest

from release.package.changes import announcement, changes_between

Cells = list[dict[str, Any]]


def cell(name: str, source: str = "", points: float | None = None) -> dict[str, Any]:
    """A cell with its id, and with points where it is a grade cell."""
    marks = {} if points is None else {"nbgrader": {"grade_id": name, "points": points}}
    return {"id": name, "cell_type": "code", "metadata": marks, "source": [source]}


def package(*cells: dict[str, Any], **files: bytes) -> dict[str, bytes]:
    """The files of a package with these cells in its notebook."""
    notebook = json.dumps({"cells": list(cells)}).encode()
    return {"a.ipynb": notebook, "requirements.txt": b"torch==2\n", **files}


FIRST = (cell("title", "A"), cell("f-statement", "S"), cell("f-solution", "def f():"))
BEFORE = package(*FIRST, cell("f", "check(f)", 2))


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        (BEFORE, []),
        (package(*FIRST, cell("f", "check(f)", 3)), ["`f` is worth 3 points; it was 2."]),
        (
            package(*FIRST, cell("f", "check(f)", 2), cell("g", "check(g)", 1)),
            ["`g` is new, 1 point."],
        ),
        (package(*FIRST), ["`f` is no longer part of the assignment."]),
        (
            package(FIRST[0], cell("f-statement", "T"), FIRST[2], cell("f", "check(f)", 2)),
            ["The statement of `f` has changed: read it again."],
        ),
        (
            package(*FIRST[:2], cell("f-solution", "def f(x):"), cell("f", "check(f)", 2)),
            ["`f` begins with another cell to fill in."],
        ),
        (
            package(cell("title", "B"), *FIRST[1:], cell("f", "check(f)", 2), cell("end", "E")),
            ["Explanations or examples are new or reworded, in the cells `title`, `end`."],
        ),
        (
            {**BEFORE, "requirements.txt": b"torch==3\n"},
            ["requirements.txt has changed: run the first of the README's two commands once more."],
        ),
        (
            {**BEFORE, "autograder/recorded/a/f/observations": b"x", "autograder/errors.py": b""},
            ["What `check(f)` looks at has changed."],
        ),
    ],
)
def test_each_difference_is_one_sentence(after: dict[str, bytes], sentences: list[str]) -> None:
    """It is true that each change that a student would notice is one sentence."""
    assert list(changes_between("a", BEFORE, after)) == sentences


def test_an_announcement_says_so_when_nothing_is_to_be_noticed() -> None:
    """It is true that a version without such changes has an announcement, too."""
    text = announcement("a", "2-b", earlier="1-a", sentences=[])
    assert "- Nothing that you would notice.\n" in text
