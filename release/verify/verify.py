"""``release verify``: tries a suite on every solution that is known to be right or wrong.

In the operator's process, trusted. The solutions are the instructor's own, but they run in the
sandbox, and through the same probe and judge as a student's notebook.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course.settings import Course
from autograder.errors import SuiteError
from autograder.grading.preparation import Say, load_source
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.suite import suite_folder
from autograder.model.exercise import SOLUTION_SUFFIX, Variant
from autograder.model.verdict import ExerciseResult
from release.mutation.equivalents import EQUIVALENTS
from release.scaffold import unfinished
from release.verify.mutation_run import try_mutants
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

# Its kind and its id.
Tried = tuple[SolutionKind, str]
# Bound to the exercise's name in place of a solution; none of it does what is asked.
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
    """What was found out about one assignment.

    Attributes:
        assignment: Its name.
        secrets: With how many course secrets it was tried.
        digest: Of notebook, suites and lists; changes whenever the verdict could.
        suites: One an exercise, in the notebook's order.
        faults: What is wrong with the notebook, or why its suites could not be tried.
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
    """Try the assignments' suites, one assignment after the other.

    Args:
        course: Where things are.
        names: The assignments.
        secrets: With how many course secrets; the same ones each time.
        quick: Leave the mutants out.
        say: Is given a line on what is being done.

    Raises:
        UsageError: There is no such assignment.
        ConfinementError: This machine cannot confine code.
    """
    # A name that is mistyped ends the run before anything has been started.
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
    """Try one assignment's suites: every solution with every secret, mutants with the first."""
    try:
        assignment = load_assignment(name, course.notebook(name))
        student_version = load_source(course, name).named
        verdicts: dict[str, dict[Tried, list[ExerciseResult]]] = {}
        mutations: dict[str, MutationResult] = {}
        for number in range(1, secrets + 1):
            say(f"{name}: trying solutions with secret {number} of {secrets}")
            secret = numbered_secret(number)
            for runner in variant_runners(variant_sandbox, assignment, secret=secret):
                key = runner.exercise.key
                untouched = student_version[runner.exercise.name + SOLUTION_SUFFIX].source
                for tried, verdict in _try_solutions(runner, untouched=untouched).items():
                    verdicts.setdefault(key, {}).setdefault(tried, []).append(verdict)
                # There are hundreds of them, so they are tried with one secret only.
                if number == 1 and not quick:
                    say(f"{key}: trying mutants of the solution")
                    mutations[key] = try_mutants(runner)

        suites = tuple(
            SuiteResult(
                exercise.key,
                exercise.max_points,
                solutions=tuple(
                    SolutionResult(variant, kind, tuple(found))
                    for (kind, variant), found in verdicts[exercise.key].items()
                ),
                mutation=mutations.get(exercise.key),
            )
            for exercise in assignment.exercises
        )
        say(f"{name}: running the notebook from top to bottom")
        stubs = {grade_id: cell.source for grade_id, cell in student_version.items()}
        faults = (
            *unfinished(assignment),
            *faults_of(assignment, course.notebook(name)),
            *failures_of(assignment, stubs, variant_sandbox, course.limits),
        )
        return VerifyResult(name, secrets, digest_of(assignment), suites, faults)
    except SuiteError as error:
        return VerifyResult(name, secrets, faults=(str(error),))


def _try_solutions(runner: VariantRunner, *, untouched: str) -> dict[Tried, ExerciseResult]:
    """Every solution's verdict with this runner's secret."""
    name = runner.exercise.name
    solutions = [
        (SolutionKind.SOLUTION, Variant("reference", runner.exercise.solution)),
        (SolutionKind.STUDENT_VERSION, Variant("untouched", untouched)),
        *(
            (SolutionKind.IDLE, Variant(source, f"import torch\n{name} = {source}\n"))
            for source in IDLE_SOLUTIONS
        ),
        *((SolutionKind.ACCEPTED, variant) for variant in runner.suite.accepted),
    ]
    graded = runner.grade([variant for _, variant in solutions])
    verdicts = {
        (kind, variant.id): verdict
        for (kind, variant), verdict in zip(solutions, graded, strict=True)
    }
    for variant_id, verdict in runner.misconceptions().items():
        verdicts[SolutionKind.MISCONCEPTION, variant_id] = verdict
    return verdicts


def digest_of(assignment: Assignment) -> str:
    """Changes whenever what verify says could: notebook, suites, lists of right mutants."""
    total = hashlib.sha256(assignment.suite_digest.encode())
    for suite in assignment.suites:
        path = suite_folder(suite.key) / EQUIVALENTS
        total.update(path.read_bytes() if path.is_file() else b"")
    return f"sha256:{total.hexdigest()}"
