"""Outputs of any shape become outputs of a known shape."""

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.outputs import plain_outputs

STREAM = {"output_type": "stream", "name": "stdout", "text": "a"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
OUTPUTS = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "error", "display_data", "execute_result", "x"])},
    optional={
        name: st.sampled_from(["stdout", "stderr"]) | ANYTHING
        for name in ("name", "text", "ename", "evalue", "traceback", "data", "metadata")
    }
    | {"execution_count": ANYTHING},
)


@given(st.lists(OUTPUTS | ANYTHING))
def test_known_shapes_only(outputs: list[Any]) -> None:
    """It is true that whatever comes in, what goes out is UTF-8, JSON and of nbformat's kinds."""
    plain = plain_outputs(outputs)
    json.dumps(plain, allow_nan=False, ensure_ascii=False).encode("utf-8")
    assert {output["output_type"] for output in plain} <= {
        "stream",
        "error",
        "display_data",
        "execute_result",
    }


def test_streams_are_joined() -> None:
    """It is true that neighbouring pieces of one stream become one output."""
    assert plain_outputs([STREAM, STREAM]) == ({**STREAM, "text": "aa"},)
    other = {**STREAM, "name": "stderr"}
    assert plain_outputs([STREAM, other, STREAM]) == (STREAM, other, STREAM)


def test_honest_outputs_are_kept() -> None:
    """It is true that ordinary outputs pass as they are, and are valid nbformat."""
    outputs = (
        {"output_type": "display_data", "data": {"text/html": "<b>"}, "metadata": {"w": 1}},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "1", "application/json": {"a": [1, None]}},
            "metadata": {},
            "execution_count": 3,
        },
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["line"]},
    )
    assert plain_outputs(outputs) == outputs
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(o) for o in outputs])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_lone_surrogates_are_replaced(text: str) -> None:
    """It is true that text which no file can hold is replaced."""
    (plain,) = plain_outputs([{**STREAM, "text": text}])
    assert plain["text"] == text.replace("\ud800", "?").replace("\udfff", "?")
