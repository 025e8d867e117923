"""What a failing student is told besides the verdicts. Pure functions of data.

The judge and the self-check at home say the same: the mistake's name and hint where everything is
explained; else what the first exception means; else a hint at a mistake that shows in part. Before
all of these comes what is plain in the student's own text.
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
        diagnosis: Id of the misconception that it behaves like, or None.
        hint: That misconception's hint; or what happened, where none explains it; or None.
    """

    diagnosis: str | None = None
    hint: str | None = None


def advise(
    attempt: Attempt,
    look_alikes: tuple[LookAlike, ...],
    *,
    known: tuple[Mismatches, ...] | None = None,
) -> Advice:
    """What to tell the student; nothing when every check passed.

    Args:
        attempt: The student's exercise.
        look_alikes: The misconceptions as observed.
        known: Their mismatches, where the caller has them already.
    """
    if attempt.passed:
        return Advice()
    parsed = attempt.parsed
    if parsed and is_not_written(attempt, parsed):
        return Advice(hint=NOT_WRITTEN)
    known = known or tuple(find_mismatches(look.seen, attempt.expected) for look in look_alikes)
    sure = confirmed_mistakes(parsed, attempt.parameters) if parsed else frozenset()
    named = diagnose(
        attempt.actual,
        attempt.expected,
        look_alikes,
        known=known,
        confirmed=sure,
        checks=attempt.checks,
    )
    slip = code_hint(attempt, parsed) if parsed else ""
    if named:
        return Advice(named.id, f"{slip} {named.hint}".lstrip())
    if not slip and nothing_was_seen(attempt):
        return Advice(hint=NOTHING_OBSERVED)
    happened = _what_happened(attempt)
    if not (slip or happened):
        happened = partial_hint(attempt, look_alikes, known=known)
    return Advice(hint=" ".join(filter(None, [slip, happened])) or None)


def _what_happened(attempt: Attempt) -> str | None:
    """What the exception means that the first failing check met, if it met one."""
    first = next(c for c in attempt.checks if attempt.outcome_of(c) is not Outcome.PASSED)
    if attempt.outcome_of(first) is not Outcome.RAISED:
        return None
    for name in first.specification.on:
        seen = attempt.actual[name]
        if blocked(seen, attempt.expected[name]) and isinstance(seen, Observation) and seen.raised:
            return explain(seen.raised, attempt.cells) or None
    return None
