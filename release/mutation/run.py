"""Tries mutants of a solution on its suite: killed is what loses points.

In the operator's process; the mutants run in the sandbox, with little time.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.suite import suite_folder
from autograder.model.exercise import Variant
from release.mutation.equivalents import NAME, read_equivalents
from release.mutation.mutants import Mutant, mutants_of
from release.verify.results import MutationResult
from release.verify.variant_runner import (
    VariantRunner,
    numbered_secret,
    open_variant_sandbox,
    variant_runners,
)

# A mutant's scenario takes milliseconds, or for ever.
_MUTANT_SECONDS = 1.0


def mutate(
    course: Course, exercise: str, *, say: Callable[[str], None]
) -> tuple[str, MutationResult]:
    """The exercise's key, and how its suite did against mutants of its solution.

    Args:
        course: Where things lie.
        exercise: Such as ``train_step``, or ``training/train_step``.
        say: Is told what is being done.

    Raises:
        UsageError: There is no such exercise.
        SuiteError: Its assignment cannot be tried.
    """
    assignment = _only(_with_exercise(course, exercise), exercise.rpartition("/")[2])
    say(f"{assignment.exercises[0].key}: trying mutants of the solution")
    with open_variant_sandbox(course) as variant_sandbox:
        (runner,) = variant_runners(variant_sandbox, assignment, secret=numbered_secret(1))
        return runner.exercise.key, try_mutants(runner)


def try_mutants(runner: VariantRunner) -> MutationResult:
    """Try every mutant of the solution with one secret: killed is what loses points."""
    mutants = {mutant.diff: mutant for mutant in mutants_of(runner.exercise.solution)}
    listed = read_equivalents(suite_folder(runner.suite.key) / NAME)
    killed = _killed(runner, mutants)
    return MutationResult(
        tried=len(mutants),
        killed=len(killed),
        equivalent=len([diff for diff in mutants if diff in listed and diff not in killed]),
        survivors=tuple(d for d in mutants if d not in killed and d not in listed),
        stale=tuple(diff for diff in listed if diff not in mutants),
        wronged=tuple(diff for diff in listed if diff in killed),
    )


def _killed(runner: VariantRunner, mutants: Mapping[str, Mutant]) -> frozenset[str]:
    variants = [Variant(mutant.diff, mutant.source) for mutant in mutants.values()]
    verdicts = runner.grade(variants, budget_seconds=_MUTANT_SECONDS)
    return frozenset(diff for diff, v in verdicts.items() if v.points < v.max_points)


def _with_exercise(course: Course, exercise: str) -> Assignment:
    wanted, _, name = exercise.rpartition("/")
    known = (wanted,) if wanted else course.assignments()
    # Other assignments may be half written: they are not looked into.
    found = [one for one in known if suite_folder(f"{one}/{name}").is_dir()]
    if not found:
        raise UsageError(f"There is no exercise {exercise!r}; name one as in training/train_step.")
    return load_assignment(found[0], course.notebook(found[0]))


def _only(assignment: Assignment, name: str) -> Assignment:
    """The assignment with this one exercise; its notebook's cells stay as they are."""
    return replace(
        assignment,
        exercises=tuple(e for e in assignment.exercises if e.name == name),
        suites=tuple(s for s in assignment.suites if s.key.endswith(f"/{name}")),
    )
