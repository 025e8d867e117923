"""What the source notebooks must print and carry, and how the tests read them.

It is one long table: all that a statement has to say, exercise by exercise.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode

from autograder.checks.failed_cell import IMPORTABLE

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Printed:
    """What the statement of one automatic exercise must print.

    Attributes:
        points: On its grade cell and in its heading.
        signature: The exact line of the exercise's definition, without ``def`` or ``class`` and
            without the colon.
        phrases: One or more for each rule that a check may test.
    """

    points: float
    signature: str
    phrases: tuple[str, ...]

    @property
    def definition(self) -> str:
        """The first line of the solution cell: an exercise with a capital is a class."""
        keyword = "class" if self.signature[0].isupper() else "def"
        return f"{keyword} {self.signature}:"


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
                "it may have several parameter groups",
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
    "tensors": {
        "to_tensor": Printed(
            points=4,
            signature="to_tensor(a: np.ndarray) -> Tensor",
            phrases=(
                "float32, float64 or int64",
                "**any number of axes from one on**",
                "in the ordinary way, row by row or column by column",
                "**float32** tensor on the CPU, of the **same shape and values**",
                "**shares no memory** with `a`",
                "`a` itself stays as it was",
            ),
        ),
        "standardize": Printed(
            points=4,
            signature="standardize(batch: Tensor) -> Tensor",
            phrases=(
                "N samples (at least 2) of F features, for **any N and F**, in float32",
                "**mean 0 and standard deviation 1**",
                "**population**, which divides by N",
                "**constant feature becomes all zeros**, not NaN",
                "**new tensor** of the same shape. `batch` stays as it was",
                "between 0.1 and 100",
                "such as 0, 3 or −2.5, whose mean is exact",
                "at most 1e-8",
            ),
        ),
        "describe": Printed(
            points=2,
            signature="describe(batch: Tensor) -> dict",
            phrases=(
                "**exactly these keys**",
                "a tuple of ints, such as `(32, 10)` for 32 samples of 10 features",
                "a `torch.Size` is one",
                "the `torch.dtype`, not a text",
                "the `torch.device`, not a text",
                "`True` or `False`",
                "any shape and any dtype, and may lie on any device",
            ),
        ),
    },
    "modules": {
        "MLP": Printed(
            points=8,
            signature="MLP(nn.Module)",
            phrases=(
                "`MLP(in_features, hidden, out_features)`",
                "Linear → ReLU → Linear, with biases",
                "exactly **four parameter tensors**",
                "**with their final shapes in `__init__`**",
                "may then lie either way round",
                "**initial values** are such that the model can be trained from them",
                "shape `(N, in_features)`, for **any N ≥ 1**",
                "**raw logits**, of shape `(N, out_features)`",
                "The batch stays as it was",
                "Gradients come back to all four parameters",
                "any positive integers, equal ones included",
                "**moved** with `.to(device)`",
                "**saved and loaded** through `state_dict()` and `load_state_dict(...)`",
                "**eval mode**, in which it calculates the same",
                "each with parameters of its own",
            ),
        ),
    },
    "losses": {
        "compute_loss": Printed(
            points=8,
            signature="compute_loss(task: str, logits: Tensor, target: Tensor) -> Tensor",
            phrases=(
                '`"regression"` | `(N, 1)` | `(N, 1)`, float32 | squared error',
                '`"binary"` | `(N, 1)` | `(N, 1)`, float32, each 0.0 or 1.0 | binary cross-entropy',
                '`"multiclass"` | `(N, C)`, C at least 2 | `(N,)`, int64, each from 0 to C − 1',
                "any number of samples, even one",
                "Not every class need occur",
                "**mean over the N samples**, a tensor of shape `()`",
                "**differentiable**",
                "right gradient with respect to `logits`",
                "may also come without a graph",
                "**for logits of up to ±200**",
                "Any other `task` raises **`ValueError`**",
                "`logits` and `target` stay as they were",
            ),
        ),
        "probabilities": Printed(
            points=4,
            signature="probabilities(task: str, logits: Tensor) -> Tensor",
            phrases=(
                "the probability of yes for each sample, in [0, 1]",
                "every row sums to 1",
                "**same shape** as `logits`, for any N and C",
                "**finite for logits of up to ±200**",
                "**carries no graph**, whether `logits` do or not",
                'Any other `task` raises **`ValueError`**, `"regression"` too',
                "`logits` stay as they were",
            ),
        ),
    },
    "evaluation": {
        "evaluate": Printed(
            points=8,
            signature="evaluate(model, loader, criterion, device) -> tuple[float, float]",
            phrases=(
                "a classifier: for a batch of N samples it gives logits of shape `(N, C)`",
                "on `device` already, perhaps in training mode",
                "perhaps with dropout or batch norm in it",
                "any iterable of `(x, y)` batches",
                "**once a call**, and ask nothing else of it",
                "There is at least one batch",
                "Batches may differ in size, and a batch may be a single sample",
                "the right classes: int64, of shape `(N,)`",
                "an unweighted mean over its batch",
                "also with label smoothing",
                "`criterion(prediction, target)`",
                "The batches may not be there yet",
                "**evaluation mode**, and **without building a graph**",
                "**Move each batch**",
                "`(mean_loss, accuracy)`, a **tuple of two Python floats**, not tensors",
                "**per-sample mean loss** Σ(loss·n)/Σn",
                "**counted from the batches themselves**",
                "**in [0, 1]**, not in percent",
                "right if its greatest logit is that of the target class",
                "no two logits of a sample are equal",
                "**Change nothing**: no parameter, no buffer",
                "no `.grad` and no `requires_grad` flag",
                "The batches stay as they were",
                "is on return **as it was on entry**, on or off",
                "may be left in training or in evaluation mode",
                "several times in a row",
            ),
        ),
        "fit": Printed(
            points=6,
            signature=(
                "fit(model, train_loader, val_loader, criterion, optimizer, device, epochs: int)"
                " -> dict"
            ),
            phrases=(
                "a classifier as in exercise 1, on `device` already, perhaps in evaluation mode",
                "any iterables of `(x, y)` batches",
                "**gone through anew in every epoch**",
                "Ask nothing else of them",
                "`criterion(prediction, target)`",
                "owns some or all of the model's parameters and nothing else",
                "it may have several parameter groups",
                "The batches may not be there yet",
                "the number of epochs, at least 1",
                "**train: one pass through `train_loader`**",
                "**one update a batch**, made by `optimizer` from **that batch alone**",
                "a shorter last batch included",
                "(left from another batch, or present on entry) influence no update",
                "**in training mode**, also in an epoch **after an evaluation**",
                "**evaluate: one pass through `val_loader`**, as in exercise 1",
                "**exactly these keys**",
                (
                    '`"train_loss"` | the per-sample mean loss Σ(loss·n)/Σn over the epoch\'s '
                    "training batches, each batch's loss from **just before its update**"
                ),
                '`"val_loss"` | the mean loss that `evaluate` returns',
                '`"val_accuracy"` | the accuracy that `evaluate` returns',
                "returns **after that epoch's training**",
                "**list of one Python float an epoch**",
                "three different ones, and **new lists at every call**",
                "What remains in `.grad` is your choice",
                "may be left in either mode",
                "called again with the same model and optimizer",
                "You may call your own `evaluate` from above",
                "a `train_epoch` that you write or paste into the same cell",
                "already counted in `evaluate` is not counted again in full here",
            ),
        ),
    },
    "devices": {
        "pick_device": Printed(
            points=2,
            signature="pick_device() -> torch.device",
            phrases=(
                "a `torch.device`, not a text",
                "**CUDA if `torch.cuda.is_available()` says so, else the CPU**",
                "any index will do",
                "**No other device**",
                "**decided when the function is called**",
                "call it many times",
            ),
        ),
        "predict": Printed(
            points=4,
            signature="predict(model, x: Tensor, device) -> Tensor",
            phrases=(
                "`model`, any `nn.Module`, on any device",
                "have no dropout or batch norm",
                "on any device, perhaps not the model's",
                "any valid device or its name",
                "**raw outputs**, **on `device`**",
                "**carries no graph**",
                "**`x` itself stays as it was**, and where it was",
                "**The model itself is moved**",
                "**stays trainable**",
                "in training or in evaluation mode",
                "**as it was before**",
            ),
        ),
        "train_step_on": Printed(
            points=4,
            signature=(
                "train_step_on(device, model, optimizer, criterion, x_batch, y_batch) -> float"
            ),
            phrases=(
                "It may have several parameter groups",
                "any valid device or its name",
                "**on `device` already**, every submodule in training mode",
                "may have been made before the model was moved",
                "`criterion(prediction, target)`",
                "any number of samples",
                "**may be on any device**",
                "**exactly one update**",
                "**this batch alone**, *even if `.grad` already holds values on entry*",
                "**exactly one forward pass**",
                "loss **before the update** as a Python `float`, not a tensor",
                "**Where the loss is computed is your choice**",
                "**The model is on `device` afterwards**",
                "**Change nothing** but what the optimizer updates",
                "The batch stays as it was, and where it was",
                "What remains in `.grad` is your choice",
                "several times in a row",
            ),
        ),
    },
    "debugging": {
        "fix_accumulation": Printed(
            points=4,
            signature="fix_accumulation(model, optimizer, criterion, batches) -> list[float]",
            phrases=(
                "any `nn.Module`, in training mode",
                "owns some or all of the model's parameters and nothing else",
                "it may have several parameter groups",
                "`criterion(prediction, target)`",
                "**any iterable** of `(x, y)`",
                "There is at least one batch",
                "Batches may differ in size",
                "**one update for each batch**",
                "**that batch's gradient alone**",
                "`.grad` **may hold values on entry**; they influence no update",
                "**each batch's loss**, in the batches' order, each from **before its own update**",
                "**list of Python floats**, not of tensors",
                "**stays in training mode**",
                "The batches stay as they were",
                "What remains in `.grad` is your choice",
                "several times in a row",
            ),
        ),
        "fix_double_sigmoid": Printed(
            points=4,
            signature="fix_double_sigmoid(model, x, y) -> Tensor",
            phrases=(
                "**raw output** of shape `(N, 1)`",
                "for any N ≥ 1",
                "float32, each 0.0 or 1.0",
                "**the loss that `BCEWithLogitsLoss` gives on the model's raw output**",
                "a tensor of shape `()`",
                "**differentiable**",
                "which the caller will do",
                "**also for large raw outputs, of up to ±200**",
                "The model, its mode included, and `x` and `y` stay as they were",
            ),
        ),
        "fix_device_mix": Printed(
            points=4,
            signature="fix_device_mix(model, x, y, device) -> Tensor",
            phrases=(
                "**is on `device`** already",
                "The batch **is on the CPU**",
                "for any N ≥ 1",
                "of the same shape as the model's output",
                'a `torch.device` or its name, such as `"simgpu"`, `"simgpu:0"` or `"cpu"`',
                "**MSE loss, on `device`**",
                "a tensor of shape `()`",
                "**differentiable**",
                "which the caller will do",
                "**which stay on `device`**",
                "The model, its mode included, stays as and where it was, and so do `x` and `y`",
            ),
        ),
    },
}
# Bug hunts: the student is given a function that runs and is wrong.
HUNTS = ("debugging",)
WRITTEN: Mapping[str, Mapping[str, float]] = {"training": {"three_calls": 2}}
EACH_EXERCISE = [(name, exercise) for name in EXERCISES for exercise in EXERCISES[name]]
# What the project asks for: on a newer one, code for this one runs as well.
OLDEST_PYTHON = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "requires-python"
].removeprefix(">=")
RULES = (
    "**work when it is called again**",
    "on other shapes where the statement leaves them open",
    "**not change its arguments**",
    "a model's parameters and buffers, an optimizer's state",
    (
        "**PyTorch's and NumPy's global settings** (grad mode, default dtype and device, threads, "
        "deterministic and anomaly mode, autocast) are afterwards **as they were**."
    ),
    "**How you write it is your choice**: only behaviour is graded",
    (
        f"Your code is graded with **Python {OLDEST_PYTHON}**. It may import "
        f"{', '.join(f'`{name}`' for name in IMPORTABLE)} and Python's standard library; other "
        "packages may be missing there."
    ),
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
