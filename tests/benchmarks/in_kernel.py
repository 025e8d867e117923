"""What a grade cell of the stock course calls: our checks, run where stock nbgrader runs tests.

Beside student code, in one process with answers and verdicts: how a course is graded without us.
Expected observations are recorded beforehand, so that the kernel has no more work than need be.
"""

import os
from pathlib import Path
from typing import Any

from autograder.checks.check import run_checks
from autograder.judge.suite import PUBLIC_SECRET, Suite, load_suite, seeded
from autograder.model.exercise import Exercise, Scenario
from autograder.model.observation import Observation
from autograder.model.verdict import Outcome
from autograder.probe.observe import observe, plan_of
from autograder.probe.wire import decode_seen, encode_seen

EXPECTED = "BENCHMARK_EXPECTED"


def points(key: str, function: object, *, max_points: float) -> float:
    """What the function earns: every scenario observed, every check run, here and now."""
    suite = load_suite(*key.split("/"))
    scenarios = _scenarios(suite)
    expected = {one.name: _read(key, one.name) for one in scenarios}
    actual = {one.name: observe(function, one, plan_of(key)) for one in scenarios}
    results = run_checks(suite.checks, actual, expected)
    earned = sum(one.weight for one in results if one.outcome is Outcome.PASSED)
    return max_points * earned / sum(one.weight for one in results)


def record(exercise: Exercise, imports: str, folder: Path) -> None:
    """Observe the instructor's solution and write what was seen into ``folder``."""
    namespace: dict[str, Any] = {}
    exec(imports + exercise.solution, namespace)  # noqa: S102 - the instructor's own code
    suite = load_suite(exercise.assignment, exercise.name)
    for one in _scenarios(suite):
        seen = observe(namespace[exercise.name], one, plan_of(exercise.key))
        path = _path(folder, exercise.key, one.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_seen("", seen))


def _scenarios(suite: Suite) -> tuple[Scenario, ...]:
    return seeded(suite.key, suite.scenarios, PUBLIC_SECRET)


def _read(key: str, scenario: str) -> Observation:
    seen = decode_seen(_path(Path(os.environ[EXPECTED]), key, scenario).read_bytes())[1]
    if not isinstance(seen, Observation):
        message = f"{key}: {scenario} was recorded as {seen}"
        raise TypeError(message)
    return seen


def _path(folder: Path, key: str, scenario: str) -> Path:
    return folder / key / scenario
