"""What a submission earns does not depend on what else the machine does."""

from pathlib import Path

import pytest

from tests.grading.load import Round, certify, make_class

STUDENTS = (
    "right",
    "right-and-slow-function",
    "no-zero",
    "endless-cell",
    "endless-function",
    "sleeping-function",
    "exit",
)


@pytest.mark.kernel
@pytest.mark.slow
def test_the_same_bytes_under_load(tmp_path: Path) -> None:
    """It is true that a crowded machine and a quiet one give the same results file."""
    course = make_class(tmp_path / "course", STUDENTS, rights=2)
    certify(course, (Round("1 job", 1), Round("6 jobs beside busy loops", 6, loops=1)))
