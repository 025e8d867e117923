"""Runs solutions in the sandbox, many to a kernel, and has them judged.

In the operator's process, trusted. The solutions are our own, but they may loop, and mutants may do
anything.
"""

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autograder.course.permissions import make_cache
from autograder.course.settings import Course
from autograder.course.workspace import locked_workspace
from autograder.grading.preparation import bare_sandbox
from autograder.judge.assignment import Assignment
from autograder.judge.judge import Judge
from autograder.judge.reference import References, make_references
from autograder.judge.reliable_observation import observe_reliably
from autograder.judge.suite import Suite
from autograder.judge.variant_batch import variant_batch
from autograder.model.exercise import Exercise, Variant
from autograder.model.limits import Limits
from autograder.model.observation import ObservationResult
from autograder.model.program import ObservationRequest, Run, Sandbox
from autograder.model.verdict import ExerciseResult

# Starting a kernel costs as much as observing three.
_VARIANTS_A_KERNEL = 12
# A solution cell only defines something: what takes longer loops.
_CELL_SECONDS = 5.0
Observed = Mapping[str, ObservationResult]


@dataclass(frozen=True, slots=True)
class VariantSandbox:
    """Where solutions run.

    Attributes:
        sandbox: Runs them.
        limits: What one run may use.
        cache: A folder for the references' observations.
        workers: Kernels at a time.
    """

    sandbox: Sandbox
    limits: Limits
    cache: Path
    workers: int = 2


class VariantRunner:
    """Runs solutions of one exercise, with the inputs that one course secret gives it."""

    def __init__(
        self,
        variant_sandbox: VariantSandbox,
        assignment: Assignment,
        *,
        key: str,
        references: References,
    ) -> None:
        self._variant_sandbox = variant_sandbox
        self.exercise: Exercise = next(e for e in assignment.exercises if e.key == key)
        self.suite: Suite = next(s for s in assignment.suites if s.key == key)
        self._request = ObservationRequest(key, references.scenarios[key])
        # With the cells of all exercises: this one may build on those before it.
        self._assignment = replace(assignment, exercises=(self.exercise,), suites=(self.suite,))
        self._references = references

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._assignment, self._references)

    def misconceptions(self) -> Mapping[str, ExerciseResult]:
        """Verdicts on the misconceptions, which were observed with the reference."""
        looks = {k.id: k.seen for k in self._references.look_alikes[self.exercise.key]}
        return {v.id: self._verdict(looks[v.id], v) for v in self.suite.misconceptions}

    def grade(
        self, variants: Sequence[Variant], *, budget_seconds: float = math.inf
    ) -> tuple[ExerciseResult, ...]:
        """Verdicts on solutions, in their order.

        Args:
            variants: Their ids name them in an error.
            budget_seconds: At most this for each scenario. A solution that takes longer gets the
                scenario's own budget in a kernel of its own, before it counts as too slow.

        Raises:
            SandboxError: Some solution could not be observed with certainty.
        """
        batches = [
            variants[start : start + _VARIANTS_A_KERNEL]
            for start in range(0, len(variants), _VARIANTS_A_KERNEL)
        ]
        observed = observe_reliably(
            [
                variant_batch(
                    self._assignment,
                    self._request,
                    # Numbers, since a mutant's id is its diff.
                    {f"{number}": variant for number, variant in enumerate(batch)},
                    kind="the solution",
                    budget_seconds=budget_seconds,
                )
                for batch in batches
            ],
            sandbox=self._variant_sandbox.sandbox,
            limits=self._variant_sandbox.limits,
            workers=self._variant_sandbox.workers,
        )
        return tuple(
            self._verdict(seen[f"{number}"], variant)
            for batch, seen in zip(batches, observed, strict=True)
            for number, variant in enumerate(batch)
        )

    def _verdict(self, seen: Observed, variant: Variant) -> ExerciseResult:
        run, cells = Run((), {self.exercise.key: seen}), {self.exercise.name: variant.source}
        (verdict,) = self._judge.judge(run, cells)
        return verdict


def variant_runners(
    variant_sandbox: VariantSandbox, assignment: Assignment, *, secret: bytes
) -> Iterator[VariantRunner]:
    """A runner for each exercise of the assignment, once the references have been observed.

    Raises:
        SuiteError: The instructor's own solution fails; says where.
        SandboxError: Something could not be observed with certainty.
    """
    references = make_references(
        assignment,
        sandbox=variant_sandbox.sandbox,
        secret=secret,
        cache=variant_sandbox.cache,
        limits=variant_sandbox.limits,
        workers=variant_sandbox.workers,
    )
    for exercise in assignment.exercises:
        yield VariantRunner(variant_sandbox, assignment, key=exercise.key, references=references)


@contextmanager
def open_variant_sandbox(course: Course) -> Iterator[VariantSandbox]:
    """A sandbox of our own code, in a workspace that is locked."""
    limits = replace(course.limits, cell_seconds=min(_CELL_SECONDS, course.limits.cell_seconds))
    # A cache of its own: whatever is verified is observed anew.
    with locked_workspace(course), tempfile.TemporaryDirectory(prefix="verify-") as cache:
        make_cache(course)
        with bare_sandbox(course) as sandbox:
            yield VariantSandbox(sandbox, limits, Path(cache))


def numbered_secret(number: int) -> bytes:
    """One of the course secrets that suites are tried with; the same ones each time."""
    return f"release verify, secret {number}".encode()
