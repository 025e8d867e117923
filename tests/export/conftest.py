"""A course on the real assignment ``autograd``, in a temporary folder."""

from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course

PROJECT = Path(__file__).parents[2]
ASSIGNMENT = "autograd"


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Its settings are the project's own, with less time for a cell."""
    root = tmp_path_factory.mktemp("course")
    notebook = root / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes((PROJECT / "assignments" / ASSIGNMENT / notebook.name).read_bytes())
    settings = (PROJECT / "course_config.py").read_text() + "\nc.Course.cell_seconds = 3\n"
    (root / "course_config.py").write_text(settings)
    (root / "nbgrader_config.py").write_bytes((PROJECT / "nbgrader_config.py").read_bytes())
    return load_course(root)
