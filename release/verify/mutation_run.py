"""Tries mutants of a solution on its suite: killed is what loses points.

In the operator's process. The mutants run in the sandbox, with little time.
"""

from dataclasses import replace

from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.grading.preparation import Say
from autograder.judge.assignment import load_assignment
from autograder.judge.suite import suite_folder
from autograder.model.exercise import Variant
from release.mutation.equivalents import EQUIVALENTS, read_equivalents
from release.mutation.mutants import mutants_of
from release.verify.results import MutationResult
from release.verify.variant_runner import (
    VariantRunner,
    numbered_secret,
    open_variant_sandbox,
    variant_runners,
)

# A mutant's scenario takes milliseconds, or for ever.
_MUTANT_SECONDS = 1.0


def mutate(course: Course, exercise: str, *, say: Say) -> tuple[str, MutationResult]:
    """The exercise's key, and how its suite did against mutants of its solution.

    Args:
        course: Where things are.
        exercise: Such as ``train_step``, or ``training/train_step``.
        say: Is given a line on what is being done.

    Raises:
        UsageError: There is no such exercise.
        SuiteError: Its assignment cannot be tried.
    """
    wanted, _, name = exercise.rpartition("/")
    known = (wanted,) if wanted else course.assignments()
    # Only this one is loaded: other assignments may be half written.
    found = [one for one in known if suite_folder(f"{one}/{name}").is_dir()]
    if not found:
        raise UsageError(f"There is no exercise {exercise!r}; name one as in training/train_step.")
    whole = load_assignment(found[0], course.notebook(found[0]))
    # The cells stay: the exercise may build on those of others.
    assignment = replace(
        whole,
        exercises=tuple(e for e in whole.exercises if e.name == name),
        suites=tuple(s for s in whole.suites if s.key.endswith(f"/{name}")),
    )
    say(f"{assignment.exercises[0].key}: trying mutants of the solution")
    with open_variant_sandbox(course) as sandbox:
        (runner,) = variant_runners(sandbox, assignment, secret=numbered_secret(1))
        return runner.exercise.key, try_mutants(runner)


def try_mutants(runner: VariantRunner) -> MutationResult:
    """Try every mutant of the solution with one secret: killed is what loses points."""
    mutants = {mutant.diff: mutant for mutant in mutants_of(runner.exercise.solution)}
    listed = read_equivalents(suite_folder(runner.suite.key) / EQUIVALENTS)
    variants = [Variant(diff, mutant.source) for diff, mutant in mutants.items()]
    verdicts = runner.grade(variants, budget_seconds=_MUTANT_SECONDS)
    killed = {
        diff
        for diff, verdict in zip(mutants, verdicts, strict=True)
        if verdict.points < verdict.max_points
    }
    return MutationResult(
        tried=len(mutants),
        killed=len(killed),
        equivalent=sum(diff in listed and diff not in killed for diff in mutants),
        survivors=tuple(diff for diff in mutants if diff not in killed and diff not in listed),
        stale=tuple(diff for diff in listed if diff not in mutants),
        wronged=tuple(diff for diff in listed if diff in killed),
    )
