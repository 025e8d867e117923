"""The made-up class of the demo and the benchmark."""

import json

import pytest

from autograder.model.exercise import Variant
from release.sample_class import ExerciseVariants, fill, make_class


def cell(cell_type: str, grade_id: str, source: str) -> dict[str, object]:
    """A solution cell as nbgrader marks it."""
    marks = {"grade_id": grade_id, "solution": True}
    return {"cell_type": cell_type, "metadata": {"nbgrader": marks}, "source": source}


RELEASED = json.dumps(
    {
        "cells": [
            {"cell_type": "code", "metadata": {}, "source": "import torch"},
            cell("code", "double-solution", "raise NotImplementedError()"),
            cell("code", "half-solution", "raise NotImplementedError()"),
            cell("markdown", "why", "YOUR ANSWER HERE"),
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
VARIANTS = tuple(
    ExerciseVariants(name, (Variant("right", "right\n"),), (Variant("wrong", "wrong\n", "hint"),))
    for name in ("double", "half")
)


def sources(content: str) -> list[str]:
    """The text of every cell."""
    return ["".join(one["source"]) for one in json.loads(content)["cells"]]


def test_fill_leaves_other_cells_alone() -> None:
    """It is true that only the named exercise's solution and the written answer are filled in."""
    setup, double, half, why = sources(fill(RELEASED, {"double": "def double(x):\n  ...\n"}))
    assert setup == "import torch"
    assert double == "def double(x):\n  ...\n"
    assert half == "raise NotImplementedError()"
    assert why.startswith("zero_grad")


def test_class_is_mixed_and_repeatable() -> None:
    """It is true that the same class comes again, with right, wrong and broken submissions."""
    first, again = (list(make_class(RELEASED, VARIANTS)) for _ in range(2))
    assert first == again
    assert [one.student for one in first] == [f"s{number:03d}" for number in range(1, 25)]
    handed_in = [tuple(one.handed_in.values()) for one in first]
    assert {("right", "right"), ("wrong", "right"), ("right", "wrong")} < set(handed_in)
    fates = ["loops for ever", "ends its own process", "left blank", "no notebook"]
    assert handed_in[:4] == [(fate, fate) for fate in fates]


def test_one_file_is_no_notebook() -> None:
    """It is true that one student's file cannot be read as a notebook, and another's loops."""
    loop, _, _, other, _ = make_class(RELEASED, VARIANTS, students=5)
    assert "while True" in sources(loop.content.decode())[1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(other.content)
