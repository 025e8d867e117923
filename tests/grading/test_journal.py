"""The journal: what is known after a run, however it ended."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.grading.journal import Journal, basis_of, read_result
from autograder.model.limits import Limits
from autograder.model.verdict import (
    CheckResult,
    Confinement,
    ExerciseResult,
    GradingResults,
    Outcome,
    SubmissionResult,
)

CHECKS = st.builds(
    CheckResult,
    name=st.text(),
    title=st.text(),
    outcome=st.sampled_from(Outcome),
    hidden=st.booleans(),
    weight=st.floats(0, 10),
    message=st.text(),
)
EXERCISES = st.builds(
    ExerciseResult,
    name=st.text(),
    points=st.floats(0, 10),
    max_points=st.floats(0, 10),
    outcome=st.sampled_from(Outcome),
    diagnosis=st.none() | st.text(),
    hint=st.none() | st.text(),
    checks=st.lists(CHECKS, max_size=2).map(tuple),
)
RESULTS = st.builds(
    SubmissionResult,
    student=st.text(),
    status=st.sampled_from(["graded", "needs_review"]),
    score=st.floats(0, 10),
    max_score=st.floats(0, 10),
    problems=st.lists(st.text(), max_size=2).map(tuple),
    exercises=st.lists(EXERCISES, max_size=2).map(tuple),
    awaiting=st.lists(st.text(), max_size=2).map(tuple),
)


def result(student: str, score: float = 1.0, status: str = "graded") -> SubmissionResult:
    """A small result."""
    return read_result({
        "student": student, "status": status, "score": score, "max_score": 2.0,
        "problems": [], "exercises": [], "awaiting": [],
    })  # fmt: skip


@given(RESULTS)
def test_a_result_comes_back_as_it_went(row: SubmissionResult) -> None:
    """so that a results file is the same bytes from a journal as from a run."""
    before = GradingResults("a", "d", (row,)).to_json()
    (document,) = json.loads(before)["submissions"]
    assert GradingResults("a", "d", (read_result(document),)).to_json() == before


def test_only_the_same_submission_on_the_same_basis_is_known(tmp_path: Path) -> None:
    """another digest, another student or another basis is graded anew."""
    path = tmp_path / "new" / "journal"
    with Journal(path, "basis") as journal:
        journal.append(("digest", result("s001")))
    again = Journal(path, "basis")
    assert again.find("s001", "digest") == result("s001")
    assert again.find("s001", "another") is None
    assert again.find("s002", "digest") is None
    assert Journal(path, "changed").find("s001", "digest") is None


def test_the_last_result_counts(tmp_path: Path) -> None:
    """a regrade replaces what was known, in the same run and in the next."""
    path = tmp_path / "journal"
    with Journal(path, "basis") as journal:
        journal.append(("digest", result("s001", 1.0)))
        journal.append(("digest", result("s001", 2.0)))
        assert journal.find("s001", "digest") == result("s001", 2.0)
    assert Journal(path, "basis").latest() == {"s001": result("s001", 2.0)}


def test_what_needs_review_is_graded_again(tmp_path: Path) -> None:
    """a fault of ours may be gone the next time."""
    with Journal(tmp_path / "journal", "basis") as journal:
        journal.append(("digest", result("s001", 0.0, "needs_review")))
        assert journal.find("s001", "digest") is None
        assert "s001" in journal.latest()


@given(st.data())
def test_a_line_that_was_cut_off_costs_only_itself(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """wherever the machine went down, earlier results are known and later ones are kept."""
    path = tmp_path_factory.mktemp("journal") / "journal"
    with Journal(path, "basis") as journal:
        journal.append(("one", result("s001")))
        whole = len(path.read_bytes())
        journal.append(("two", result("s002")))
    written = path.read_bytes()
    cut = data.draw(st.integers(whole, len(written) - 2))
    path.write_bytes(written[:cut])
    with Journal(path, "basis") as journal:
        assert journal.find("s001", "one")
        assert journal.find("s002", "two") is None
        journal.append(("three", result("s003")))
    assert set(Journal(path, "basis").latest()) == {"s001", "s003"}


def test_strange_lines_are_passed_over(tmp_path: Path) -> None:
    """the journal is a file like any other."""
    path = tmp_path / "journal"
    lines = ["", "{", "[]", "3", "{}", '{"result": {}}', '{"result": {"problems": 3}}', "\udcff"]
    path.write_text("\n".join(lines), errors="surrogateescape")
    assert Journal(path, "basis").latest() == {}


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line.pop("basis"),
        lambda line: line.pop("submission"),
        lambda line: line.update(submission=3),
        lambda line: line["result"].pop("exercises"),
        lambda line: line["result"].update(student=["s001"]),
        lambda line: line["result"].update(status="good"),
        lambda line: line["result"].update(score="2"),
        lambda line: line["result"].update(score=True),
        lambda line: line["result"].update(score=math.nan),
        lambda line: line["result"].update(score=10**400),
        lambda line: line["result"].update(problems=[3]),
        lambda line: line["result"].update(more=3),
        lambda line: line["result"]["exercises"][0].update(outcome="GOOD"),
        lambda line: line["result"]["exercises"][0].update(hint=3),
        lambda line: line["result"]["exercises"][0].update(points=math.inf),
    ],
)
def test_a_line_that_was_edited_wrongly_is_passed_over(
    tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    """a value that is missing or of another type costs that line, and no other."""
    path = tmp_path / "journal"
    exercise = ExerciseResult("e", 1, 2, Outcome.FAILED)
    with Journal(path, "basis") as journal:
        journal.append(("one", result("s001")))
        journal.append(("two", replace(result("s001", 2.0), exercises=(exercise,))))
    first, last = path.read_text().splitlines()
    line = json.loads(last)
    damage(line)
    path.write_text(f"{first}\n{json.dumps(line)}\n")
    assert Journal(path, "basis").latest() == {"s001": result("s001")}


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    """a weight of 2 is 2 in the results file of a run that was resumed, too."""
    path = tmp_path / "journal"
    check = CheckResult("c", "t", Outcome.PASSED, hidden=False, weight=2)
    row = replace(
        result("s001"), exercises=(ExerciseResult("e", 1.5, 3, Outcome.PASSED, checks=(check,)),)
    )
    with Journal(path, "basis") as journal:
        journal.append(("digest", row))
    again = tuple(Journal(path, "basis").latest().values())
    assert GradingResults("a", "d", again).to_json() == GradingResults("a", "d", (row,)).to_json()


def test_a_journal_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """in a sentence."""
    with pytest.raises(UsageError, match="cannot be read"):
        Journal(tmp_path, "basis")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot be (read|written)"):
        Journal(tmp_path / "file" / "journal", "basis").append(("d", result("s001")))


def test_the_basis_is_everything_that_a_result_rests_on() -> None:
    """another suite, secret, limit or level of confinement is another basis."""
    facts = {"suite_digest": "d", "secret": b"s" * 100, "limits": Limits()}
    basis = basis_of(**facts)  # type: ignore[arg-type]
    assert basis == basis_of(suite_digest="d", secret=b"s" * 100, limits=Limits())
    reduced = {"confinement": Confinement.REDUCED}
    other = ({"suite_digest": "e"}, {"secret": b"t" * 64}, {"limits": Limits(processes=3)}, reduced)
    for change in other:
        assert basis_of(**{**facts, **change}) != basis  # type: ignore[arg-type]
