"""The cells of our own notebooks."""

import json
from itertools import product
from typing import Any

import pytest
from nbformat import NotebookNode
from nbgrader import utils

from autograder.model.cells import NotebookCell, Role, read_cells

CELL: dict[str, Any] = {"cell_type": "code", "metadata": {}, "source": "x = 1"}


def read(**changes: Any) -> NotebookCell:
    """The one cell of a notebook, with other entries."""
    (cell,) = read_cells(json.dumps({"cells": [CELL | changes]}))
    return cell


def test_a_cell_without_marks_is_plain() -> None:
    """what a notebook may leave out is empty."""
    cell = read()
    assert (cell.kind, cell.source, cell.cell_id) == ("code", "x = 1", "")
    assert (cell.grade_id, cell.nbgrader, cell.attachments) == ("", {}, {})


def test_lines_are_one_text() -> None:
    """a list of lines and a text are the same source."""
    assert read(source=["a = 1\n", "b = 2"]).source == "a = 1\nb = 2"


def test_marks_and_pictures_are_kept() -> None:
    """nbgrader's marks, Jupyter's id and the attachments are as they are in the file."""
    marks = {"grade_id": "dydx", "points": 4, "grade": True}
    picture = {"a.png": {"image/png": ""}}
    cell = read(id="one", metadata={"nbgrader": marks}, attachments=picture)
    assert (cell.grade_id, cell.nbgrader, cell.cell_id) == ("dydx", marks, "one")
    assert cell.attachments == picture


def test_roles_are_those_that_nbgrader_sees() -> None:
    """for every combination of marks, the role is what nbgrader's own functions say."""
    for marks in product((False, True), repeat=4):
        nbgrader = dict(zip(("grade", "locked", "solution", "task"), marks, strict=True))
        role = read(metadata={"nbgrader": nbgrader}).role
        cell = NotebookNode(metadata=NotebookNode(nbgrader=NotebookNode(nbgrader)))
        assert (role is Role.TASK) == utils.is_task(cell)
        if role is not Role.TASK:
            assert (role in {Role.GRADE, Role.ANSWER}) == utils.is_grade(cell)
            assert (role in {Role.SOLUTION, Role.ANSWER}) == utils.is_solution(cell)
            assert (role in {Role.GRADE, Role.LOCKED}) == utils.is_locked(cell)
    assert read().role is Role.TEXT


@pytest.mark.parametrize("raw", [3, None, [], "cell", CELL | {"metadata": 3}, CELL | {"source": 3}])
def test_what_is_no_cell_is_an_empty_one_at_a_students(raw: object) -> None:
    """a damaged entry of a student's notebook raises nothing, and has no name and no text."""
    cell = NotebookCell.of_student(raw)
    assert (cell.kind, cell.source, cell.grade_id, cell.role) == ("raw", "", "", Role.TEXT)


def test_what_a_students_cell_lacks_is_empty() -> None:
    """a cell without metadata keeps its text, and one without text its name."""
    assert NotebookCell.of_student({"cell_type": "code", "source": "x"}).source == "x"
    named = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "dydx"}}}
    assert NotebookCell.of_student(named).grade_id == "dydx"


NO_NOTEBOOK = "no notebook of nbformat 4"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        (b"\xff", "can't decode"),
        ("[]", NO_NOTEBOOK),
        ("{}", f"{NO_NOTEBOOK}: 'cells'"),
        ('{"cells": 3}', NO_NOTEBOOK),
        ('{"cells": [3]}', NO_NOTEBOOK),
        ('{"cells": [{}]}', f"{NO_NOTEBOOK}: 'source'"),
        ('{"cells": [{"cell_type": "code", "source": 3, "metadata": {}}]}', NO_NOTEBOOK),
        ('{"cells": [{"cell_type": "code", "source": "", "metadata": 3}]}', NO_NOTEBOOK),
        (json.dumps({"cells": [CELL | {"metadata": {"nbgrader": 3}}]}), NO_NOTEBOOK),
        ("[" * 100_000, NO_NOTEBOOK),
    ],
)
def test_what_is_no_notebook_is_a_value_error(text: str | bytes, reason: str) -> None:
    """one kind of error is raised, whatever is wrong."""
    with pytest.raises(ValueError, match=reason):
        read_cells(text)
