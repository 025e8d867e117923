"""The sentences that say why an exercise cannot be released. In the operator's process; pure."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from autograder.model.verdict import ExerciseResult, Outcome
from release.verify.results import Findings, Kind, Mutation, Trial, is_full

EARNS_NOTHING = {Kind.STUDENT_VERSION, Kind.IDLE}
EARNS_EVERYTHING = {Kind.SOLUTION, Kind.ACCEPTED}


def reasons_of(findings: Findings) -> tuple[str, ...]:
    """Why the exercise cannot be released; empty when it can."""
    found = [sentence for trial in findings.trials for sentence in _about(findings, trial)]
    found += _flaky(findings)
    found += _about_mutants(findings.key, findings.mutation) if findings.mutation else []
    return tuple(found)


def _about(findings: Findings, trial: Trial) -> Iterator[str]:
    key = findings.key
    if trial.kind in EARNS_EVERYTHING and not trial.is_always_full:
        name = "" if trial.kind is Kind.SOLUTION else f" `{trial.id}`"
        yield (
            f"{key}: {trial.kind}{name} earns {_least(trial):.0%}, and must earn 100% "
            f"({_lost(trial)}){_where(trial, lambda v: not is_full(v))}."
        )
    if trial.kind in EARNS_NOTHING and not trial.never_earns:
        name = "" if trial.kind is Kind.STUDENT_VERSION else f" (`{trial.id}`)"
        yield (
            f"{key}: {trial.kind}{name} earns {_most(trial):.0%}, and must earn nothing "
            f"({_passed(trial)} passes){_where(trial, lambda v: v.points > 0)}."
        )
    if trial.kind is Kind.MISCONCEPTION:
        yield from _about_misconception(key, trial)


def _about_misconception(key: str, trial: Trial) -> Iterator[str]:
    if not trial.always_loses:
        yield (
            f"{key}: the misconception `{trial.id}` earns 100%: no check sees it"
            f"{_where(trial, is_full)}."
        )
    unnamed = [v for v in trial.verdicts if not is_full(v) and v.diagnosis is None]
    if unnamed:
        yield (
            f"{key}: the misconception `{trial.id}` gets no name; it should be called "
            f"`{trial.name}`{_where(trial, lambda v: not is_full(v) and v.diagnosis is None)}."
        )
    others = sorted({v.diagnosis for v in trial.verdicts if v.diagnosis} - {trial.name})
    for other in others:
        where = _where(trial, partial(_is_called, name=other))
        yield f"{key}: the misconception `{trial.id}` is called `{other}`, a wrong name{where}."


def _is_called(verdict: ExerciseResult, *, name: str) -> bool:
    return verdict.diagnosis == name


def _where(trial: Trial, holds: Callable[[ExerciseResult], bool]) -> str:
    """Which secrets it is about, where it is not about all of them."""
    numbers = [n for n, verdict in enumerate(trial.verdicts, start=1) if holds(verdict)]
    if len(numbers) == len(trial.verdicts):
        return ""
    return f" with {_secrets(numbers)} of {len(trial.verdicts)}"


def _secrets(numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    return f"secret{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def _least(trial: Trial) -> float:
    return min(verdict.points / verdict.max_points for verdict in trial.verdicts)


def _most(trial: Trial) -> float:
    return max(verdict.points / verdict.max_points for verdict in trial.verdicts)


def _lost(trial: Trial) -> str:
    lost = {
        f"{check.name} {check.outcome}"
        for verdict in trial.verdicts
        for check in verdict.checks
        if check.outcome not in {Outcome.PASSED, Outcome.SKIPPED}
    }
    return ", ".join(sorted(lost))


def _passed(trial: Trial) -> str:
    checks = (check for verdict in trial.verdicts for check in verdict.checks)
    return ", ".join(sorted({c.name for c in checks if c.outcome is Outcome.PASSED}))


def _flaky(findings: Findings) -> list[str]:
    """Checks that let one solution pass or not, when only the secret differs."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for trial in findings.trials:
        for name, (passing, others) in _passing(trial).items():
            if passing and others:
                split = f"{trial.kind} `{trial.id}`", _secrets(passing), _secrets(others)
                found.setdefault(split, []).append(f"`{name}`")
    return [
        f"{findings.key}: the check{' is' if len(names) == 1 else 's are'} flaky: "
        f"{' '.join(names)}; {solution} passes with {passing} and does not with {others}."
        for (solution, passing, others), names in found.items()
    ]


def _passing(trial: Trial) -> dict[str, tuple[list[int], list[int]]]:
    """Check → the secrets with which it passes, and those with which it does not.

    How it does not is no matter: on some inputs a mistake raises, on others it is merely wrong.
    """
    found: dict[str, tuple[list[int], list[int]]] = {}
    for number, verdict in enumerate(trial.verdicts, start=1):
        for check in verdict.checks:
            passing, others = found.setdefault(check.name, ([], []))
            (passing if check.outcome is Outcome.PASSED else others).append(number)
    return found


def _about_mutants(key: str, mutation: Mutation) -> list[str]:
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
