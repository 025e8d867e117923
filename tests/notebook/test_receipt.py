"""A receipt is a claim about one notebook; only one that contradicts it is spoken of."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.workspace import SubmissionFolder
from autograder.notebook.receipt import (
    CHANGED_SENTENCE,
    ReceiptStatus,
    claims_of,
    parsed_receipt,
    read_receipt,
)

NOTEBOOK = b'{"cells": []}'
FOUND = {
    "schema": 1,
    "assignment": "sums",
    "release": "2030.1",
    "notebook_sha256": f"sha256:{hashlib.sha256(NOTEBOOK).hexdigest()}",
    "submitted": "2030-01-02T03:04:05Z",
    "self_check": {"double": {"passed": 1, "total": 2}},
}


def written(**changes: Any) -> bytes:
    """The receipt's bytes, with something else in some places."""
    return json.dumps({**FOUND, **changes}).encode()


def test_a_receipt_is_read() -> None:
    """with its moment in UTC, whatever its zone."""
    receipt = parsed_receipt(written(submitted="2030-01-02T04:04:05.000000+01:00"))
    assert receipt is not None
    assert receipt.submitted == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert receipt.status(NOTEBOOK, "sums") is ReceiptStatus.FITS
    assert receipt.status(NOTEBOOK, "products") is ReceiptStatus.FOREIGN
    assert receipt.status(NOTEBOOK + b" ", "sums") is ReceiptStatus.CHANGED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        written(schema=2),
        written(schema=True),
        written(schema=1.0),
        written(assignment=1),
        written(assignment="a\nb"),
        written(release=None),
        written(notebook_sha256="sha256:0"),
        written(notebook_sha256=FOUND["notebook_sha256"].upper()),  # type: ignore[attr-defined]
        written(submitted="yesterday"),
        written(submitted="2030-01-02T03:04:05"),
        written(submitted="2030-13-02T03:04:05Z"),
        written(submitted="0001-01-01T00:00:00+14:00"),
        written(submitted=1),
        written(self_check=[]),
        written(self_check={"double": 1}),
        written(self_check={"double": {"passed": True, "total": 1}}),
        written(self_check={"double": {"passed": -1, "total": 1}}),
        written(self_check={"double": {"passed": 1}}),
    ],
    ids=lambda content: content[:60],
)
def test_what_is_no_receipt(content: bytes) -> None:
    """is none, and raises nothing."""
    assert parsed_receipt(content) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_is_handed_in_raises(content: bytes) -> None:
    """whatever it is."""
    assert parsed_receipt(content) is None


def test_only_a_contradiction_is_a_problem(tmp_path: Path) -> None:
    """an honest student without a receipt, or with a broken one, hears nothing of it."""
    path = tmp_path / "receipt.json"
    assert claims_of(tmp_path, NOTEBOOK).contradiction == ""
    for content in (written(), written(assignment="products"), b"{", b"x" * 100_000):
        path.write_bytes(content)
        assert claims_of(tmp_path, NOTEBOOK).contradiction == ""
    path.write_bytes(written())
    assert claims_of(tmp_path, NOTEBOOK + b" ").contradiction == CHANGED_SENTENCE
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    assert read_receipt(path) is None
    assert claims_of(tmp_path, NOTEBOOK).contradiction == ""
    path.unlink()
    path.mkdir()
    assert claims_of(tmp_path, NOTEBOOK).contradiction == ""
    with pytest.raises(FileNotFoundError):
        read_receipt(tmp_path / "none")


def test_grading_tells_of_it(tmp_path: Path) -> None:
    """in the row's problems, once; what was handed in is graded."""
    (tmp_path / "sums.ipynb").write_bytes(NOTEBOOK + b" ")
    (tmp_path / "receipt.json").write_bytes(written())
    handed = SubmissionFolder("ada", tmp_path).read("sums")
    assert (handed.content, handed.notes) == (NOTEBOOK + b" ", (CHANGED_SENTENCE,))
    (tmp_path / "sums.ipynb").write_bytes(NOTEBOOK)
    assert SubmissionFolder("ada", tmp_path).read("sums").notes == ()
