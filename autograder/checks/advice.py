"""What a failing student is told besides the verdicts. Pure functions of data.

The judge and the self-check at home say the same: the mistake's name and hint where everything is
explained; else what the first exception means; else a hint at a mistake that shows in part. Before
all of these comes what is plain in the student's own text.
"""

from dataclasses import dataclass

from autograder.checks.attempt import Case
from autograder.checks.check import blocked
from autograder.checks.code_hints import (
    NOT_WRITTEN,
    NOTHING_SEEN,
    is_not_written,
    nothing_was_seen,
    slip_in,
)
from autograder.checks.diagnosis import LookAlike, diagnose
from autograder.checks.explanation import explain
from autograder.checks.mismatches import Deviations, deviations
from autograder.checks.parsed_cell import confirmed
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
    case: Case,
    look_alikes: tuple[LookAlike, ...],
    *,
    known: tuple[Deviations, ...] | None = None,
) -> Advice:
    """What to tell the student; nothing when every check passed.

    Args:
        case: The student's exercise.
        look_alikes: The misconceptions as observed.
        known: Their deviations, where the caller has them already.
    """
    if case.passed:
        return Advice()
    reading = case.reading
    if reading and is_not_written(case, reading):
        return Advice(hint=NOT_WRITTEN)
    known = known or tuple(deviations(look.seen, case.expected) for look in look_alikes)
    sure = confirmed(reading, case.parameters) if reading else frozenset()
    named = diagnose(
        case.actual,
        case.expected,
        look_alikes,
        known=known,
        confirmed=sure,
        checks=case.checks,
    )
    slip = slip_in(case, reading) if reading else ""
    if named:
        return Advice(named.id, f"{slip} {named.hint}".lstrip())
    if not slip and nothing_was_seen(case):
        return Advice(hint=NOTHING_SEEN)
    happened = _what_happened(case)
    if not (slip or happened):
        happened = partial_hint(case, look_alikes, known=known)
    return Advice(hint=" ".join(filter(None, [slip, happened])) or None)


def _what_happened(case: Case) -> str | None:
    """What the exception means that the first failing check met, if it met one."""
    first = next(c for c in case.checks if case.ended(c) is not Outcome.PASSED)
    if case.ended(first) is not Outcome.RAISED:
        return None
    for name in first.specification.on:
        seen = case.actual[name]
        if blocked(seen, case.expected[name]) and isinstance(seen, Observation) and seen.raised:
            return explain(seen.raised, case.cells) or None
    return None
