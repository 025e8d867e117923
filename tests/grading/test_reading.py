"""Submitted files are hostile bytes."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.reading import (
    MAX_CELLS,
    UnreadableError,
    read_bytes,
    read_notebook,
)
from tests.grading.fakes import answered, cell, notebook


def test_an_ordinary_notebook_keeps_texts_and_names() -> None:
    """cells come out in their order, with what they claim to be."""
    cells = read_notebook(json.dumps(answered()).encode()).cells
    assert [one.grade_id for one in cells][3:5] == ["double-solution", "double"]
    assert cells[2].source == "half = 0.5\nprint(half)"
    assert not read_notebook(json.dumps(answered()).encode()).problems


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"print('hello')", "not JSON"),
        (b"PK\x03\x04\xff\xfe", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
        (b"[,]" * 2_000_001, "4,000,000 values"),
        (b'{"nbformat": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b"[1, 2]", "another kind of JSON"),
        (b"{}", "no cells"),
        (b'{"nbformat": 4}', "no cells"),
        (b'{"nbformat": 4, "cells": 3}', "no cells"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": true, "cells": []}', "format"),
        (b'{"nbformat": "4", "cells": []}', "no cells"),
        (json.dumps(notebook(*[cell("raw", "")] * (MAX_CELLS + 1))).encode(), "2,001 cells"),
    ],
    ids=range(15),
)
def test_a_file_that_is_no_notebook_is_told_so(content: bytes, reason: str) -> None:
    """each is refused with a sentence that says what it was."""
    with pytest.raises(UnreadableError, match=reason):
        read_notebook(content)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["cells", "cell_type", "source", "metadata", "nbgrader", "grade_id",
                         "attachments", "nbformat", "worksheets", "input", "level"]),
        inner, max_size=5),
    max_leaves=20,
))  # fmt: skip
def test_no_document_raises_anything_else(cells: object) -> None:
    """whatever stands where cells should be, there are cells or one kind of error."""
    for document in ({"nbformat": 4, "cells": cells}, {"nbformat": 3, "worksheets": cells}):
        try:
            read = read_notebook(json.dumps(document).encode())
        except UnreadableError:
            continue
        assert all(isinstance(one.source, str) for one in read.cells)


def test_cells_that_are_none_are_left_out_with_a_word() -> None:
    """the rest of the notebook is read, and the student is told which cell was not."""
    odd: list[object] = [7, {"cell_type": "code", "source": {"a": 1}}]
    document = {"nbformat": 4, "cells": [*odd, cell("code", "x = 1")]}
    read = read_notebook(json.dumps(document).encode())
    assert [one.source for one in read.cells] == ["x = 1"]
    assert read.problems[0] == "cell 1 of the file could not be read and was left out"


def test_metadata_of_any_kind_is_survived() -> None:
    """a cell without proper metadata is an ordinary cell."""
    strange: list[object] = [None, 3, [], {"nbgrader": 5}, {"nbgrader": {"grade_id": ["a"]}}]
    for metadata in strange:
        document = {
            "nbformat": 4,
            "cells": [{"cell_type": "code", "source": "", "metadata": metadata}],
        }
        assert read_notebook(json.dumps(document).encode()).cells[0].grade_id == ""


def test_broken_characters_are_replaced() -> None:
    """neither lone surrogates nor bytes that are no UTF-8 reach anything behind."""
    lone = read_notebook(
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "a\\ud800b"}]}'
    )
    assert lone.cells[0].source == "a?b"
    invalid = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "a\xffb"}]}'
    read = read_notebook(invalid)
    assert read.cells[0].source == "a\N{REPLACEMENT CHARACTER}b"
    assert read.problems == ("the file was not valid UTF-8; the broken characters were replaced",)


def test_format_3_is_understood() -> None:
    """code stands in ``input``, and a heading has a level."""
    sheet = {
        "cells": [
            {"cell_type": "heading", "level": 2, "source": ["Title"]},
            {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "metadata": {}},
        ]
    }
    cells = read_notebook(json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode()).cells
    assert [(one.kind, one.source) for one in cells] == [
        ("markdown", "## Title"),
        ("code", "x = 1\ny = 2"),
    ]


def test_pictures_in_an_answer_are_kept_and_nothing_else() -> None:
    """an attachment is a picture or it is dropped."""
    bundle = {"a.png": {"image/png": "aGk="}, "b": {"text/html": "<script>"}, "c": 3}
    document = {
        "nbformat": 4,
        "cells": [{"cell_type": "markdown", "source": "", "attachments": bundle}],
    }
    kept = read_notebook(json.dumps(document).encode()).cells[0].attachments
    assert kept == {"a.png": {"image/png": "aGk="}}


def test_only_ordinary_files_are_opened(tmp_path: Path) -> None:
    """links, pipes, folders and what is not there are refused at once."""
    (tmp_path / "real").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name, reason in {
        "link": "was a link",
        "dangling": "was a link",
        "pipe": "not an ordinary file",
        ".": "not an ordinary file",
        "absent": "there was no file `absent`",
    }.items():
        with pytest.raises(UnreadableError, match=reason):
            read_bytes(tmp_path / name)


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    """the limit holds, and a file of just that size is read."""
    path = tmp_path / "large"
    path.write_bytes(b"x" * 2**20)
    assert len(read_bytes(path, limit=2**20)) == 2**20
    path.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(UnreadableError, match="larger than 1 MiB"):
        read_bytes(path, limit=2**20)
