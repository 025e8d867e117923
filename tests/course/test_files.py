"""Files are put in place whole, and are on disk when it matters."""

import ctypes
from pathlib import Path

import pytest

from autograder.course.files import sync, write_atomically
from autograder.errors import UsageError


def test_what_is_synced_is_readable(tmp_path: Path) -> None:
    """It is true that a file that may be on disk later has its content at once."""
    write_atomically(tmp_path / "file", "content", on_disk=False)
    sync(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "content"


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """It is true that it is a sentence with the folder's name."""
    with pytest.raises(UsageError, match=r"gone cannot be written: No such file"):
        sync(tmp_path / "gone")


def test_a_disk_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that an error of the disk is not taken for success."""

    class Refusing:
        @staticmethod
        def syncfs(_descriptor: int) -> int:
            ctypes.set_errno(5)
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_given, **_named: Refusing())
    with pytest.raises(UsageError, match="cannot be written: Input/output error"):
        sync(tmp_path)
