"""Finds what works on the student's machine and may not work where the notebook is graded."""

import ast
import re
import sys
from collections.abc import Iterator

from autograder.checks.failed_cell import IMPORTABLE, ONLY_IMPORTABLE
from autograder.model.cells import NotebookCell
from autograder.selfcheck.completeness import Document, cell_label
from autograder.selfcheck.package import Version

# The kit and Jupyter's own shell are installed where notebooks are graded.
_INSTALLED = {*sys.stdlib_module_names, *IMPORTABLE, "autograder", "IPython"}
_MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
_WRITTEN = re.compile(r"^%%writefile\s+(?:-a\s+)?(?:\./)?(\w+)\.py\s*$", re.MULTILINE)


def environment_problems(document: Document, older: Version | None) -> Iterator[str]:
    """Sentences about cells that import or use what may be missing there.

    Args:
        document: The notebook.
        older: The version of Python that grades, where it is older than this one.
    """
    cells = [NotebookCell.of_student(raw) for raw in document["cells"]]
    texts = [cell.source if cell.kind == "code" else "" for cell in cells]
    importable = _INSTALLED.union(*(_WRITTEN.findall(text) for text in texts))
    for number, (cell, text) in enumerate(zip(cells, texts, strict=True), 1):
        tree = _parsed(text)
        if tree is None:
            # Running the notebook will show the error.
            continue
        foreign = sorted({*_imported(tree)} - importable)
        if foreign:
            names = ", ".join(f"`{name}`" for name in foreign)
            yield f"{cell_label(number, cell)} imports {names}. {ONLY_IMPORTABLE}."
        if older and _parsed(text, older) is None:
            yield f"{cell_label(number, cell)} cannot be read by Python 3.{older[1]}, which grades."


def _parsed(text: str, version: Version | None = None) -> ast.Module | None:
    """The cell without its magics, parsed; None where Python cannot parse it."""
    if text.lstrip().startswith("%%"):
        text = text.lstrip().partition("\n")[2]
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", text), feature_version=version)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imported(node: ast.AST) -> Iterator[str]:
    """Modules that the code needs: an import in a ``try`` with an ``except`` may fail."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]
    tried = node.body if isinstance(node, ast.Try) and node.handlers else []
    for child in ast.iter_child_nodes(node):
        if child not in tried:
            yield from _imported(child)
