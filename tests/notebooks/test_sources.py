"""The source notebooks: what nbgrader, the grader and a student rely on in them."""

import ast
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
import torch
from nbformat import NotebookNode

from tests.notebooks.printed import (
    EACH_EXERCISE,
    EXERCISES,
    HUNTS,
    RULES,
    WRITTEN,
    cells_by_id,
    read,
    source_path,
)


def settings(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """Yield the nbgrader metadata of the cells that have any, in order."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            yield dict(cell.metadata["nbgrader"])


def expected_settings(name: str) -> list[dict[str, Any]]:
    """Return the nbgrader metadata that the conventions ask of assignment ``name``."""
    every = {"schema_version": 3, "task": False}
    answer = {"grade": False, "solution": True, "locked": False}
    graded = {"grade": True, "solution": False, "locked": True}
    expected: list[dict[str, Any]] = [
        {**every, "grade_id": "setup", "grade": False, "solution": False, "locked": True}
    ]
    for exercise, printed in EXERCISES[name].items():
        expected.append({**every, **answer, "grade_id": f"{exercise}-solution"})
        expected.append({**every, **graded, "grade_id": exercise, "points": printed.points})
    expected.extend(
        {**every, **answer, "grade": True, "grade_id": exercise, "points": points}
        for exercise, points in WRITTEN.get(name, {}).items()
    )
    return expected


@pytest.mark.parametrize("name", EXERCISES)
def test_is_committed_clean(name: str) -> None:
    """It is true that it is valid nbformat 4.5, for python3, with no trace of a run."""
    notebook = read(source_path(name))
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len(cells_by_id(notebook)) == len(notebook.cells)
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader"}, cell.id
        if cell.cell_type == "code":
            assert cell.outputs == [], cell.id
            assert cell.execution_count is None, cell.id


@pytest.mark.parametrize("name", EXERCISES)
def test_nbgrader_cells(name: str) -> None:
    """It is true that ids, flags and points are those of the conventions, and nothing else is."""
    notebook = read(source_path(name))
    assert list(settings(notebook)) == expected_settings(name)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            assert cell.id == cell.metadata["nbgrader"]["grade_id"]


@pytest.mark.parametrize("name", EXERCISES)
def test_setup_holds_every_import(name: str) -> None:
    """It is true that the setup cell is the first code cell and the only one that imports."""
    code = [cell for cell in read(source_path(name)).cells if cell.cell_type == "code"]
    assert code[0].id == "setup"
    assert "from autograder import check" in code[0].source.splitlines()
    for cell in code[1:]:
        assert "import " not in cell.source, cell.id


@pytest.mark.parametrize("name", EXERCISES)
def test_general_rules_stand_once(name: str) -> None:
    """It is true that the general rules are printed once, before the first exercise."""
    notebook = read(source_path(name))
    rules = cells_by_id(notebook)["rules"].source
    text = "\n".join(cell.source for cell in notebook.cells)
    for rule in RULES:
        assert rule in rules
        assert text.count(rule) == 1
    order = list(cells_by_id(notebook))
    assert order.index("rules") < order.index(f"{next(iter(EXERCISES[name]))}-statement")


@pytest.mark.parametrize(("name", "exercise"), EACH_EXERCISE)
def test_exercise_is_statement_solution_check(name: str, exercise: str) -> None:
    """It is true that an exercise is three cells in a row, of which the last only checks."""
    cells = cells_by_id(read(source_path(name)))
    order = list(cells)
    start = order.index(f"{exercise}-statement")
    assert order[start : start + 3] == [f"{exercise}-statement", f"{exercise}-solution", exercise]
    assert cells[f"{exercise}-statement"].cell_type == "markdown"
    assert cells[exercise].source == f"check({exercise})"


@pytest.mark.parametrize(("name", "exercise"), EACH_EXERCISE)
def test_statement_settles_what_is_tested(name: str, exercise: str) -> None:
    """It is true that signature, points and every rule are printed in the statement."""
    cells = cells_by_id(read(source_path(name)))
    statement = cells[f"{exercise}-statement"].source
    printed = EXERCISES[name][exercise]
    assert f"`{exercise}` ({printed.points:g} points)" in statement.splitlines()[0]
    assert f"**`{printed.definition.removeprefix('def ').removesuffix(':')}`**" in statement
    for phrase in printed.phrases:
        assert phrase in statement
    assert printed.definition in cells[f"{exercise}-solution"].source.splitlines()


@pytest.mark.parametrize(("name", "exercise"), EACH_EXERCISE)
def test_solution_is_inside_functions(name: str, exercise: str) -> None:
    """It is true that only bodies are removed, so that the stub raises when called, not before."""
    source = cells_by_id(read(source_path(name)))[f"{exercise}-solution"].source
    *given, definition = ast.parse(source).body
    assert len(given) == (name in HUNTS)
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    assert definition.name == exercise
    assert ast.get_docstring(definition)
    functions = [node for node in ast.walk(definition) if isinstance(node, ast.FunctionDef)]
    assert source.count("    ### BEGIN SOLUTION\n") == len(functions)
    assert source.endswith("    ### END SOLUTION")


@pytest.mark.parametrize("exercise", [e for name in HUNTS for e in EXERCISES[name]])
def test_hunt_gives_a_whole_function(exercise: str) -> None:
    """It is true that the bug ends with return before the marker, and its repair stands after it.

    What nbgrader puts in the repair's place is then never reached.
    """
    source = cells_by_id(read(source_path("debugging")))[f"{exercise}-solution"].source
    given, _, repair = source.partition("    ### BEGIN SOLUTION\n")
    (bug,) = ast.parse(given).body
    (right,) = ast.parse(repair).body
    assert isinstance(bug, ast.FunctionDef)
    assert isinstance(right, ast.FunctionDef)
    assert isinstance(bug.body[-1], ast.Return)
    assert (bug.name, ast.dump(bug.args)) == (right.name, ast.dump(right.args))
    assert ast.get_docstring(bug) == ast.get_docstring(right)


def test_written_answer_asks_its_question() -> None:
    """It is true that three_calls is a question, its points, and a cell to answer in."""
    cells = cells_by_id(read(source_path("training")))
    statement = cells["three_calls-statement"].source
    assert "`three_calls` (2 points" in statement.splitlines()[0]
    assert "Which three API calls does a training step rest on" in statement
    assert "what would go wrong without each?" in statement
    assert cells["three_calls"].cell_type == "markdown"


def solution(name: str, exercise: str) -> Any:
    """Return the source notebook's own function for ``exercise``."""
    source = cells_by_id(read(source_path(name)))[f"{exercise}-solution"].source
    namespace: dict[str, Any] = {}
    exec(cells_by_id(read(source_path(name)))["setup"].source, namespace)  # noqa: S102 - as below
    exec(compile(source, exercise, "exec"), namespace)  # noqa: S102 - our own notebook
    return namespace[exercise]


def test_dydx_is_42_at_2() -> None:
    """It is true that the reference gives a float, for an int as well, on every call."""
    dydx = solution("autograd", "dydx")
    assert [dydx(2), dydx(2.0), dydx(-1)] == [42.0, 42.0, -12.0]
    assert type(dydx(2)) is float


def test_squared_mean_grad_leaves_its_values() -> None:
    """It is true that the reference returns a leaf and 2x/12, and touches nothing."""
    values = torch.arange(12.0).reshape(4, 3)
    x, gradient = solution("autograd", "squared_mean_grad")(values)
    assert x.is_leaf
    assert x.requires_grad
    assert not values.requires_grad
    torch.testing.assert_close(gradient, values / 6)


def test_train_step_starts_clean() -> None:
    """It is true that stale gradients do not reach the reference's update."""
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    model.weight.grad = torch.full((1, 1), 100.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    batch = torch.ones(1, 1)
    train_step = solution("training", "train_step")
    assert train_step(model, optimizer, torch.nn.MSELoss(), batch, 3 * batch) == 4.0
    assert model.weight.item() == 3.0


def test_train_epoch_counts_samples() -> None:
    """It is true that the reference weighs a short last batch by its samples."""
    model = torch.nn.Linear(1, 1, bias=False).eval()
    torch.nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    batches = [(torch.ones(3, 1), torch.ones(3, 1)), (torch.ones(1, 1), torch.full((1, 1), 3.0))]
    train_epoch = solution("training", "train_epoch")
    arguments = (torch.nn.MSELoss(), optimizer, torch.device("cpu"))
    assert train_epoch(model, iter(batches), *arguments) == (3 * 1.0 + 1 * 9.0) / 4
    assert model.training


def test_fix_device_mix_moves_the_batch() -> None:
    """It is true that the reference's loss is on the device and the batch stays where it is."""
    fix_device_mix = solution("debugging", "fix_device_mix")
    # The setup cell has made the device known.
    model = torch.nn.Linear(2, 1).to("simgpu")
    x, y = torch.ones(3, 2), torch.ones(3, 1)
    loss = fix_device_mix(model, x, y, "simgpu")
    loss.backward()
    assert (loss.device.type, x.device.type, y.device.type) == ("simgpu", "cpu", "cpu")
    assert model.weight.grad is not None
