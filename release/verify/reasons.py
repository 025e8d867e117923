"""The sentences that say why an exercise cannot be released. In the operator's process; pure."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from autograder.model.verdict import ExerciseResult, Outcome
from release.verify.results import (
    MutationResult,
    SolutionKind,
    SolutionResult,
    SuiteResult,
    is_full,
)

EARNS_NOTHING = {SolutionKind.STUDENT_VERSION, SolutionKind.IDLE}
EARNS_EVERYTHING = {SolutionKind.SOLUTION, SolutionKind.ACCEPTED}


def reasons_of(result: SuiteResult) -> tuple[str, ...]:
    """Why the exercise cannot be released; empty when it can."""
    found = [sentence for solution in result.solutions for sentence in _about(result, solution)]
    found += _flaky(result)
    found += _about_mutants(result.key, result.mutation) if result.mutation else []
    return tuple(found)


def _about(result: SuiteResult, solution: SolutionResult) -> Iterator[str]:
    key = result.key
    if solution.kind in EARNS_EVERYTHING and not solution.is_always_full:
        name = "" if solution.kind is SolutionKind.SOLUTION else f" `{solution.id}`"
        yield (
            f"{key}: {solution.kind}{name} earns {_least(solution):.0%}, and must earn 100% "
            f"({_lost(solution)}){_where(solution, lambda v: not is_full(v))}."
        )
    if solution.kind in EARNS_NOTHING and not solution.never_earns:
        name = "" if solution.kind is SolutionKind.STUDENT_VERSION else f" (`{solution.id}`)"
        yield (
            f"{key}: {solution.kind}{name} earns {_most(solution):.0%}, and must earn nothing "
            f"({_passed(solution)} passes){_where(solution, lambda v: v.points > 0)}."
        )
    if solution.kind is SolutionKind.MISCONCEPTION:
        yield from _about_misconception(key, solution)


def _about_misconception(key: str, solution: SolutionResult) -> Iterator[str]:
    if not solution.always_loses:
        yield (
            f"{key}: the misconception `{solution.id}` earns 100%: no check sees it"
            f"{_where(solution, is_full)}."
        )
    unnamed = [v for v in solution.verdicts if not is_full(v) and v.diagnosis is None]
    if unnamed:
        where = _where(solution, lambda v: not is_full(v) and v.diagnosis is None)
        yield (
            f"{key}: the misconception `{solution.id}` gets no name; it should be called "
            f"`{solution.name}`{where}."
        )
    others = sorted({v.diagnosis for v in solution.verdicts if v.diagnosis} - {solution.name})
    for other in others:
        where = _where(solution, partial(_is_called, name=other))
        yield f"{key}: the misconception `{solution.id}` is called `{other}`, a wrong name{where}."


def _is_called(verdict: ExerciseResult, *, name: str) -> bool:
    return verdict.diagnosis == name


def _where(solution: SolutionResult, holds: Callable[[ExerciseResult], bool]) -> str:
    """Which secrets it is about, where it is not about all of them."""
    numbers = [n for n, verdict in enumerate(solution.verdicts, start=1) if holds(verdict)]
    if len(numbers) == len(solution.verdicts):
        return ""
    return f" with {_secrets(numbers)} of {len(solution.verdicts)}"


def _secrets(numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    return f"secret{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def _least(solution: SolutionResult) -> float:
    return min(verdict.points / verdict.max_points for verdict in solution.verdicts)


def _most(solution: SolutionResult) -> float:
    return max(verdict.points / verdict.max_points for verdict in solution.verdicts)


def _lost(solution: SolutionResult) -> str:
    lost = {
        f"{check.name} {check.outcome}"
        for verdict in solution.verdicts
        for check in verdict.checks
        if check.outcome not in {Outcome.PASSED, Outcome.SKIPPED}
    }
    return ", ".join(sorted(lost))


def _passed(solution: SolutionResult) -> str:
    checks = (check for verdict in solution.verdicts for check in verdict.checks)
    return ", ".join(sorted({c.name for c in checks if c.outcome is Outcome.PASSED}))


def _flaky(result: SuiteResult) -> list[str]:
    """Checks that let one solution pass or not, when only the secret differs."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for solution in result.solutions:
        for name, (passing, others) in _passing(solution).items():
            if passing and others:
                split = f"{solution.kind} `{solution.id}`", _secrets(passing), _secrets(others)
                found.setdefault(split, []).append(f"`{name}`")
    return [
        f"{result.key}: the check{' is' if len(names) == 1 else 's are'} flaky: "
        f"{' '.join(names)}; {solution} passes with {passing} and does not with {others}."
        for (solution, passing, others), names in found.items()
    ]


def _passing(solution: SolutionResult) -> dict[str, tuple[list[int], list[int]]]:
    """Check → the secrets with which it passes, and those with which it does not.

    How it does not is no matter: on some inputs a mistake raises, on others it is merely wrong.
    """
    found: dict[str, tuple[list[int], list[int]]] = {}
    for number, verdict in enumerate(solution.verdicts, start=1):
        for check in verdict.checks:
            passing, others = found.setdefault(check.name, ([], []))
            (passing if check.outcome is Outcome.PASSED else others).append(number)
    return found


def _about_mutants(key: str, mutation: MutationResult) -> list[str]:
    listed = f"autograder/suites/{key}/equivalent.txt"
    return [
        *(
            f"{key}: a mutant keeps 100%. If it is wrong, add a check; if it is right, list it in "
            f"{listed} with the reason:\n{diff}"
            for diff in mutation.survivors
        ),
        *(
            f"{key}: {listed} lists a mutant that there is not (has the solution changed?); take "
            f"it out:\n{diff}"
            for diff in mutation.stale
        ),
        *(
            f"{key}: {listed} says that a mutant is right, but it loses points; take it out, or "
            f"mend the check:\n{diff}"
            for diff in mutation.wronged
        ),
    ]
