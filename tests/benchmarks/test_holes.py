"""The table of holes: our column, for which every trick is really played, and how it is read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from tests.benchmarks.courses import Course, our_course
from tests.benchmarks.holes import FULL, HOLES, Finding, play, table


@dataclass
class Found:
    """What a course has been found to hold, in place of one that was played on."""

    scores: dict[str, float | None]
    shown: str = ""
    page: str = ""
    secrets: tuple[str, ...] = ("assert secret",)
    others: dict[str, Any] = field(default_factory=dict)

    def score(self, student: str) -> float | None:
        """What the gradebook would say."""
        return self.scores.get(student)

    def outputs(self, _: str) -> str:
        """What student code would have printed."""
        return self.shown

    def feedback(self, _: str) -> str:
        """What the page would say."""
        return self.page


EARN = ("right", "victim", "warns", "killed-slow", "next-of-doubled", "next-of-newer")
DO_NOT = ("wrong", "skips", "ast", "equal", "regraded", "doubled", "newer")
TIGHT: dict[str, float | None] = {**dict.fromkeys(EARN, FULL), **dict.fromkeys(DO_NOT, 0.0)}


def look(found: Found) -> dict[str, Finding]:
    """Every hole's verdict on it."""
    return {hole.name: hole.look(cast("Course", found)) for hole in HOLES}


def test_verdicts_follow_what_was_found() -> None:
    """each score that is not as it should be, and each line that leaked, opens one hole."""
    assert all(one.held for one in look(Found(TIGHT)).values())
    for student, score in TIGHT.items():
        other = None if score else FULL
        held = [one.held for one in look(Found({**TIGHT, student: other})).values()]
        assert held.count(False) == 1, student
    for leaking in (Found(TIGHT, shown="1: assert secret"), Found(TIGHT, page="assert secret")):
        assert [one.held for one in look(leaking).values()].count(False) == 1


def test_the_table_has_a_line_for_each_hole() -> None:
    """and one for the same submissions without a trick."""
    found = look(Found(TIGHT))
    assert table(found, found).row_count == len(HOLES) == 9


@pytest.mark.kernel
@pytest.mark.slow
def test_none_of_the_holes_is_ours(tmp_path: Path) -> None:
    """with every trick played on a real course, wrong earns nothing and right earns it all."""
    findings = play(our_course(tmp_path / "ours"))
    assert {name: one.what for name, one in findings.items() if not one.held} == {}
