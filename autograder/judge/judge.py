"""From what a sandbox run showed to points, outcomes and named mistakes. Trusted."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property

from autograder.checks.diagnosis import Deviations, deviations, diagnose
from autograder.judge.assignment import Assignment
from autograder.judge.plugin import Evidence
from autograder.judge.reference import References
from autograder.judge.session import CheckSession
from autograder.model.exercise import Exercise
from autograder.model.observation import Lost, Seen
from autograder.model.program import ObservationRequest, Run
from autograder.model.verdict import CheckResult, ExerciseResult, Outcome

HIDDEN_FAILED = "On inputs that are not shown, the result is not what it should be."
_GRAVEST_FIRST = (
    Outcome.INTERNAL_ERROR,
    Outcome.MISSING,
    Outcome.DIED,
    Outcome.OUT_OF_MEMORY,
    Outcome.TIMED_OUT,
    Outcome.RAISED,
    Outcome.FAILED,
    Outcome.SKIPPED,
)
_POINT_DIGITS = 2


class Judge:
    """Grades sandbox runs of one assignment. Holds a pytest session: one a process."""

    def __init__(self, assignment: Assignment, references: References) -> None:
        self._assignment = assignment
        self._references = references

    @property
    def requests(self) -> tuple[ObservationRequest, ...]:
        """What a sandbox must observe; the same inputs for every student."""
        return tuple(
            ObservationRequest(key, scenarios)
            for key, scenarios in self._references.scenarios.items()
        )

    def judge(self, run: Run) -> tuple[ExerciseResult, ...]:
        """One verdict an exercise, in the notebook's order. No observation, no points."""
        return tuple(self._exercise(exercise, run) for exercise in self._assignment.exercises)

    @cached_property
    def _session(self) -> CheckSession:
        return CheckSession(self._assignment.suites)

    @cached_property
    def _known(self) -> dict[str, tuple[Deviations, ...]]:
        return {
            key: tuple(deviations(look.seen, self._references.expected[key]) for look in looks)
            for key, looks in self._references.look_alikes.items()
        }

    def _exercise(self, exercise: Exercise, run: Run) -> ExerciseResult:
        expected = self._references.expected[exercise.key]
        actual = complete(run.seen.get(exercise.key, {}), tuple(expected))
        checks = tuple(
            _guarded(result)
            for result in self._session.run(exercise.key, Evidence(actual, expected))
        )
        outcome = outcome_of(checks)
        named = None
        if outcome is not Outcome.PASSED:
            looks = self._references.look_alikes[exercise.key]
            with suppress(Exception):  # the data is the student's: what trips on it is no fault
                named = diagnose(actual, expected, looks, known=self._known[exercise.key])
        return ExerciseResult(
            name=exercise.name,
            points=points_of(checks, exercise.max_points),
            max_points=exercise.max_points,
            outcome=outcome,
            diagnosis=named.id if named else None,
            hint=named.hint if named else None,
            checks=checks,
        )


def complete(seen: Mapping[str, Seen], scenarios: tuple[str, ...]) -> dict[str, Seen]:
    """What was seen, with a :class:`Lost` wherever nothing was."""
    return {name: seen.get(name) or Lost(name, Outcome.DIED) for name in scenarios}


def points_of(checks: tuple[CheckResult, ...], max_points: float) -> float:
    """``max_points`` times the weight of the passed checks over the weight of all."""
    total = sum(check.weight for check in checks)
    earned = sum(check.weight for check in checks if check.outcome is Outcome.PASSED)
    return round(max_points * earned / total, _POINT_DIGITS) if total else 0.0


def outcome_of(checks: tuple[CheckResult, ...]) -> Outcome:
    """PASSED when every check passed, else the gravest outcome among them."""
    outcomes = {check.outcome for check in checks}
    return next((outcome for outcome in _GRAVEST_FIRST if outcome in outcomes), Outcome.PASSED)


def _guarded(result: CheckResult) -> CheckResult:
    """The result with nothing in it that could carry a hidden input to the student."""
    if not result.hidden or result.outcome is not Outcome.FAILED:
        return result
    return CheckResult(
        result.name, result.title, result.outcome, result.hidden, result.weight, HIDDEN_FAILED
    )
