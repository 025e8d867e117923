"""What is handed in to stock nbgrader and to this: the eight holes, as students would use them.

Texts only; nothing here runs them. Both courses have the same exercise, ``dydx``.
"""

import copy
from collections.abc import Mapping
from typing import Any

Notebook = dict[str, Any]
EXERCISE = "dydx"
RIGHT = """\
def dydx(x0: float) -> float:
    x = torch.tensor(float(x0), requires_grad=True)
    ((3 * x + 1) ** 2).backward()
    return x.grad.item()
"""
WRONG = "def dydx(x0: float) -> float:\n    return 0.0\n"
DROPS_ASSERTS = f"""\
import ast

class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

get_ipython().ast_transformers.append(Drop())

{WRONG}"""
AGREES_TO_EVERYTHING = """\
class Agreeing(float):
    def __sub__(self, other):
        return self
    __rsub__ = __abs__ = __round__ = lambda self, *others: self
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __hash__ = float.__hash__

def dydx(x0: float) -> float:
    return Agreeing(0.0)
"""
READS_ITS_FOLDER = f"""\
from pathlib import Path

for path in sorted(Path.cwd().rglob("*")):
    if path.is_file():
        print(path.name, path.read_text(errors="replace"))

{WRONG}"""
# Takes the points of the student ``victim``, who was graded before.
WRITES_THE_GRADEBOOK = """\
import sqlite3

with sqlite3.connect("GRADEBOOK") as gradebook:
    gradebook.execute(
        "update grade set manual_score = 0 where notebook_id in ("
        "select one.id from submitted_notebook one join submitted_assignment whose "
        "on one.assignment_id = whose.id where whose.student_id = 'victim')"
    )

"""
# The derivative is right; PyTorch says on stderr that a tensor is better copied in another way.
WARNS = RIGHT.replace("torch.tensor(float(x0)", "torch.tensor(torch.tensor(float(x0))")
IS_SLOW = f"import time\n\ntime.sleep(2)\n\n{RIGHT}"


def answered(released: Notebook, solution: str) -> Notebook:
    """The released notebook with this text in the solution cell."""
    notebook = copy.deepcopy(released)
    find(notebook, f"{EXERCISE}-solution")["source"] = solution
    return notebook


def skipped(released: Notebook) -> Notebook:
    """Wrong, and the graded cell carries nbclient's own mark that it is not to be run."""
    notebook = answered(released, WRONG)
    find(notebook, EXERCISE)["metadata"]["tags"] = ["skip-execution"]
    return notebook


def doubled(released: Notebook) -> Notebook:
    """Wrong, and the graded cell is there twice."""
    notebook = answered(released, WRONG)
    notebook["cells"].append({**copy.deepcopy(find(notebook, EXERCISE)), "id": "again"})
    return notebook


def newer(released: Notebook) -> Notebook:
    """Wrong, and the graded cell claims to be of a later nbgrader."""
    notebook = answered(released, WRONG)
    find(notebook, EXERCISE)["metadata"]["nbgrader"]["schema_version"] = 99
    return notebook


def without_test(released: Notebook) -> Notebook:
    """Wrong, and the graded cell is deleted."""
    notebook = answered(released, WRONG)
    notebook["cells"].remove(find(notebook, EXERCISE))
    return notebook


def find(notebook: Mapping[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell of that name."""
    cells: list[dict[str, Any]] = notebook["cells"]
    return next(
        one for one in cells if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def classes(released: Notebook, gradebook: str) -> tuple[dict[str, Notebook], ...]:
    """Student → notebook, for each class that one command grades.

    What may stop a batch has a class of its own, with a right student behind it in the alphabet.
    """
    texts = {
        "ast": DROPS_ASSERTS,
        "equal": AGREES_TO_EVERYTHING,
        "reads": READS_ITS_FOLDER,
        "regraded": RIGHT,
        "right": RIGHT,
        "victim": RIGHT,
        "warns": WARNS,
        "writes": WRITES_THE_GRADEBOOK.replace("GRADEBOOK", gradebook) + WRONG,
        "wrong": WRONG,
    }
    everybody = {student: answered(released, text) for student, text in texts.items()}
    right = everybody["right"]
    return (
        {**everybody, "skips": skipped(released)},
        {"doubled": doubled(released), "next-of-doubled": right},
        {"newer": newer(released), "next-of-newer": right},
    )
