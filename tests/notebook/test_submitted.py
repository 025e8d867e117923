"""Submitted files are hostile bytes."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebook.submitted import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    UnreadableError,
    read_bytes,
    read_notebook,
)
from tests.grading.fakes import PIXEL, answered, cell, notebook

HUGE = b'{"nbformat": 1' + b"0" * 5_000 + b', "cells": []}'


def test_an_ordinary_notebook_keeps_texts_and_names() -> None:
    """cells come out in their order, with what they claim to be."""
    cells = read_notebook(json.dumps(answered()).encode()).cells
    assert [one.grade_id for one in cells][3:5] == ["double-solution", "double"]
    assert cells[2].source == "half = 0.5\nprint(half)"
    assert not read_notebook(json.dumps(answered()).encode()).problems


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "was empty"),
        (b"\0" * 4096, "nothing but zero bytes"),
        (b"print('hello')", "not JSON"),
        (b"PK\x03\x04\xff\xfe", "a zip archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"\n<!DOCTYPE html>", "a web page"),
        (b'{"cells": [\n<<<<<<< HEAD\n', "an unfinished merge"),
        (b'{"cells": [\n{"source": "import to', "broke off in line 2"),
        (b'{"cells": [],\n "nbformat" 4, "metadata": {}}', "damaged: in line 2 it"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
        (b'{"a": ' * 300 + b"1" + b"}" * 300, "nested too deeply"),
        (b"[" + b"[]," * 1_000_001 + b"1]", "2,000,000 values"),
        (b"[1, 2]", "another kind of JSON"),
        (b'"cells"', "not JSON|another kind"),
        (b"{}", "no cells"),
        (b'{"nbformat": 4}', "no cells"),
        (b'{"nbformat": 4, "cells": 3}', "no cells"),
        (b'{"nbformat": 3, "worksheets": 3}', "no cells"),
    ],
    ids=range(19),
)
def test_a_file_that_is_no_notebook_is_told_so(content: bytes, reason: str) -> None:
    """each is refused with a sentence that says what it was, and what to do."""
    with pytest.raises(UnreadableError, match=reason) as refused:
        read_notebook(content)
    assert re.search(r"hand (in|it)", str(refused.value))


@pytest.mark.parametrize("version", [5, -1, "4", True, 4.5, None, [4], 10**400])
def test_what_the_file_holds_counts_not_its_format(version: object) -> None:
    """cells are read whatever number stands above them, and the student is told."""
    document = {**answered(), "nbformat": version}
    read = read_notebook(json.dumps(document).encode() if version != 10**400 else HUGE)
    assert len(read.cells) == (len(document["cells"]) if version != 10**400 else 0)
    (sentence,) = read.problems
    assert re.match("the file gave its `nbformat` as (`|nothing|something else)", sentence)
    assert len(sentence) < 150


def test_commas_in_printed_text_are_no_values() -> None:
    """a notebook that has printed millions of numbers is read."""
    text = json.dumps("0.25, " * 3_000_000)
    content = f'{{"nbformat": 4, "cells": [], "outputs": {text}, "next": "\\\\"}}'.encode()
    assert read_notebook(content).cells == ()
    unfinished = rb'{"' + rb"\"," * 2_000_001
    with pytest.raises(UnreadableError, match="broke off"):
        read_notebook(unfinished)


def test_more_cells_than_are_run_are_left_out() -> None:
    """but never those that the caller asks for, by nbgrader's name or by Jupyter's."""
    extra = [cell("code", f"x = {number}") for number in range(MAX_CELLS + 3)]
    named = [cell("code", "y = 1", grade_id="double"), {**cell("code", "z = 1"), "id": "square"}]
    content = json.dumps(notebook(*extra, *named, named[0])).encode()
    read = read_notebook(content, wanted={"double", "square"})
    assert [one.source for one in read.cells[-3:]] == [f"x = {MAX_CELLS - 1}", "y = 1", "z = 1"]
    assert read.problems == (
        "the notebook had more than 2,000 cells; 4 of them, none of which is graded, were left out",
    )


def test_a_cell_that_is_too_long_is_left_out() -> None:
    """so that nobody's text fills the disk, and the others are read."""
    long = [cell("code", "#" * (MAX_CELL_CHARACTERS + extra)) for extra in (0, 1)]
    many = [cell("code", "#" * MAX_CELL_CHARACTERS)] * 8
    read = read_notebook(json.dumps(notebook(*long, cell("code", "x = 1"), *many)).encode())
    assert [len(one.source) for one in read.cells] == [10**6, 5, *[10**6] * 6]
    assert read.problems[0].startswith("3 cells of the file (2, 10, 11) could not be read and were")


def test_line_ends_are_one_kind() -> None:
    """whatever system the notebook was edited on."""
    document = notebook(cell("code", "x = 1\r\ny = 2\rz = 3\n"))
    assert read_notebook(json.dumps(document).encode()).cells[0].source == "x = 1\ny = 2\nz = 3\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    """as some editors on Windows write them, and the student is told."""
    document = notebook(cell("code", "größe = 'é'"))
    content = json.dumps(document, ensure_ascii=False).encode(encoding)
    read = read_notebook(content)
    assert read.cells[0].source == "größe = 'é'"
    assert len(read.problems) == (encoding != "utf-8-sig")


def test_what_follows_the_notebook_is_not_read() -> None:
    """two files joined, or a disk's padding: the first notebook counts."""
    content = json.dumps(answered()).encode()
    for rest in (content, b"\0" * 512, b"}"):
        read = read_notebook(content + rest)
        assert read.cells == read_notebook(content).cells
        assert read.problems == (
            "the file went on after the end of the notebook; only the part before it was graded",
        )
    assert not read_notebook(b" \r\n" + content + b"\r\n\n").problems


def test_a_number_of_thousands_of_digits_is_passed_over() -> None:
    """Python refuses to read one, and no cell needs it."""
    digits = b"9" * 5_000
    content = json.dumps(answered()).encode().replace(b'"nbformat": 4', b'"n": ' + digits, 1)
    assert len(read_notebook(content).cells) == len(answered()["cells"])


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
    assert read.problems == (
        (
            "2 cells of the file (1, 2) could not be read and were left out: "
            "a cell's text was missing or was no text"
        ),
    )


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
    invalid = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "é?b"}]}'.encode()
    read = read_notebook(invalid.replace(b"?", b"\xff"))
    assert read.cells[0].source == "é\N{REPLACEMENT CHARACTER}b"
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
    bundle = {
        "a.png": {"image/png": PIXEL, "text/html": "<script>"},
        "b": {"text/html": "<script>"},
        "c": 3,
        "d.png": {"image/png": '" onload="alert(1)'},
    }
    document = {
        "nbformat": 4,
        "cells": [{"cell_type": "markdown", "source": "", "attachments": bundle}],
    }
    kept = read_notebook(json.dumps(document).encode()).cells[0].attachments
    assert kept == {"a.png": {"image/png": PIXEL}}


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
        ".": "was a folder",
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
