"""Random damage to a notebook, for Hypothesis: to its JSON, or to its bytes."""

import copy
import json
from collections.abc import Callable, Iterator, MutableMapping, MutableSequence
from typing import Any

from hypothesis import strategies as st

from tests.grading.fakes import Notebook, cell

Node = tuple[Any, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
# Names that the source knows, and what a file might claim for them.
CLAIMS = [
    {"nbgrader": {"grade_id": name, "grade": True, "points": 99, "schema_version": 99}}
    for name in ("double", "double-solution", "why", "setup", "bonus")
]
HARMLESS: list[Any] = [
    None, True, -1, 0, 5, 1e308, float("nan"), float("-inf"), 10**400, "", "\0", "\ud800", "\r",
    "x" * 2_000, "100", "skip-execution", "4", "\N{RIGHT-TO-LEFT OVERRIDE}", [], {}, [[]], [None],
    ["a", 1], {"": ""}, {"tags": ["skip-execution"]}, {"output_type": "stream", "text": "9"},
    {"output_type": "error", "ename": 3}, {"image/png": "<script>"},
]  # fmt: skip
HOSTILE: list[Any] = [
    *HARMLESS, *CLAIMS, "double", "double-solution", "square-solution", "why", "setup", "code",
    "markdown", "raw", "heading", "html", ["x = 1\n", "y = 2"], "cells", "source", "0",
    cell("code", "double = square = 6"), cell("raw", "", grade_id="square-solution"),
    cell("code", "def double(x):\n    return 10", grade_id="double-solution"),
]  # fmt: skip
KEYS = [
    "cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "id", "nbformat", "points",
    "attachments", "worksheets", "input", "outputs", "level",
]  # fmt: skip
PIECES = [
    b'"', b"\\", b"\\u", b"\\ud800", b"[", b"]", b"{", b"}", b",", b":", b"\0", b"\xff", b"\xc3",
    b"\r", b"\n", b"\xef\xbb\xbf", b"9", b"-", b"e999", b"null", b"NaN", b"<<<<<<< ", b"[" * 300,
    b'{"cells": [', b'"nbformat": 3, "worksheets": [{"cells": [', b'"double-solution"',
]  # fmt: skip
_NUMBERS = st.integers(0, 10**6)


def nodes(value: Any) -> Iterator[Node]:
    """Every place in a document: what holds it, and under which key or index."""
    if isinstance(value, dict):
        entries: list[tuple[Any, Any]] = list(value.items())
    else:
        entries = list(enumerate(value)) if isinstance(value, list) else []
    for key, inner in entries:
        yield value, key
        yield from nodes(inner)


def harmless_nodes(document: Notebook) -> Iterator[Node]:
    """Places that say nothing of what the student has written."""
    yield document, "metadata"
    yield document, "nbformat_minor"
    for one in document["cells"]:
        for key in ("metadata", "outputs", "execution_count", "id", "attachments", "odd"):
            yield one, key
            yield from nodes(one.get(key))


def _replace(place: Node, values: list[Any], draw: Draw) -> None:
    holder, key = place
    holder[key] = copy.deepcopy(draw(st.sampled_from(values)))


def _delete(place: Node, _values: list[Any], _draw: Draw) -> None:
    holder, key = place
    if isinstance(holder, list) or key in holder:
        del holder[key]


def _duplicate(place: Node, _values: list[Any], draw: Draw) -> None:
    holder, key = place
    if isinstance(holder, MutableSequence):
        holder.insert(draw(_NUMBERS) % (len(holder) + 1), copy.deepcopy(holder[key]))
    elif isinstance(holder, MutableMapping) and key in holder:
        holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(holder[key])


def _retype(place: Node, _values: list[Any], _draw: Draw) -> None:
    holder, key = place
    value = holder[key] if isinstance(holder, list) else holder.get(key)
    if isinstance(value, str):
        # As Jupyter writes a text; single letters would be put together to other right code.
        holder[key] = value.splitlines(keepends=True)
    elif isinstance(value, dict):
        holder[key] = list(value)
    elif isinstance(value, list):
        holder[key] = {str(index): inner for index, inner in enumerate(value)}
    else:
        holder[key] = str(value)


def _deepen(place: Node, values: list[Any], draw: Draw) -> None:
    holder, key = place
    value = holder[key] if isinstance(holder, list) else holder.get(key)
    # Eight times twenty levels are still read, eight times sixty are not.
    for _ in range(draw(st.sampled_from([1, 2, 20 if values is HARMLESS else 60]))):
        value = [value]
    holder[key] = value


HARMLESS_WAYS = (_replace, _delete, _retype, _deepen)
WAYS = (*HARMLESS_WAYS, _duplicate)


@st.composite
def mutated(draw: Draw, document: Notebook) -> Notebook:
    """The notebook with up to eight changes anywhere in it."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 8))):
        places = list(nodes(changed))
        if not places:
            break
        way = draw(st.sampled_from((*WAYS, "move")))
        place = places[draw(_NUMBERS) % len(places)]
        if way == "move":
            _exchange(place, places[draw(_NUMBERS) % len(places)])
        else:
            way(place, HOSTILE, draw)
    return changed


def _exchange(one: Node, other: Node) -> None:
    """Swap two places, unless one lies within the other."""
    (holder, key), (second, other_key) = one, other
    first, last = holder[key], second[other_key]
    inside = [id(inner) for value in (first, last) for inner, _ in nodes(value)]
    if id(holder) not in inside and id(second) not in inside:
        holder[key], second[other_key] = last, first


@st.composite
def harmlessly_mutated(draw: Draw, document: Notebook) -> Notebook:
    """The notebook with up to eight changes in what does not count."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 8))):
        places = list(harmless_nodes(changed))
        way = draw(st.sampled_from(HARMLESS_WAYS))
        way(places[draw(_NUMBERS) % len(places)], HARMLESS, draw)
    return changed


@st.composite
def spoiled(draw: Draw, document: Notebook) -> bytes:
    """The notebook's file with up to eight changes to its bytes."""
    content = json.dumps(document, indent=draw(st.sampled_from([None, 1]))).encode()
    for _ in range(draw(st.integers(1, 8))):
        begin = draw(_NUMBERS) % (len(content) + 1)
        length = draw(st.sampled_from([0, 1, 2, 7, 50, 400]))
        way = draw(st.sampled_from(["insert", "cut", "repeat", "end", "flip"]))
        piece = content[begin : begin + length]
        if way == "insert":
            piece = draw(st.sampled_from(PIECES)) + piece
        elif way == "repeat":
            piece *= 2
        elif way == "flip":
            piece = bytes(byte ^ draw(st.sampled_from([1, 32, 128, 255])) for byte in piece[:2])
        rest = b"" if way == "end" else content[begin + length :]
        content = content[:begin] + (b"" if way == "cut" else piece) + rest
    return content
