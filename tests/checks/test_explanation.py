"""Exceptions are explained in fixed sentences, and only those that are known."""

import re
import time

import pytest
import torch

from autograder.checks.check import SHOWN_EXCEPTIONS
from autograder.checks.explanation import KNOWN_EXCEPTIONS, MAX_LINES, explain, kind_of, place_of
from autograder.model.observation import Raised
from autograder.model.program import cell_digest
from autograder.probe.wire import MAX_TEXT
from tests.checks.provoked import PROVOKED, PROVOKED_WITHOUT_CUDA, provoke

CELL = "def f(x):\n    y = x @ x\n    return y.item()\n"
HERE = Raised("ZeroDivisionError", "", 2, cell_digest(CELL))
_EVERYTHING = (*PROVOKED, *(() if torch.cuda.is_available() else PROVOKED_WITHOUT_CUDA))


@pytest.mark.parametrize(("name", "source"), _EVERYTHING)
def test_what_is_raised_today_is_explained(name: str, source: str) -> None:
    """It is true that each mistake, made with this PyTorch and Python, has its own explanation."""
    raised = provoke(source)
    found = kind_of(raised)
    assert (found and found.name) == name, raised


def test_every_explanation_is_provoked() -> None:
    """It is true that no explanation waits for words that nothing says any more."""
    provoked = {name for name, _ in (*PROVOKED, *PROVOKED_WITHOUT_CUDA)}
    assert {kind.name for kind in KNOWN_EXCEPTIONS} == provoked
    assert len(KNOWN_EXCEPTIONS) == len(provoked)


def test_explanations_are_short_sentences() -> None:
    """It is true that each is one to three sentences, and that no two say the same."""
    sentences = {kind.name: kind.sentence for kind in KNOWN_EXCEPTIONS}
    odd = {n: s for n, s in sentences.items() if not 30 < len(s) < 230 or s[-1] not in ".?"}
    assert odd == {}
    assert len({*sentences.values()}) == len(sentences)


@pytest.mark.parametrize(
    "raised",
    [
        Raised("ValueError", "x is 3"),
        Raised("ValueError", "mat1 and mat2 shapes cannot be multiplied"),
        Raised("RuntimeError", ""),
        Raised("RuntimeError", "it says: mat1 and mat2 shapes cannot be multiplied (4x3 and 4x3)"),
        Raised("AssertionError", "look: Torch not compiled with CUDA enabled"),
        Raised("MyError", "division by zero"),
        Raised("", ""),
    ],
)
def test_an_unknown_exception_is_not_explained(raised: Raised) -> None:
    """It is true that other words, other classes and words in the middle say nothing."""
    assert explain(raised) == ""


def test_nothing_of_the_text_is_quoted() -> None:
    """It is true that the exception's text only chooses a sentence, whatever it says."""
    plain = explain(provoke("[1].weigth"))
    other = explain(Raised("AttributeError", "'secret' object has no attribute 'secret' secret"))
    assert plain == other


def test_only_shown_exceptions_are_explained() -> None:
    """It is true that an explanation says no name that a hidden check would not say."""
    assert frozenset().union(*(kind.types for kind in KNOWN_EXCEPTIONS)) <= SHOWN_EXCEPTIONS


def test_every_repetition_is_bounded() -> None:
    """It is true that no expression can go through a long text again and again."""
    unbounded = re.compile(r"(?<!\\)[*+]|\{\d*,\}")
    patterns = {kind.name: kind.beginning.pattern for kind in KNOWN_EXCEPTIONS}
    assert {name: p for name, p in patterns.items() if unbounded.search(p)} == {}


@pytest.mark.parametrize(
    "text", ["'" * MAX_TEXT, "' and '" * 600, "a()" * 1300, "[" * MAX_TEXT, "x() takes " * 400]
)
def test_a_long_text_costs_no_time(text: str) -> None:
    """It is true that a text made to be slow is refused at once."""
    started = time.process_time()
    for kind in KNOWN_EXCEPTIONS:
        for type_name in kind.types:
            kind.describes(Raised(type_name, text))
            kind.describes(Raised(type_name, f"unsupported operand type(s) for +: {text}"))
    assert time.process_time() - started < 1


def test_the_line_is_the_cells_own() -> None:
    """It is true that the text of the line comes from the cell that is known here."""
    assert place_of(HERE, [CELL]) == "It happened in line 2 of the cell: “y = x @ x”."
    assert explain(HERE, [CELL]).endswith(place_of(HERE, [CELL]))


@pytest.mark.parametrize(
    "cell",
    [
        f"\n   \n{CELL}",
        CELL.replace("\n", "  \n"),
        CELL.rstrip(),
        CELL.replace("\n", "\r\n"),
    ],
)
def test_spaces_make_no_other_cell(cell: str) -> None:
    """It is true that what Jupyter drops from a cell does not hide its lines."""
    assert "y = x @ x" in place_of(HERE, [cell])


def test_empty_lines_before_the_code_are_counted() -> None:
    """It is true that the number is that of the line in the cell as the student sees it."""
    assert "line 4 of the cell" in place_of(HERE, [f"\n\n{CELL}"])


@pytest.mark.parametrize(
    ("raised", "cells"),
    [
        (HERE, []),
        (HERE, ["def f(x):\n    return 1\n"]),
        (HERE, [CELL.replace("\n", "\x0c", 1)]),
        (HERE, [f"    {CELL}"]),
        (Raised("KeyError", "", 1, cell_digest("#" * 10**6)), ["#" * 10**6]),
        (Raised("KeyError", "", 2), [CELL]),
        (Raised("KeyError", "", 2, ""), [""]),
        (Raised("KeyError", "", None, cell_digest(CELL)), [CELL]),
        (Raised("KeyError", "", 0, cell_digest(CELL)), [CELL]),
        (Raised("KeyError", "", -1, cell_digest(CELL)), [CELL]),
        (Raised("KeyError", "", 5, cell_digest(CELL)), [CELL]),
        (Raised("KeyError", "", 10**5000, cell_digest(CELL)), [CELL]),
    ],
)
def test_no_line_where_it_is_unknown(raised: Raised, cells: list[str]) -> None:
    """It is true that another cell, an unknown one and a number outside of it show nothing."""
    assert place_of(raised, cells) == ""


def test_a_place_says_little() -> None:
    """It is true that a cell of many lines, or a line of many letters, widens no channel."""
    cell = "\n".join(f"x = {'y' * 100}{number}" for number in range(400))
    places = {place_of(Raised("KeyError", "", n, cell_digest(cell)), [cell]) for n in range(400)}
    assert len(places) == MAX_LINES + 1
    assert max(map(len, places)) < 140
