"""What solutions earn: they run in the sandbox, many to a kernel, and the judge speaks.

In the operator's process, trusted; the solutions are our own, but they may loop, and mutants may
do anything.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autograder.grading.course import Course
from autograder.grading.preparation import bare_sandbox, make_cache
from autograder.grading.workspace import locked_workspace
from autograder.judge.assignment import Assignment
from autograder.judge.judge import Judge
from autograder.judge.reference import References, Sandbox, make_references
from autograder.judge.suite import Suite
from autograder.model.exercise import Exercise, Scenario, Variant
from autograder.model.limits import Limits
from autograder.model.observation import Lost, Seen
from autograder.model.program import Cell, ObservationRequest, Program, Run
from autograder.model.verdict import ExerciseResult, Outcome

_A_KERNEL = 12
_CELL_SECONDS = 5.0
_START = "before the exercise"
Observed = Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Where solutions are tried.

    Attributes:
        sandbox: Runs them.
        limits: What one run may use.
        cache: A folder for what references showed.
        workers: Kernels at a time.
    """

    sandbox: Sandbox
    limits: Limits
    cache: Path
    workers: int = 2


class Bench:
    """One exercise, with the inputs that one course secret gives it."""

    def __init__(
        self, laboratory: Laboratory, assignment: Assignment, *, key: str, references: References
    ) -> None:
        self._laboratory = laboratory
        self._before = assignment.cells_before(key.split("/")[1])
        self.exercise: Exercise = next(e for e in assignment.exercises if e.key == key)
        self.suite: Suite = next(s for s in assignment.suites if s.key == key)
        self._request = ObservationRequest(key, references.scenarios[key])
        self._alone = replace(assignment, exercises=(self.exercise,), suites=(self.suite,))
        self._references = references

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._alone, self._references)

    def misconceptions(self) -> Mapping[str, ExerciseResult]:
        """Verdicts on the misconceptions, which were observed with the reference."""
        looks = {k.id: k.seen for k in self._references.look_alikes[self.exercise.key]}
        lost = [variant for variant in self.suite.misconceptions if _is_lost(looks[variant.id])]
        verdicts = {name: self._verdict(seen) for name, seen in looks.items()}
        return verdicts | dict(self.grade(lost))

    def grade(
        self, variants: Sequence[Variant], *, budget_seconds: float | None = None
    ) -> Mapping[str, ExerciseResult]:
        """Verdicts on solutions, by their ids.

        Args:
            variants: Text for the solution cell; ids differ.
            budget_seconds: At most this for each scenario; what takes longer in company gets the
                scenario's own budget, alone in a kernel, before it counts as lost.
        """
        batches = [variants[at : at + _A_KERNEL] for at in range(0, len(variants), _A_KERNEL)]
        hurried = tuple(_hurried(s, budget_seconds) for s in self._request.scenarios)
        with ThreadPoolExecutor(self._laboratory.workers) as pool:
            company = list(pool.map(lambda batch: self._observe(batch, hurried), batches))
            seen = {name: one for batch in company for name, one in batch.items()}
            lost = [variant for variant in variants if _is_lost(seen[variant.id])]
            again = pool.map(lambda v: self._observe([v], self._request.scenarios), lost)
            seen |= {name: one for batch in again for name, one in batch.items()}
        return {variant.id: self._verdict(seen[variant.id]) for variant in variants}

    def _observe(
        self, variants: Sequence[Variant], scenarios: tuple[Scenario, ...]
    ) -> dict[str, Observed]:
        """Each is defined in the namespace before the exercise, and sees nothing of the others."""
        request = replace(self._request, scenarios=scenarios)
        labels = {variant.id: f"{number}" for number, variant in enumerate(variants)}
        cells = [*self._before, Cell("", closes=(_START,))]
        cells += [Cell(v.source, closes=(labels[v.id],), opens=_START) for v in variants]
        requests = tuple(replace(request, kept=labels[v.id]) for v in variants)
        run = self._laboratory.sandbox.run(Program(tuple(cells), requests), self._laboratory.limits)
        return {v.id: run.seen[labels[v.id]] for v in variants}

    def _verdict(self, seen: Observed) -> ExerciseResult:
        (verdict,) = self._judge.judge(Run((), {self.exercise.key: seen}))
        return verdict


def benches(laboratory: Laboratory, assignment: Assignment, *, secret: bytes) -> Iterator[Bench]:
    """A bench for each exercise of the assignment, once the references have been observed.

    Raises:
        SuiteError: The instructor's own solution could not be observed; says where.
    """
    references = make_references(
        assignment,
        sandbox=laboratory.sandbox,
        secret=secret,
        cache=laboratory.cache,
        limits=laboratory.limits,
        workers=laboratory.workers,
    )
    for exercise in assignment.exercises:
        yield Bench(laboratory, assignment, key=exercise.key, references=references)


@contextmanager
def open_laboratory(course: Course) -> Iterator[Laboratory]:
    """A sandbox of our own code, in a workspace that nobody else writes to."""
    limits = replace(course.limits, cell_seconds=min(_CELL_SECONDS, course.limits.cell_seconds))
    with locked_workspace(course), tempfile.TemporaryDirectory(prefix="verify-") as cache:
        make_cache(course)
        with bare_sandbox(course) as sandbox:
            yield Laboratory(sandbox, limits, Path(cache))


def secret_number(number: int) -> bytes:
    """One of the course secrets that suites are tried with; the same ones each time."""
    return f"release verify, secret {number}".encode()


def _hurried(scenario: Scenario, budget_seconds: float | None) -> Scenario:
    if budget_seconds is None:
        return scenario
    return replace(scenario, budget_seconds=min(budget_seconds, scenario.budget_seconds))


def _is_lost(seen: Observed) -> bool:
    """Whether something is missing that may be another's fault, or a busy machine's."""
    return any(
        isinstance(one, Lost) and one.outcome is not Outcome.MISSING for one in seen.values()
    )
