"""A verdict as Gradescope shows it: results.json. On the trusted side.

A hidden check becomes a *visible* test, with what our own feedback says of it: its title and one
fixed sentence. Gradescope's visibility ``hidden`` would hide the total from the student as well.

*Source:* https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format".
"""

from collections.abc import Iterator
from typing import Any

from autograder.export.gradescope.point_shares import cents, points_of_checks
from autograder.model.verdict import (
    ExerciseResult,
    GradingResults,
    Outcome,
    SubmissionResult,
)
from autograder.notebook.report import WORDS, points_text
from autograder.terminal.escaping import plain_text

LONGEST_NAME = 300
LONGEST_MESSAGE = 4_000
LONGEST_OUTPUT = 20_000
_CUT = "\n[…]"
_TEXT = "text"
_VISIBLE = "visible"
_NOTHING = "Nothing of it could be graded; the notes above say why."
FAULT = (
    "This submission was not graded: the grader itself failed, through no fault of yours. It has "
    "no score, and a person has to look at it. There is no need to hand in again."
)


def results_document(results: GradingResults, *, seconds: float) -> dict[str, Any]:
    """The content of results.json for one submission.

    Args:
        results: The results of that one submission.
        seconds: How long grading took.
    """
    (row,) = results.submissions
    if row.status != "graded":
        return fault_document(seconds=seconds)
    tests = [
        test
        for number, exercise in enumerate(row.exercises, start=1)
        for test in _tests(exercise, number)
    ]
    return {
        **_base_document(_output(row), seconds=seconds),
        "score": round(row.score, 2),
        "tests": tests,
        "test_name_format": _TEXT,
        "test_output_format": _TEXT,
        "extra_data": {
            "assignment": results.assignment,
            "suite_digest": results.suite_digest,
            "confinement": results.confinement,
        },
    }


def fault_document(*, seconds: float) -> dict[str, Any]:
    """Without score and tests, Gradescope shows an error of the autograder, which it is."""
    return _base_document(FAULT, seconds=seconds)


def bounded(text: str, limit: int) -> str:
    """Text that a student may have written, made printable and not too long."""
    # Cut twice: escaping makes a text longer, and a flood should not be escaped as a whole.
    if len(text) > limit:
        text = text[: limit - len(_CUT)] + _CUT
    shown = plain_text(text)
    return shown if len(shown) <= limit else shown[: limit - len(_CUT)] + _CUT


def _base_document(output: str, *, seconds: float) -> dict[str, Any]:
    return {
        "output": bounded(output, LONGEST_OUTPUT),
        "output_format": _TEXT,
        "execution_time": round(seconds, 2),
        "visibility": _VISIBLE,
        # The grader's own log; instructors see it in any case.
        "stdout_visibility": "hidden",
    }


def _output(row: SubmissionResult) -> str:
    notes = [bounded(f"Note: {problem}.", LONGEST_MESSAGE) for problem in row.problems]
    lines = [_exercise_line(exercise) for exercise in row.exercises]
    waiting = [f"{name}: graded by a person; not in this score." for name in row.awaiting]
    return "\n".join((*notes, *lines, *waiting))


def _exercise_line(exercise: ExerciseResult) -> str:
    points = f"{points_text(exercise.points)} of {points_text(exercise.max_points)} points"
    mistake = f"This looks like: {exercise.diagnosis}." if exercise.diagnosis else ""
    words = (f"{exercise.name}: {points}.", mistake, exercise.hint or "")
    return bounded(" ".join(filter(None, words)), LONGEST_MESSAGE)


def _tests(exercise: ExerciseResult, number: int) -> Iterator[dict[str, Any]]:
    if not exercise.checks:
        score, most = (cents(points) / 100 for points in (exercise.points, exercise.max_points))
        facts = {"exercise": exercise.name, "outcome": exercise.outcome}
        yield _test(
            exercise.name, f"{number}.1", score=score, most=most, output=_NOTHING, facts=facts
        )
    shares = points_of_checks(exercise)
    for index, (check, (score, most)) in enumerate(
        zip(exercise.checks, shares, strict=True), start=1
    ):
        facts = {"exercise": exercise.name, "check": check.name, "outcome": check.outcome}
        message = check.message
        if not message and check.outcome is not Outcome.PASSED:
            words = WORDS[check.outcome][1]
            message = f"{words[0].upper()}{words[1:]}."
        yield _test(
            f"{exercise.name}: {check.title}{' (hidden)' if check.hidden else ''}",
            f"{number}.{index}",
            score=score,
            most=most,
            output=message,
            facts=facts,
        )


def _test(
    name: str, number: str, *, score: float, most: float, output: str, facts: dict[str, str]
) -> dict[str, Any]:
    return {
        "name": bounded(name, LONGEST_NAME),
        "name_format": _TEXT,
        "number": number,
        "score": score,
        "max_score": most,
        "status": "passed" if facts["outcome"] == Outcome.PASSED else "failed",
        "output": bounded(output, LONGEST_MESSAGE),
        "output_format": _TEXT,
        "tags": [facts["exercise"]],
        "visibility": _VISIBLE,
        "extra_data": facts,
    }
