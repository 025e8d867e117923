"""The student version of a source notebook, made by nbgrader's own preprocessors.

They are the ones that ``nbgrader generate_assignment`` runs before it saves cells to the gradebook,
so locked texts, stubs and checksums are exactly what nbgrader knows.
"""

from copy import deepcopy
from itertools import takewhile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import read
from nbgrader.preprocessors import SaveCells

from autograder.course.settings import Course
from autograder.errors import SourceError
from autograder.model.cells import NotebookCell, Role
from autograder.notebook.source import ReleasedCell, SourceNotebook


def make_student_version(course: Course, assignment: str) -> SourceNotebook:
    """Clear the solutions of an assignment's source notebook.

    Raises:
        UsageError: There is no such assignment.
        SourceError: nbgrader refuses the notebook; says why.
    """
    path = course.notebook(assignment)
    try:
        notebook = _preprocessed(course, assignment, path)
    # Each preprocessor raises what it likes: RuntimeError, ValueError, jsonschema's errors.
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise SourceError(f"nbgrader cannot release {path}: {reason}") from error
    cells = tuple(_cell(cell) for cell in notebook.cells)
    return SourceNotebook(assignment, cells, dict(notebook.metadata))


def _preprocessed(course: Course, assignment: str, path: Path) -> NotebookNode:
    config = deepcopy(course.config)
    # Nothing is written here; and where only grading is installed, there is no such function.
    config.GenerateAssignment.pop("post_convert_hook", None)
    folders = CourseDirectory(config=config)
    converter = GenerateAssignment(coursedir=folders, config=config)
    with path.open(encoding="utf-8") as file:
        notebook: NotebookNode = read(file, as_version=4)
    resources: dict[str, Any] = {
        "nbgrader": {"student": ".", "assignment": assignment, "notebook": path.stem},
        "metadata": {"path": str(path.parent)},
    }
    for preprocessor in takewhile(lambda kind: kind is not SaveCells, converter.preprocessors):
        notebook, resources = preprocessor(config=config)(notebook, resources)
    return notebook


def _cell(node: NotebookNode) -> ReleasedCell:
    cell = NotebookCell.of(node)
    named = cell.role is not Role.TEXT
    return ReleasedCell(
        kind=cell.kind,
        source=cell.source,
        role=cell.role,
        grade_id=cell.grade_id if named else "",
        points=float(cell.points or 0) if named else 0.0,
        metadata=_plain(node.metadata),
        attachments=_plain(node.get("attachments")),
    )


def _plain(node: Any) -> Any:
    """Ordinary dictionaries in place of nbformat's, so that workers need no nbformat."""
    return {key: _plain(value) for key, value in node.items()} if isinstance(node, dict) else node
