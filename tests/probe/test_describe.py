"""Where an exception happened: the student's line, and which cell it is in."""

import linecache

import pytest

from autograder.model.observation import Raised
from autograder.model.program import cell_digest
from autograder.probe.describe import describe_exception, is_cell


def _run(source: str, name: str, **names: object) -> dict[str, object]:
    """A cell's namespace after it has run, with its text kept as Jupyter keeps it."""
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    exec(compile(source, name, "exec"), names)  # noqa: S102 - a cell of ours
    return names


def _raised(function: object) -> Raised:
    try:
        function()  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - as the probe catches it
        return describe_exception(error)
    raise AssertionError


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("/tmp/ipykernel_31/123.py", True),
        ("<ipython-input-3-abc>", True),
        ("<cell>", True),
        ("<string>", False),
        ("<frozen importlib._bootstrap>", False),
        ("/usr/lib/torch/nn/functional.py", False),
    ],
)
def test_cells_are_known_by_their_names(name: str, *, is_one: bool) -> None:
    """It is true that Jupyter's and our own names are cells, and generated code is none."""
    assert is_cell(name) is is_one


def test_the_line_and_the_cell_are_recorded() -> None:
    """It is true that the student's last line that ran is recorded, not PyTorch's below it."""
    source = "import math\ndef f():\n    x = -1\n    return math.comb(x, 1)\n"
    raised = _raised(_run(source, "/tmp/ipykernel_31/1.py")["f"])
    assert (raised.type_name, raised.line, raised.cell) == ("ValueError", 4, cell_digest(source))


def test_a_helper_of_another_cell_shows_as_the_line_that_calls_it() -> None:
    """It is true that the cell is that of the called function, wherever it goes from there."""
    helper = _run("def helper():\n    def inner(): raise KeyError\n    inner()\n", "<cell 1>")
    source = "def f():\n    # a comment\n    helper()\n"
    raised = _raised(_run(source, "<cell 2>", helper=helper["helper"])["f"])
    assert (raised.line, raised.cell) == (3, cell_digest(source))


def test_outside_of_a_notebook_there_is_no_line() -> None:
    """It is true that code from a file or from a string has no cell."""
    namespace: dict[str, object] = {}
    exec(compile("def f(): raise KeyError", "<string>", "exec"), namespace)  # noqa: S102
    assert _raised(namespace["f"]) == Raised("KeyError")


def test_a_cell_whose_text_is_gone_is_unknown() -> None:
    """It is true that a tampered store of texts costs the cell and nothing else."""
    function = _run("def f(): raise KeyError", "<cell 3>")["f"]
    del linecache.cache["<cell 3>"]
    assert _raised(function) == Raised("KeyError", line=1)
    linecache.cache["<cell 3>"] = 1, None, [3], ""  # type: ignore[list-item]
    assert _raised(function) == Raised("KeyError", line=1)
    del linecache.cache["<cell 3>"]


def test_spaces_at_the_ends_of_lines_make_no_other_cell() -> None:
    """It is true that what Jupyter drops does not count, and anything else does."""
    assert cell_digest("a  \n\n  b\n\n") == cell_digest("a\n\n  b")
    assert cell_digest("a\n\n  b") != cell_digest("a\n  b")
    assert cell_digest("\ud800") != cell_digest("")
