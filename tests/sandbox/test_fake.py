"""The shipped fake, for trusted code."""

from autograder.model.limits import Limits
from autograder.model.program import Cell, Program, Run
from autograder.sandbox.fake import FakeSandbox


def run(*cells: str) -> Run:
    """Run cells in the fake."""
    return FakeSandbox().run(Program(tuple(Cell(cell) for cell in cells)), Limits())


def test_cells_share_a_namespace() -> None:
    """It is true that cells run in order in one namespace, and print to their outputs."""
    outputs = run("x = 1", "print(x + 1)").outputs
    assert outputs == ((), ({"output_type": "stream", "name": "stdout", "text": "2\n"},))


def test_errors_are_outputs() -> None:
    """It is true that an error, a syntax error or an exit ends its cell only."""
    outputs = run("print('a')\n1 / 0", "def", "raise SystemExit", "print('b')").outputs
    assert [o["output_type"] for o in outputs[0]] == ["stream", "error"]
    assert [outputs[cell][-1].get("ename") for cell in range(4)] == [
        "ZeroDivisionError",
        "SyntaxError",
        "SystemExit",
        None,
    ]
