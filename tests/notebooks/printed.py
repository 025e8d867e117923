"""What the source notebooks must print and carry, and how the tests read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Printed:
    """What the statement of one automatic exercise must print.

    Attributes:
        points: On its grade cell and in its heading.
        signature: The exact line of the exercise's definition, without ``def`` and colon.
        phrases: One or more for each rule that a check may test.
    """

    points: float
    signature: str
    phrases: tuple[str, ...]


EXERCISES: Mapping[str, Mapping[str, Printed]] = {
    "autograd": {
        "dydx": Printed(
            points=4,
            signature="dydx(x0: float) -> float",
            phrases=(
                "(3x + 1)²",
                "`int`",
                "Python `float`, not a tensor",
                "`dydx(2)` is `42.0`",
                "called many times",
                "however you obtained it",
                "One separate check",
                "`backward`, `torch.autograd.grad`, `torch.autograd.functional.jacobian`",
                "`torch.func`, forward mode",
            ),
        ),
        "squared_mean_grad": Printed(
            points=6,
            signature="squared_mean_grad(values: Tensor) -> tuple[Tensor, Tensor]",
            phrases=(
                "always has shape `(4, 3)` and dtype float32",
                "does not require grad",
                "`(x, g)`",
                "`x` is a leaf, equal to `values` (same shape, same dtype)",
                "with `requires_grad` True",
                "may share memory with `values`",
                "`values` itself stays as it was, **its `requires_grad` flag included**",
                "mean(x²)",
                "`g` is a tensor of shape `(4, 3)`",
                "may carry a graph (a recorded history) or not",
                "Repeated calls are independent",
                "however you obtained them",
                "One separate check",
                "not only through `x.grad`",
            ),
        ),
    },
    "training": {
        "train_step": Printed(
            points=8,
            signature="train_step(model, optimizer, criterion, x_batch, y_batch) -> float",
            phrases=(
                "Every submodule arrives in training mode",
                "owns some or all of the model's parameters and nothing else",
                "`criterion(prediction, target)`",
                "any number of samples, even one",
                "**exactly one update**",
                "**this batch alone**, *even if `.grad` already holds values on entry*",
                "**exactly one forward pass**",
                "closure",
                "loss **before the update** as a Python `float`, not a tensor",
                "Leave every submodule in training mode",
                "**Change nothing** but what the optimizer updates",
                "buffers",
                "dropout",
                "What remains in `.grad` is your choice",
                "several times in a row",
            ),
        ),
        "train_epoch": Printed(
            points=6,
            signature="train_epoch(model, loader, criterion, optimizer, device) -> float",
            phrases=(
                "`model`, on `device` already",
                "any iterable of `(x, y)` batches",
                "**once a call**",
                "an unweighted mean over its batch",
                "`criterion(prediction, target)`",
                "Set training mode",
                "**Move each batch**",
                "**one update a batch**, a shorter last batch included",
                "Gradients left from another batch, or present on entry, influence no update",
                "**per-sample mean loss** Σ(loss·n)/Σn",
                "**counted from the batches themselves**",
                "Python `float`, not a tensor",
                "several times in a row",
            ),
        ),
    },
}
WRITTEN = {"autograd": {}, "training": {"three_calls": 2}}
EACH_EXERCISE = [(name, exercise) for name in EXERCISES for exercise in EXERCISES[name]]
RULES = (
    "**work when it is called again**",
    "on other shapes where the statement leaves them open",
    "**not change its arguments**",
    "a model's parameters and buffers, an optimizer's state",
    "**How you write it is your choice**: only behaviour is graded",
    "**Printing is harmless.**",
    (
        "At home `check(...)` tries some public inputs; "
        "the grade is computed on other inputs of the same kinds."
    ),
)


def read(path: Path) -> NotebookNode:
    """Read a notebook as nbformat 4."""
    return cast("NotebookNode", nbformat.read(path, as_version=4))


def source_path(name: str) -> Path:
    """Return where the source notebook of assignment ``name`` lies."""
    return PROJECT / "assignments" / name / f"{name}.ipynb"


def cells_by_id(notebook: NotebookNode) -> dict[str, Any]:
    """Map each cell's id to the cell, in the notebook's order."""
    return {cell.id: cell for cell in notebook.cells}
