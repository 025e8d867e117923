"""``release verify``: tries a suite on everything that is known to be right or wrong.

In the operator's process, trusted. What runs is the instructor's own, but it runs in the sandbox,
through the same probe and judge as a student's notebook.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.course.settings import Course
from autograder.errors import SuiteError
from autograder.grading.preparation import load_source
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.suite import suite_folder
from autograder.model.exercise import Variant
from autograder.notebook.source import SOLUTION_SUFFIX
from release.mutation.equivalents import NAME
from release.mutation.run import try_mutants
from release.scaffold import unfinished
from release.verify.notebook_rules import faults_of
from release.verify.notebook_run import failures_of
from release.verify.reasons import reasons_of
from release.verify.results import MutationResult, SolutionKind, SolutionResult, SuiteResult
from release.verify.variant_runner import (
    VariantRunner,
    VariantSandbox,
    numbered_secret,
    open_variant_sandbox,
    variant_runners,
)

Say = Callable[[str], None]
IDLE_SOLUTIONS = (
    "lambda *given: None",
    "lambda *given: 0.0",
    "lambda *given: 1.0",
    "lambda *given: float('nan')",
    "lambda *given: given",
    "lambda *given: given[0]",
    "lambda *given: given[-1]",
    "lambda *given: (given[0], given[0])",
    "lambda *given: torch.zeros(())",
    "lambda *given: (given[0], torch.zeros(4, 3))",
    "lambda *given: {}",
    "lambda *given: exec('raise SystemExit')",
    "lambda *given: [given[0].train(), 0.0][-1]",
    "lambda *given: [given[1].zero_grad(), given[1].step(), 0.0][-1]",
    "None",
)


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """One assignment, held against its suites.

    Attributes:
        assignment: Its name.
        secrets: With how many course secrets.
        digest: Of notebook, suites and lists; changes whenever the verdict could.
        suites: One an exercise, in the notebook's order.
        faults: What kept it from being tried at all.
    """

    assignment: str
    secrets: int
    digest: str = ""
    suites: tuple[SuiteResult, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def mutants_tried(self) -> bool:
        """Whether every exercise's suite was tried on mutants."""
        return all(one.mutation is not None for one in self.suites)

    def reasons(self) -> tuple[str, ...]:
        """Why it cannot be released; empty when it can."""
        return (*self.faults, *(reason for one in self.suites for reason in reasons_of(one)))


def verify(
    course: Course, names: Sequence[str], *, secrets: int, quick: bool, say: Say
) -> Iterator[VerifyResult]:
    """Hold the assignments against their suites, one by one.

    Args:
        course: Where things lie.
        names: The assignments.
        secrets: With how many course secrets; the same ones each time.
        quick: Leave the mutants out.
        say: Is told what is being done.

    Raises:
        UsageError: There is no such assignment.
        ConfinementError: This machine cannot confine code.
    """
    for name in names:
        course.notebook(name)
    with open_variant_sandbox(course) as variant_sandbox:
        for name in names:
            yield verify_one(
                course, name, variant_sandbox=variant_sandbox, secrets=secrets, quick=quick, say=say
            )


def verify_one(
    course: Course,
    name: str,
    *,
    variant_sandbox: VariantSandbox,
    secrets: int,
    quick: bool,
    say: Say,
) -> VerifyResult:
    """Hold one assignment against its suites, in a laboratory that is open."""
    try:
        return _Assignment(course, name, variant_sandbox, say).verified(secrets, quick=quick)
    except SuiteError as error:
        return VerifyResult(name, secrets, faults=(str(error),))


class _Assignment:
    def __init__(
        self, course: Course, name: str, variant_sandbox: VariantSandbox, say: Say
    ) -> None:
        self._course = course
        self._name = name
        self._variant_sandbox = variant_sandbox
        self._say = say
        self._assignment = load_assignment(name, course.notebook(name))

    def verified(self, secrets: int, *, quick: bool) -> VerifyResult:
        """Try every solution with every secret, and the mutants with the first."""
        student_version = load_source(self._course, self._name).named
        solutions: dict[str, list[dict[str, SolutionResult]]] = {}
        mutations: dict[str, MutationResult] = {}
        for number in range(1, secrets + 1):
            self._say(f"{self._name}: trying solutions with secret {number} of {secrets}")
            for runner in variant_runners(
                self._variant_sandbox, self._assignment, secret=numbered_secret(number)
            ):
                key = runner.exercise.key
                untouched = student_version[runner.exercise.name + SOLUTION_SUFFIX].source
                solutions.setdefault(key, []).append(_solutions(runner, untouched))
                if number == 1 and not quick:
                    self._say(f"{key}: trying mutants of the solution")
                    mutations[key] = try_mutants(runner)
        found = tuple(
            SuiteResult(e.key, e.max_points, _joined(solutions[e.key]), mutations.get(e.key))
            for e in self._assignment.exercises
        )
        faults = (
            *unfinished(self._assignment),
            *faults_of(self._assignment, self._course.notebook(self._name)),
            *self._failures({name: cell.source for name, cell in student_version.items()}),
        )
        return VerifyResult(self._name, secrets, digest_of(self._assignment), found, faults)

    def _failures(self, untouched: Mapping[str, str]) -> tuple[str, ...]:
        self._say(f"{self._name}: running the notebook from top to bottom")
        return failures_of(self._assignment, untouched, self._variant_sandbox, self._course.limits)


def _solutions(runner: VariantRunner, untouched: str) -> dict[str, SolutionResult]:
    """Every solution's verdict with this bench's secret."""
    name = runner.exercise.name
    tried = {
        "solution": (SolutionKind.SOLUTION, Variant("reference", runner.exercise.solution)),
        "untouched": (SolutionKind.STUDENT_VERSION, Variant("untouched", untouched)),
    }
    for source in IDLE_SOLUTIONS:
        made = Variant(source, f"import torch\n{name} = {source}\n")
        tried[f"idle {source}"] = SolutionKind.IDLE, made
    for variant in runner.suite.accepted:
        tried[f"accepted {variant.id}"] = SolutionKind.ACCEPTED, variant
    verdicts = runner.grade([replace(v, id=label) for label, (_, v) in tried.items()])
    right = {
        label: SolutionResult(variant.id, kind, (verdicts[label],))
        for label, (kind, variant) in tried.items()
    }
    wrong = {
        f"misconception {name}": SolutionResult(name, SolutionKind.MISCONCEPTION, (verdict,))
        for name, verdict in runner.misconceptions().items()
    }
    return right | wrong


def _joined(solutions: Sequence[Mapping[str, SolutionResult]]) -> tuple[SolutionResult, ...]:
    """The trials of several secrets as one each."""
    return tuple(
        replace(first, verdicts=tuple(one[label].verdicts[0] for one in solutions))
        for label, first in solutions[0].items()
    )


def digest_of(assignment: Assignment) -> str:
    """Changes whenever what verify says could: notebook, suites, lists of right mutants."""
    total = hashlib.sha256(assignment.suite_digest.encode())
    for suite in assignment.suites:
        path = suite_folder(suite.key) / NAME
        total.update(path.read_bytes() if path.is_file() else b"")
    return f"sha256:{total.hexdigest()}"
