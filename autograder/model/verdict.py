"""What the judge decided: outcomes, check results and the results file of a grading run."""

import json
import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Literal

RESULTS_SCHEMA = 1
# Characters that JSON leaves as they are and a terminal obeys: escapes, and marks that turn the
# direction of the text around.
_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Outcome(StrEnum):
    """How a check, an exercise or a scenario ended."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    RAISED = "RAISED"
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    DIED = "DIED"
    MISSING = "MISSING"
    SKIPPED = "SKIPPED"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class Confinement(StrEnum):
    """How strictly student code was confined while it was graded."""

    FULL = "full"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict of one check.

    Attributes:
        name: The check function's name, such as ``test_ignores_stale_gradients``.
        title: What it checks, in words for the student.
        outcome: PASSED or why not; SKIPPED when a prerequisite did not pass.
        hidden: Whether it looked at a hidden scenario.
        weight: Its share of the exercise's points, in any unit.
        message: What was found and what was expected; empty when it passed.
    """

    name: str
    title: str
    outcome: Outcome
    hidden: bool
    weight: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The verdict of one automatic exercise.

    Attributes:
        name: The exercise, such as ``train_step``.
        points: What it earned.
        max_points: What it could have earned.
        outcome: PASSED when every check did, else the gravest reason.
        diagnosis: Id of the misconception that it behaves like, or None.
        hint: The misconception's hint; or what happened, where none explains it; or None.
        checks: One result for each check, in the suite's order.
    """

    name: str
    points: float
    max_points: float
    outcome: Outcome
    diagnosis: str | None = None
    hint: str | None = None
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """One student's row of the results file.

    Attributes:
        student: The student's id, which is the name of the submission's folder.
        status: ``graded``, or ``needs_review`` when the grader itself was at fault.
        score: Points over the automatic exercises.
        max_score: What the automatic exercises could earn.
        problems: Plain sentences about the submission as a whole.
        exercises: In the order of the source notebook.
        awaiting: Exercises that a person grades in formgrader.
    """

    student: str
    status: Literal["graded", "needs_review"]
    score: float
    max_score: float
    problems: tuple[str, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()
    awaiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GradingResults:
    """The results file: no times, no paths, the same bytes for the same submissions."""

    assignment: str
    suite_digest: str
    submissions: tuple[SubmissionResult, ...] = field(default=())
    schema: int = RESULTS_SCHEMA
    confinement: Confinement = Confinement.FULL

    def to_json(self) -> str:
        """UTF-8 text with sorted keys, submissions sorted by student, ending in a newline."""
        document = asdict(self)
        document["submissions"] = sorted(document["submissions"], key=lambda row: row["student"])
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        return _CONTROL_CHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
