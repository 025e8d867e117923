"""A known mistake that shows in some scenarios only: a hint, never a name. Pure functions of data.

A student who skips the last batch only where it is shorter does not make the mistake that skips
every last batch. But where it shows, the values are the same, and nothing else is wrong. The hint
says that much. Where less is known, there is no hint.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from autograder.checks.attempt import Attempt
from autograder.checks.check import Check
from autograder.checks.comparison import MISSING
from autograder.checks.diagnosis import LookAlike
from autograder.checks.mismatches import KIND, Mismatches, explains, find_mismatches, in_scenarios
from autograder.checks.trace_shape import outlines, same_shapes, trace_shapes
from autograder.model.observation import Observation, ObservationResult
from autograder.model.verdict import Outcome

_TITLES_AT_MOST = 2
_NOTHING_WRONG = {Outcome.PASSED, Outcome.SKIPPED}


def partial_hint(
    attempt: Attempt, look_alikes: Sequence[LookAlike], *, signatures: Sequence[Mismatches]
) -> str | None:
    """Which mistake the function behaves like, and in which checks only; None rather than a guess.

    Args:
        attempt: The student's exercise.
        look_alikes: The misconceptions as observed.
        signatures: Their mismatches.
    """
    found = find_mismatches(attempt.actual, attempt.expected)
    scenarios = frozenset(name for name, _ in found)
    # An exception alone, or a number in another wrapping, is too little to suspect a mistake.
    if not any(
        isinstance(seen := attempt.actual[scenario], Observation)
        and seen.raised is None
        and not path.endswith(KIND)
        and value != MISSING
        for (scenario, path), value in found.items()
    ):
        return None
    same = [
        (look, everywhere)
        for look, everywhere in zip(look_alikes, signatures, strict=True)
        if explains(in_scenarios(everywhere, scenarios), found)
    ]
    # A mistake that shows nowhere else explains everything, so diagnose() has already refused it.
    if len({look.name for look, _ in same}) != 1 or any(len(e) == len(found) for _, e in same):
        return None
    here = {name: attempt.expected[name] for name in scenarios}
    look = next(
        (look for look, _ in same if _have_same_outline(look.seen, attempt.actual, here)), None
    )
    where = _where(attempt, scenarios)
    if look is None or not where:
        return None
    return f"It behaves like the mistake “{look.name}”, but only {where} {look.hint}"


def _have_same_outline(
    theirs: Mapping[str, ObservationResult],
    own: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
) -> bool:
    """Whether gradients were computed and used in the same order in these scenarios."""
    return same_shapes(
        outlines(trace_shapes(theirs, expected)), outlines(trace_shapes(own, expected))
    )


def _where(attempt: Attempt, scenarios: frozenset[str]) -> str:
    """The one or two checks that cover all mismatches, in words; empty where it takes more."""
    failed = [check for check in attempt.checks if attempt.outcome_of(check) not in _NOTHING_WRONG]
    # A check that fails without a mismatch fails for another reason: "only" would be false.
    if any(scenarios.isdisjoint(check.specification.on) for check in failed):
        return ""
    throughout = [check for check in failed if scenarios.issuperset(check.specification.on)]
    whole = _titles(throughout, scenarios & _looked_at(failed))
    if whole:
        return f"where this is checked: {whole}"
    some = _titles(failed, scenarios & _looked_at(failed))
    return f"in some of the cases in which this is checked: {some}" if some else ""


def _titles(checks: Sequence[Check], wanted: frozenset[str]) -> str:
    """Titles of the first one or two checks that look at all of these scenarios."""
    for size in range(1, _TITLES_AT_MOST + 1):
        for chosen in combinations(checks, size):
            if _looked_at(chosen) >= wanted:
                return " and ".join(f"“{check.title}”" for check in chosen)
    return ""


def _looked_at(checks: Sequence[Check]) -> frozenset[str]:
    return frozenset(name for check in checks for name in check.specification.on)
