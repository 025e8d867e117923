"""From a sandbox run to points, outcomes and named mistakes. Trusted."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from autograder.checks.advice import Advice, advise
from autograder.checks.attempt import Attempt
from autograder.checks.check import run_checks
from autograder.checks.mismatches import Mismatches, find_mismatches
from autograder.checks.parsed_cell import parameters_of
from autograder.judge.assignment import Assignment
from autograder.judge.check_session import CheckSession
from autograder.judge.pytest_plugin import CheckInputs
from autograder.judge.reference import References, requests_as_at_home
from autograder.judge.suite import Suite
from autograder.model.exercise import Exercise
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import ObservationRequest, Run
from autograder.model.verdict import CheckResult, ExerciseResult, Outcome

HIDDEN_FAILED = "On inputs that are not shown, the result is not what it should be."
# The outcome of an exercise is the first of these among its checks.
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
# A share of float weights could give 4.999999999.
_POINT_DIGITS = 2


class Judge:
    """Grades sandbox runs of one assignment. Each process has its own, for its pytest session."""

    def __init__(self, assignment: Assignment, references: References) -> None:
        self._assignment = assignment
        self._references = references

    @property
    def requests(self) -> tuple[ObservationRequest, ...]:
        """What a sandbox must observe; the same inputs for every student.

        The public scenarios come first. Messages may quote their answers, and these leave the
        student's process before anything secret reaches it.
        """
        secret = tuple(
            ObservationRequest(key, scenarios)
            for key, scenarios in self._references.scenarios.items()
        )
        if not self._references.at_home:
            return secret
        return (*requests_as_at_home(self._assignment.suites), *secret)

    def judge(
        self,
        run: Run,
        solutions: Mapping[str, str] | None = None,
        *,
        tell: Callable[[str], None] | None = None,
    ) -> tuple[ExerciseResult, ...]:
        """One verdict for each exercise, in the notebook's order. No observation, no points.

        Args:
            run: What the sandbox gave back.
            solutions: Exercise → text of the student's own solution cell; messages may show a line
                of it.
            tell: Gets what failed on our side and cost no points: the advice on an exercise.
                Without it, the fault is raised.
        """
        cells = {name: (text,) for name, text in (solutions or {}).items()}
        exercises = zip(self._assignment.exercises, self._assignment.suites, strict=True)
        return tuple(
            self._exercise(exercise, suite, run, cells=cells.get(exercise.name, ()), tell=tell)
            for exercise, suite in exercises
        )

    @cached_property
    def _session(self) -> CheckSession:
        return CheckSession(self._assignment.suites)

    @cached_property
    def _signatures(self) -> dict[str, tuple[Mismatches, ...]]:
        return {
            key: tuple(find_mismatches(look.seen, self._references.expected[key]) for look in looks)
            for key, looks in self._references.look_alikes.items()
        }

    @cached_property
    def _parameters(self) -> dict[str, tuple[str, ...]]:
        return {one.name: parameters_of(one.solution) for one in self._assignment.exercises}

    def _exercise(
        self,
        exercise: Exercise,
        suite: Suite,
        run: Run,
        *,
        cells: tuple[str, ...],
        tell: Callable[[str], None] | None,
    ) -> ExerciseResult:
        expected = self._references.expected[exercise.key]
        actual = fill_missing(run.seen.get(exercise.key, {}), tuple(expected))
        checks = tuple(
            _without_hidden_message(result)
            for result in self._session.run(exercise.key, CheckInputs(actual, expected, cells))
        )
        checks = self._with_public_messages(suite, run, checks)
        attempt = Attempt(
            checks=suite.checks,
            results=checks,
            actual=actual,
            expected=expected,
            cells=cells,
            parameters=self._parameters[exercise.name],
        )
        advice = Advice()
        if not attempt.passed:
            looks = self._references.look_alikes[exercise.key]
            try:
                advice = advise(attempt, looks, signatures=self._signatures[exercise.key])
            # The points are settled. A failure of ours from here on costs the student nothing.
            except Exception:
                if tell is None:
                    raise
                tell(f"The advice on {exercise.key} failed.\n{traceback.format_exc()}")
        return ExerciseResult(
            name=exercise.name,
            points=points_of(checks, exercise.max_points),
            max_points=exercise.max_points,
            outcome=outcome_of(checks),
            diagnosis=advice.diagnosis,
            hint=advice.hint,
            checks=checks,
        )

    def _with_public_messages(
        self, suite: Suite, run: Run, checks: tuple[CheckResult, ...]
    ) -> tuple[CheckResult, ...]:
        """The verdicts; a public check that also fails at home says what it says there."""
        expected = self._references.at_home.get(suite.key, {})
        failed = {check.name for check in checks if check.outcome is Outcome.FAILED}
        public = [check for check in suite.checks if not check.hidden]
        if not expected or failed.isdisjoint(check.name for check in public):
            return checks
        (request,) = (r for r in self.requests if r.as_at_home and r.exercise == suite.key)
        actual = fill_missing(run.seen.get(request.label, {}), tuple(expected))
        said = {
            result.name: result.message
            for result in run_checks(public, actual, expected, numbers_only=True)
            if result.outcome is Outcome.FAILED
        }
        return tuple(
            replace(check, message=said[check.name])
            if check.name in failed & said.keys()
            else check
            for check in checks
        )


def fill_missing(
    seen: Mapping[str, ObservationResult], scenarios: tuple[str, ...]
) -> dict[str, ObservationResult]:
    """The observations, with a :class:`MissingObservation` for each that was not made."""
    return {name: seen.get(name) or MissingObservation(name, Outcome.DIED) for name in scenarios}


def points_of(checks: tuple[CheckResult, ...], max_points: float) -> float:
    """``max_points`` times the share of the weight that the passed checks have."""
    total = sum(check.weight for check in checks)
    earned = sum(check.weight for check in checks if check.outcome is Outcome.PASSED)
    return round(max_points * earned / total, _POINT_DIGITS) if total else 0.0


def outcome_of(checks: tuple[CheckResult, ...]) -> Outcome:
    """PASSED when every check passed, else the gravest outcome among them."""
    outcomes = {check.outcome for check in checks}
    return next((outcome for outcome in _GRAVEST_FIRST if outcome in outcomes), Outcome.PASSED)


def _without_hidden_message(result: CheckResult) -> CheckResult:
    """The result without a message that could carry a hidden input to the student."""
    if not result.hidden or result.outcome is not Outcome.FAILED:
        return result
    return replace(result, message=HIDDEN_FAILED)
