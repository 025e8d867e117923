"""The sentences that say why an exercise cannot be released. In the operator's process."""

from collections.abc import Iterable, Iterator

from autograder.model.verdict import Outcome
from release.verify.results import SolutionKind, SolutionResult, SuiteResult, is_full


def reasons_of(result: SuiteResult) -> tuple[str, ...]:
    """Why the exercise cannot be released; empty when it can."""
    return (
        *(reason for one in result.solutions for reason in _about_solution(result.key, one)),
        *_about_flaky_checks(result),
        *_about_mutants(result),
    )


def _about_solution(key: str, solution: SolutionResult) -> Iterator[str]:
    kind, verdicts = solution.kind, solution.verdicts
    checks = [check for verdict in verdicts for check in verdict.checks]

    must_be_full = kind in {SolutionKind.SOLUTION, SolutionKind.ACCEPTED}
    if must_be_full and not solution.is_always_full:
        name = "" if kind is SolutionKind.SOLUTION else f" `{solution.id}`"
        least = min(v.points / v.max_points for v in verdicts)
        # A skipped check names no fault of its own: the check that it requires is listed.
        not_lost = {Outcome.PASSED, Outcome.SKIPPED}
        lost = {
            f"{check.name} {check.outcome}" for check in checks if check.outcome not in not_lost
        }
        where = _with_secrets(not is_full(v) for v in verdicts)
        yield (
            f"{key}: {kind}{name} earns {least:.0%}, and must earn 100% "
            f"({', '.join(sorted(lost))}){where}."
        )

    must_be_zero = kind in {SolutionKind.STUDENT_VERSION, SolutionKind.IDLE}
    if must_be_zero and not solution.never_earns:
        name = "" if kind is SolutionKind.STUDENT_VERSION else f" (`{solution.id}`)"
        most = max(v.points / v.max_points for v in verdicts)
        passed = {check.name for check in checks if check.outcome is Outcome.PASSED}
        where = _with_secrets(v.points > 0 for v in verdicts)
        yield (
            f"{key}: {kind}{name} earns {most:.0%}, and must earn nothing "
            f"({', '.join(sorted(passed))} passes){where}."
        )

    if kind is SolutionKind.MISCONCEPTION:
        yield from _about_misconception(f"{key}: the misconception `{solution.id}`", solution)


def _about_misconception(subject: str, solution: SolutionResult) -> Iterator[str]:
    verdicts = solution.verdicts
    if not solution.always_loses:
        where = _with_secrets(map(is_full, verdicts))
        yield f"{subject} earns 100%: no check sees it{where}."
    unnamed = [not is_full(v) and v.diagnosis is None for v in verdicts]
    if any(unnamed):
        where = _with_secrets(unnamed)
        yield f"{subject} gets no name; it should be called `{solution.name}`{where}."
    for other in sorted({v.diagnosis for v in verdicts if v.diagnosis} - {solution.name}):
        where = _with_secrets(v.diagnosis == other for v in verdicts)
        yield f"{subject} is called `{other}`, a wrong name{where}."


def _with_secrets(flags: Iterable[bool]) -> str:
    """For which of the secrets something holds; empty when it holds for all of them."""
    holds = list(flags)
    if all(holds):
        return ""
    return f" with {_secrets(n for n, one in enumerate(holds, start=1) if one)} of {len(holds)}"


def _secrets(numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    return f"secret{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def _about_flaky_checks(result: SuiteResult) -> Iterator[str]:
    """One sentence for the checks that one solution passes with the same secrets and not others.

    How a check does not pass is no matter: on some inputs a mistake raises, on others it is merely
    wrong.
    """
    flaky: dict[tuple[str, str, str], list[str]] = {}
    for solution in result.solutions:
        secrets: dict[str, tuple[list[int], list[int]]] = {}
        for number, verdict in enumerate(solution.verdicts, start=1):
            for check in verdict.checks:
                passing, others = secrets.setdefault(check.name, ([], []))
                (passing if check.outcome is Outcome.PASSED else others).append(number)
        for name, (passing, others) in secrets.items():
            if passing and others:
                subject = f"{solution.kind} `{solution.id}`"
                key = (subject, _secrets(passing), _secrets(others))
                flaky.setdefault(key, []).append(f"`{name}`")
    for (subject, passes, fails), names in flaky.items():
        yield (
            f"{result.key}: the check{' is' if len(names) == 1 else 's are'} flaky: "
            f"{' '.join(names)}; {subject} passes with {passes} and does not with {fails}."
        )


def _about_mutants(result: SuiteResult) -> Iterator[str]:
    if result.mutation is None:
        return
    key, listed = result.key, f"autograder/suites/{result.key}/equivalent.txt"
    for diff in result.mutation.survivors:
        yield (
            f"{key}: a mutant keeps 100%. If it is wrong, add a check; if it is right, list it in "
            f"{listed} with the reason:\n{diff}"
        )
    for diff in result.mutation.stale:
        yield (
            f"{key}: {listed} lists a diff that no mutant has (has the solution changed?); remove "
            f"it:\n{diff}"
        )
    for diff in result.mutation.wronged:
        yield (
            f"{key}: {listed} says that a mutant is right, but it loses points; remove it, or mend "
            f"the check:\n{diff}"
        )
