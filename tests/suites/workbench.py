"""Grades solutions in-process: for trusted code only, which is what suites are tried on."""

import io
import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from autograder.checks.advice import advise
from autograder.checks.attempt import Attempt
from autograder.checks.check import run_checks
from autograder.checks.diagnosis import LookAlike
from autograder.checks.mismatches import Mismatches, find_mismatches
from autograder.checks.parsed_cell import parameters_of
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.suite import PUBLIC_SECRET, Suite, load_suite, public_part, seeded
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation, ObservationResult
from autograder.model.verdict import CheckResult, Outcome
from autograder.probe.observe import observe, plan_of
from autograder.probe.recorder import Recorder
from autograder.sandbox.fake import compiled_cell

ROOT = Path(__file__).parents[2]
EXERCISES = (
    "autograd/dydx",
    "autograd/squared_mean_grad",
    "training/train_step",
    "training/train_epoch",
    "evaluation/evaluate",
    "evaluation/fit",
    "tensors/to_tensor",
    "tensors/standardize",
    "tensors/describe",
    "modules/MLP",
    "losses/compute_loss",
    "losses/probabilities",
    "debugging/fix_accumulation",
    "debugging/fix_double_sigmoid",
    "debugging/fix_device_mix",
    "devices/pick_device",
    "devices/predict",
    "devices/train_step_on",
)
SECRETS = (b"one", b"two")


@dataclass(frozen=True, slots=True)
class Grade:
    """What a solution earned, in shares of the whole, and which mistake was named."""

    share: float
    diagnosis: str | None
    checks: tuple[CheckResult, ...]

    @property
    def lost(self) -> list[str]:
        """The checks that did not pass."""
        return [f"{c.outcome} {c.name}: {c.message}" for c in self.checks if not _passed(c)]


def for_each(exercises: Iterable[str]) -> pytest.MarkDecorator:
    """One test an exercise."""
    return pytest.mark.parametrize("exercise", [*exercises])


class Workbench:
    """One exercise, seeded with one secret, with its reference and its look-alikes.

    Where it is ``public_only``, it knows what the kit knows.
    """

    def __init__(self, exercise: str, secret: bytes, *, public_only: bool = False) -> None:
        self.exercise = exercise
        suite = load_suite(*exercise.split("/"))
        self.suite: Suite = public_part(suite) if public_only else suite
        self._scenarios = seeded(exercise, self.suite.scenarios, secret)
        self._public = seeded(exercise, self.suite.scenarios, PUBLIC_SECRET)

    @cached_property
    def expected(self) -> dict[str, Observation]:
        """What the source notebook's own solution shows."""
        seen = self.observe(notebook_cell(self.exercise, "-solution"))
        return {name: item for name, item in seen.items() if isinstance(item, Observation)}

    @cached_property
    def look_alikes(self) -> tuple[LookAlike, ...]:
        """The suite's misconceptions."""
        return tuple(
            LookAlike(variant.id, variant.hint, self.observe(variant.source))
            for variant in self.suite.misconceptions
        )

    @cached_property
    def signatures(self) -> tuple[Mismatches, ...]:
        """Their mismatches."""
        return tuple(find_mismatches(look.seen, self.expected) for look in self.look_alikes)

    def observe(
        self,
        source: str,
        *,
        tried_before: bool = False,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> dict[str, ObservationResult]:
        """What was seen of a solution cell.

        Args:
            source: The cell.
            tried_before: Whether the student has called it before, by ``check``.
            within: Makes a context in which the plan runs: a scenario resets what is outside.
        """
        namespace = namespace_of(self.exercise, source)
        target = namespace[self.exercise.split("/")[1]]
        own_plan = plan_of(self.exercise)

        def plan(function: object, scenario: Scenario, recorder: Recorder) -> None:
            with within():
                own_plan(function, scenario, recorder)

        with redirect_stdout(io.StringIO()):
            for scenario in self._public if tried_before else ():
                if not scenario.hidden:
                    observe(target, scenario, plan)
            return {s.name: observe(target, s, plan) for s in self._scenarios}

    def grade(self, source: str, *, tried_before: bool = False) -> Grade:
        """The verdict on a solution cell, as the judge would give it."""
        return self.verdict(self.observe(source, tried_before=tried_before), source)

    def verdict(self, actual: Mapping[str, ObservationResult], source: str = "") -> Grade:
        """The verdict on what was seen of a solution cell."""
        checks = run_checks(self.suite.checks, actual, self.expected)
        total = sum(check.weight for check in checks)
        earned = sum(check.weight for check in checks if _passed(check))
        attempt = self.attempt(actual, checks, source)
        named = advise(attempt, self.look_alikes, signatures=self.signatures).diagnosis
        return Grade(earned / total, named, checks)

    def attempt(
        self,
        actual: Mapping[str, ObservationResult],
        checks: tuple[CheckResult, ...],
        source: str = "",
    ) -> Attempt:
        """What is known of a solution cell."""
        parameters = parameters_of(notebook_cell(self.exercise, "-solution"))
        cells = (source,) if source else ()
        return Attempt(
            self.suite.checks, checks, actual, self.expected, cells, parameters=parameters
        )


@cache
def workbench(exercise: str, secret: bytes = SECRETS[0]) -> Workbench:
    """The workbench of an exercise; made once."""
    return Workbench(exercise, secret)


@cache
def at_home(exercise: str) -> Workbench:
    """The exercise as the self-check knows it; made once."""
    return Workbench(exercise, PUBLIC_SECRET, public_only=True)


def namespace_of(exercise: str, source: str) -> dict[str, Any]:
    """The namespace of a notebook after what an exercise may build on and this solution cell."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    # In a notebook a warning is no error.
    with warnings.catch_warnings(action="ignore"):
        for cell in (*_cells_before(exercise), source):
            exec(compiled_cell(cell), namespace)  # noqa: S102 - our own solutions
    return namespace


@cache
def _cells_before(exercise: str) -> tuple[str, ...]:
    """The setup cell and the solutions of earlier exercises."""
    assignment, name = exercise.split("/")
    return tuple(cell.source for cell in assignment_of(assignment).cells_before(name))


@cache
def assignment_of(name: str) -> Assignment:
    """The assignment as its source notebook defines it."""
    return load_assignment(name, ROOT / "assignments" / name / f"{name}.ipynb")


@cache
def notebook_cell(exercise: str, suffix: str = "") -> str:
    """The source of the cell ``assignment/grade_id`` in the source notebook."""
    assignment, name = exercise.split("/")
    path = ROOT / "assignments" / assignment / f"{assignment}.ipynb"
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name + suffix:
            return "".join(cell["source"])
    raise KeyError(name + suffix)


def _passed(check: CheckResult) -> bool:
    return check.outcome is Outcome.PASSED
