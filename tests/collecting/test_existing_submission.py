"""What the workspace has of a student is read from a folder that anybody may have filled."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.collecting.existing_submission import find_existing
from autograder.collecting.submission_times import SubmissionTime, TimeOrigin

MOMENT = datetime(2030, 1, 10, 12, tzinfo=UTC)
NOW = datetime(2030, 1, 12, tzinfo=UTC)
RECORD = {
    "from": "ada.ipynb",
    "handed_in": "2030-01-10T12:00:00+00:00",
    "order": "2030-01-11T09:30:00.500000+00:00",
    "schema": 1,
    "word_of": "receipt",
}


def write_record(folder: Path, content: bytes) -> None:
    """Put a record and its time into a submission's folder."""
    (folder / "timestamp.txt").write_text("2030-01-10 12:00:00 UTC")
    (folder / "collected.json").write_bytes(content)


def test_a_record_tells_the_order_and_where_the_time_is_from(tmp_path: Path) -> None:
    """A record that we wrote is believed."""
    write_record(tmp_path, json.dumps(RECORD).encode())
    found = find_existing(tmp_path, "sums", now=NOW)
    assert found is not None
    assert found.handed_in == SubmissionTime(MOMENT, TimeOrigin.RECEIPT)
    assert found.order_time == datetime(2030, 1, 11, 9, 30, 0, 500_000, UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"handed_in": 3},
        {"handed_in": "yesterday"},
        {"order": None},
        {"order": "2030-01-11T09:30:00"},
        {"word_of": "the dog"},
        {"word_of": []},
        {"schema": 2},
        {"schema": "1"},
        {"order": "2030-01-13T00:00:00+00:00"},
    ],
    ids=str,
)
def test_a_record_that_is_not_ours_says_nothing(tmp_path: Path, change: dict[str, Any]) -> None:
    """The time beside it counts, as if there were no record."""
    write_record(tmp_path, json.dumps(RECORD | change).encode())
    found = find_existing(tmp_path, "sums", now=NOW)
    assert found is not None
    assert found.handed_in == SubmissionTime(MOMENT, TimeOrigin.TIMESTAMP)
    assert found.order_time == MOMENT


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 50_000], ids=len)
def test_what_is_no_record_says_nothing(tmp_path: Path, content: bytes) -> None:
    """The time beside it counts, whatever the file holds."""
    write_record(tmp_path, content)
    found = find_existing(tmp_path, "sums", now=NOW)
    assert found is not None
    assert found.handed_in == SubmissionTime(MOMENT, TimeOrigin.TIMESTAMP)
