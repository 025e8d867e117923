"""Checks as pytest tests: one test for each check and scenario. Trusted.

The judge keeps one collected session with this plugin and runs it again for every submission. A TA
who debugs one notebook uses the plugin with plain pytest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.checks.check import (
    NOT_COMPARED,
    NOT_TRIED,
    Check,
    CheckFailed,
    CheckSpecification,
    blocked,
    checks_of,
    verdict,
)
from autograder.model.observation import Observation, ObservationResult
from autograder.model.verdict import CheckResult, Outcome


class Blocked(pytest.fail.Exception):  # type: ignore[name-defined,misc] # pytest types it so
    """No check can pass on this scenario; pytest shows the sentence without a traceback."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message, pytrace=False)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class CheckInputs:
    """What one exercise's checks look at.

    Attributes:
        actual: What the submission showed.
        expected: What the instructor's solution showed.
        cells: Texts of the student's cells. A message may show a line of them, unless its check
            is hidden.
    """

    actual: Mapping[str, ObservationResult]
    expected: Mapping[str, Observation]
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class ChecksPlugin:
    """Feeds checks with observations and keeps their verdicts.

    Attributes:
        inputs: ``assignment/exercise`` → what its checks look at; set before the tests run.
        results: ``assignment/exercise`` → check name → verdict so far.
        reveal: Whether messages may quote what was found: only where the inputs are public.
    """

    inputs: dict[str, CheckInputs] = field(default_factory=dict)
    results: dict[str, dict[str, CheckResult]] = field(default_factory=dict)
    reveal: bool = False

    @pytest.fixture
    def scenario_name(self) -> str:
        """Each check's parametrization overrides it, with one scenario at a time."""
        raise NotImplementedError

    @pytest.fixture
    def actual(self, request: pytest.FixtureRequest, scenario_name: str) -> Observation | Blocked:
        """What the submission showed on this scenario, or why no check can pass on it."""
        inputs = self.inputs[exercise_of(request.node.path)]
        seen = inputs.actual[scenario_name]
        cells = () if _is_hidden(request.node) else inputs.cells
        obstacle = blocked(seen, inputs.expected[scenario_name], cells=cells)
        if obstacle is not None or not isinstance(seen, Observation):
            return Blocked(*(obstacle or (Outcome.DIED, "Nothing was observed.")))
        return seen

    @pytest.fixture
    def expected(self, request: pytest.FixtureRequest, scenario_name: str) -> Observation:
        """What the instructor's solution showed on this scenario."""
        return self.inputs[exercise_of(request.node.path)].expected[scenario_name]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make one test for each scenario that the check names."""
        specification = getattr(metafunc.function, "specification", None)
        if specification is not None:
            metafunc.parametrize("scenario_name", specification.on)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a check whose prerequisite did not pass."""
        specification: CheckSpecification = getattr(item, "function").specification  # noqa: B009
        results = self.results.get(exercise_of(item.path), {})
        passed = {name for name, r in results.items() if r.outcome is Outcome.PASSED}
        if not specification.may_run(passed):
            pytest.skip(NOT_TRIED)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Fail a check that is blocked. Raised in a fixture, this would be pytest's ERROR."""
        actual = pyfuncitem.funcargs.get("actual")
        if isinstance(actual, Blocked):
            raise actual

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Turn pytest's outcome into a verdict; the first scenario that fails decides it."""
        report = yield
        ended = call.excinfo.value if call.excinfo is not None else None
        if call.when == "call" or (call.when == "setup" and ended is not None):
            self._keep(item, *self._read(ended))
        return report

    def _read(self, ended: BaseException | None) -> tuple[Outcome, str]:
        match ended:
            case None:
                return Outcome.PASSED, ""
            case CheckFailed():
                return Outcome.FAILED, str(ended) if self.reveal else ended.summary
            case Blocked():
                return ended.outcome, str(ended)
            case pytest.skip.Exception():
                return Outcome.SKIPPED, str(ended.msg)
        # The check could not handle the data, and the data is the student's.
        return Outcome.FAILED, NOT_COMPARED

    def _keep(self, item: pytest.Item, outcome: Outcome, message: str) -> None:
        check = check_of(item)
        results = self.results.setdefault(exercise_of(item.path), {})
        so_far = results.get(check.name)
        if so_far is None or so_far.outcome is Outcome.PASSED:
            results[check.name] = verdict(check, outcome, message)


def exercise_of(path: Path) -> str:
    """``assignment/exercise`` of a file in a suite's folder."""
    return f"{path.parent.parent.name}/{path.parent.name}"


def check_of(item: pytest.Item) -> Check:
    """The check that a collected test runs."""
    assert isinstance(item, pytest.Function)  # noqa: S101 - only functions carry checks
    checks = checks_of(item.module, hidden=_is_hidden(item))
    return next(check for check in checks if check.name == item.originalname)


def _is_hidden(item: pytest.Item) -> bool:
    return item.path.name == "hidden.py"
