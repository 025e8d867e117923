"""Registers an assignment: the rows that ``nbgrader generate_assignment`` would have saved."""

import json
from collections.abc import Mapping
from typing import Any

from nbgrader import api

from autograder.errors import UsageError
from autograder.model.cells import Role
from autograder.notebook.source import ReleasedCell, SourceNotebook


def register(book: api.Gradebook, source: SourceNotebook) -> None:
    """Bring the assignment's rows up to date, in the open transaction.

    Raises:
        UsageError: Graded cells came or went although there are submissions.
    """
    notebook = _notebook(book, source)
    notebook.kernelspec = json.dumps(source.metadata.get("kernelspec", {}))
    _update(book, notebook, source)
    _update_texts(book, notebook, source)


def _notebook(book: api.Gradebook, source: SourceNotebook) -> api.Notebook:
    session = book.db
    assignment = session.query(api.Assignment).filter_by(name=source.assignment).one_or_none()
    if assignment is None:
        course = book.course_id or "default_course"
        assignment = api.Assignment(name=source.assignment, course_id=course)
        session.add(assignment)
        session.flush()
    for notebook in assignment.notebooks:
        if notebook.name == source.assignment:
            return notebook
    notebook = api.Notebook(name=source.assignment, assignment=assignment)
    session.add(notebook)
    session.flush()
    return notebook


def _update(book: api.Gradebook, notebook: api.Notebook, source: SourceNotebook) -> None:
    wanted = {key: values for cell in source.named.values() for key, values in _rows(cell)}
    # The only list that has cells of every kind; a cell may have two rows, of two kinds.
    existing = {(type(row), row.name): row for row in notebook._base_cells}  # noqa: SLF001
    came = [key for key in wanted if key not in existing]
    went = [key for key in existing if key not in wanted]
    if (came or went) and notebook.submissions:
        raise UsageError(_cannot_change(source.assignment, came=came, went=went))
    for key in went:
        book.db.delete(existing[key])
    for key, values in wanted.items():
        row = existing.get(key)
        if row is None:
            kind, name = key
            book.db.add(kind(name=name, notebook=notebook, **values))
            continue
        for column, value in values.items():
            setattr(row, column, value)


def _rows(cell: ReleasedCell) -> list[tuple[tuple[type, str], Mapping[str, Any]]]:
    """The rows that one cell needs: an answer is graded and commented on."""
    graded = {"max_score": cell.points, "cell_type": cell.kind}
    rows: list[tuple[tuple[type, str], Mapping[str, Any]]] = []
    if cell.role in {Role.GRADE, Role.ANSWER}:
        rows.append(((api.GradeCell, cell.grade_id), graded))
    if cell.is_students:
        rows.append(((api.SolutionCell, cell.grade_id), {}))
    if cell.role is Role.TASK:
        rows.append(((api.TaskCell, cell.grade_id), graded))
    return rows


def _update_texts(book: api.Gradebook, notebook: api.Notebook, source: SourceNotebook) -> None:
    existing = {row.name: row for row in notebook.source_cells}
    for name in existing.keys() - source.named.keys():
        book.db.delete(existing[name])
    for name, cell in source.named.items():
        row = existing.get(name)
        if row is None:
            row = api.SourceCell(name=name, notebook=notebook)
            book.db.add(row)
        row.cell_type, row.source = cell.kind, cell.source
        row.locked = not cell.is_students
        row.checksum = (cell.metadata or {}).get("nbgrader", {}).get("checksum")


def _cannot_change(
    assignment: str, *, came: list[tuple[type, str]], went: list[tuple[type, str]]
) -> str:
    changes = [f"`{name}` came" for _, name in came] + [f"`{name}` went" for _, name in went]
    return (
        f"The graded cells of {assignment} have changed ({', '.join(dict.fromkeys(changes))}) "
        "although submissions are recorded. Put the cells back, or drop the recorded grades with "
        f"`nbgrader db assignment remove {assignment} --force`."
    )
