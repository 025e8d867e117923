"""What a failing student reads besides the verdicts. Pure functions of data.

The judge and the self-check at home give the same advice: the name and hint of the mistake that
explains everything; else what the first exception means; else a hint at a mistake that shows in
part. What the student's own code makes plain comes first.
"""

from dataclasses import dataclass

from autograder.checks.attempt import Attempt
from autograder.checks.check import blocked
from autograder.checks.code_hints import (
    NOT_WRITTEN,
    NOTHING_OBSERVED,
    code_hint,
    is_not_written,
    nothing_was_seen,
)
from autograder.checks.diagnosis import LookAlike, diagnose
from autograder.checks.explanation import explain
from autograder.checks.mismatches import Mismatches, find_mismatches
from autograder.checks.parsed_cell import confirmed_mistakes
from autograder.checks.partial_hint import partial_hint
from autograder.model.observation import Observation
from autograder.model.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Advice:
    """One exercise's advice.

    Attributes:
        diagnosis: Id of the misconception that the function behaves like, or None.
        hint: That misconception's hint; or what happened, where none explains it; or None.
    """

    diagnosis: str | None = None
    hint: str | None = None


def advise(
    attempt: Attempt,
    look_alikes: tuple[LookAlike, ...],
    *,
    signatures: tuple[Mismatches, ...] | None = None,
) -> Advice:
    """The advice for the student; empty when every check passed.

    Args:
        attempt: The student's exercise.
        look_alikes: The misconceptions as observed.
        signatures: Their mismatches, where the caller has them already.
    """
    if attempt.passed:
        return Advice()
    parsed = attempt.parsed
    if parsed and is_not_written(attempt, parsed):
        return Advice(hint=NOT_WRITTEN)
    signatures = signatures or tuple(
        find_mismatches(look.seen, attempt.expected) for look in look_alikes
    )
    confirmed = confirmed_mistakes(parsed, attempt.parameters) if parsed else frozenset()
    named = diagnose(
        attempt.actual,
        attempt.expected,
        look_alikes,
        signatures=signatures,
        confirmed=confirmed,
        checks=attempt.checks,
    )
    from_code = code_hint(attempt, parsed) if parsed else ""
    if named:
        return Advice(named.id, f"{from_code} {named.hint}".lstrip())
    # A function that did nothing gets no hint at a mistake that does something.
    if not from_code and nothing_was_seen(attempt):
        return Advice(hint=NOTHING_OBSERVED)
    happened = _what_happened(attempt)
    if not (from_code or happened):
        happened = partial_hint(attempt, look_alikes, signatures=signatures)
    return Advice(hint=" ".join(filter(None, [from_code, happened])) or None)


def _what_happened(attempt: Attempt) -> str | None:
    """What the exception means that stopped the first failing check; None if none did."""
    # Only the first failure is explained: later checks may fail because of it.
    first = next(c for c in attempt.checks if attempt.outcome_of(c) is not Outcome.PASSED)
    if attempt.outcome_of(first) is not Outcome.RAISED:
        return None
    for name in first.specification.on:
        seen = attempt.actual[name]
        if blocked(seen, attempt.expected[name]) and isinstance(seen, Observation) and seen.raised:
            return explain(seen.raised, attempt.cells) or None
    return None
