"""results.json: parts that add up, the fields of the format, and printable text."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.export.gradescope.point_shares import points_of_checks, split_by_weight
from autograder.export.gradescope.results import (
    FAULT,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_OUTPUT,
    results_document,
)
from autograder.judge.judge import points_of
from autograder.model.verdict import (
    CheckResult,
    Confinement,
    ExerciseResult,
    GradingResults,
    Outcome,
    SubmissionResult,
)

OUTCOMES = st.sampled_from([Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.RAISED])
WEIGHTS = st.floats(0, 10, allow_nan=False)
# Beyond ASCII: half a character, an order to a terminal, the end of a script element.
HOSTILE = "\ud800\x1b]0;x\x07\u202e</script>"


def check(outcome: Outcome, weight: float = 1.0, *, message: str = "", hidden: bool = False) -> Any:
    """One check's result."""
    return CheckResult("test_value", "Is it right?", outcome, hidden, weight, message)


def exercise(*checks: CheckResult, most: float = 5.0, **more: Any) -> ExerciseResult:
    """An exercise's result, with the points that the judge gives."""
    outcome = Outcome.PASSED if all(c.outcome is Outcome.PASSED for c in checks) else Outcome.FAILED
    given = {"outcome": outcome, **more}
    return ExerciseResult("double", points_of(checks, most), most, checks=checks, **given)


def document(*exercises: ExerciseResult, **more: Any) -> dict[str, Any]:
    """The content of results.json, as Gradescope reads it."""
    score = round(sum(one.points for one in exercises), 6)
    row = SubmissionResult(
        **{
            "student": "submission",
            "status": "graded",
            "score": score,
            "max_score": sum(one.max_points for one in exercises),
            "exercises": exercises,
            **more,
        }
    )
    results = GradingResults("sums", "sha256:0", (row,), confinement=Confinement.REDUCED)
    made: dict[str, Any] = json.loads(json.dumps(results_document(results, seconds=1.23456)))
    return made


@given(st.integers(0, 10_000), st.lists(WEIGHTS, min_size=1, max_size=12))
def test_parts_add_up(total: int, weights: list[float]) -> None:
    """For any weights, each part is within one of its exact share."""
    parts = split_by_weight(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    exact = [total * w / whole if whole else total / len(weights) for w in weights]
    assert all(abs(part - share) <= 1 for part, share in zip(parts, exact, strict=True))


@given(
    st.lists(st.tuples(OUTCOMES, WEIGHTS), min_size=1, max_size=12),
    st.sampled_from([1.0, 2.5, 4.0, 6.0, 10.0, 0.33]),
)
def test_points_of_checks_add_up_to_the_exercise(
    checks: list[tuple[Outcome, float]], most: float
) -> None:
    """The sums are the exercise's points and maximum points, to the cent."""
    result = exercise(*(check(outcome, weight) for outcome, weight in checks), most=most)
    rows = points_of_checks(result)
    assert round(sum(score for score, _ in rows), 6) == result.points
    if any(weight for _, weight in checks):
        assert round(sum(worth for _, worth in rows), 6) == most
    assert all(score in {0.0, worth} for score, worth in rows)


def test_the_document_has_the_fields_of_the_format() -> None:
    """Each check is a visible test with its number, its points and its message."""
    made = document(
        exercise(check(Outcome.PASSED, 2), check(Outcome.FAILED, 1, message="found 3")),
        exercise(check(Outcome.SKIPPED, 1), most=1.0),
        awaiting=("why",),
    )
    assert (made["score"], made["execution_time"], made["stdout_visibility"]) == (
        3.33,
        1.23,
        "hidden",
    )
    assert made["visibility"] == "visible"
    first, second, third = made["tests"]
    assert (first["number"], second["number"], third["number"]) == ("1.1", "1.2", "2.1")
    assert (first["score"], first["max_score"], first["status"]) == (3.33, 3.33, "passed")
    assert (second["score"], second["max_score"], second["status"]) == (0.0, 1.67, "failed")
    assert (second["output"], third["output"]) == ("found 3", "Not looked at.")
    assert second["name"] == "double: Is it right?"
    assert second["extra_data"] == {
        "exercise": "double",
        "check": "test_value",
        "outcome": "FAILED",
    }
    assert {test["visibility"] for test in made["tests"]} == {"visible"}
    assert {test["output_format"] for test in made["tests"]} == {"text"}
    assert {test["name_format"] for test in made["tests"]} == {"text"}
    assert "why: graded by a person; not in this score." in made["output"]
    assert made["extra_data"]["confinement"] == "reduced"


def test_hidden_checks_are_shown_as_in_feedback() -> None:
    """The test is visible, so that Gradescope shows the total, and says its fixed sentence only."""
    made = document(exercise(check(Outcome.FAILED, message="A fixed sentence.", hidden=True)))
    (test,) = made["tests"]
    assert (test["visibility"], test["output"]) == ("visible", "A fixed sentence.")
    assert test["name"] == "double: Is it right? (hidden)"


def test_the_mistake_is_named() -> None:
    """The problems, the diagnosis and the hint are in the output."""
    made = document(
        exercise(check(Outcome.FAILED), diagnosis="off-by-one", hint="Count from 0."),
        problems=("a cell was missing",),
    )
    assert made["output"].splitlines() == [
        "Note: a cell was missing.",
        "double: 0 of 5 points. This looks like: off-by-one. Count from 0.",
    ]


def test_what_was_not_a_notebook_has_its_exercises_all_the_same() -> None:
    """Each exercise is one failed test with its maximum points."""
    lost = ExerciseResult("double", 0.0, 4.0, Outcome.MISSING)
    made = document(lost, problems=("the file could not be read as a notebook",))
    (test,) = made["tests"]
    assert (made["score"], test["score"], test["max_score"], test["status"]) == (0, 0, 4, "failed")
    assert test["output"].startswith("Nothing of it could be graded")


def test_our_fault_gives_no_score() -> None:
    """There is no score, not even zero, and the text says that the grader failed."""
    made = document(exercise(check(Outcome.INTERNAL_ERROR)), status="needs_review")
    assert not {"score", "tests"} & made.keys()
    assert made["output"] == FAULT


def test_what_a_student_wrote_is_bounded_and_obeyed_by_nothing() -> None:
    """Long text is cut, and control characters are not printed as such."""
    flood = HOSTILE * 10_000
    made = document(
        *(
            ExerciseResult(flood, 0.0, 5.0, Outcome.FAILED, flood, flood, (one,))
            for one in [CheckResult("test", flood, Outcome.FAILED, False, 1.0, flood)] * 9  # noqa: FBT003
        ),
        problems=(flood,) * 9,
    )
    assert len(made["output"]) <= LONGEST_OUTPUT
    for test in made["tests"]:
        assert len(test["name"]) <= LONGEST_NAME
        assert len(test["output"]) <= LONGEST_MESSAGE
    shown = "".join([made["output"], *(test["name"] + test["output"] for test in made["tests"])])
    assert not {"\x1b", "\x07", "\u202e", "\ud800"} & set(shown)
