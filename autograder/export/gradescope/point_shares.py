"""Splits points among checks so that the parts add up. On the trusted side; numbers only."""

from collections.abc import Sequence

from autograder.model.verdict import CheckResult, ExerciseResult, Outcome

CENTS = 100


def split_by_weight(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of ``total`` in proportion to the weights, by the largest remainder.

    Args:
        total: What the parts add up to, unless there are none.
        weights: 0 or more each; all alike where they are all 0.
    """
    whole = sum(weights)
    if not whole:
        weights, whole = [1.0] * len(weights), float(len(weights))
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda one: (parts[one] - exact[one], one))
    for one in by_remainder[: total - sum(parts)]:
        parts[one] += 1
    return parts


def points_of_checks(exercise: ExerciseResult) -> list[tuple[float, float]]:
    """Points and greatest points of each check, which add up to the exercise's to the cent.

    What passed shares what was earned, and what did not shares the rest: so the greatest points of
    one check may differ by a cent between two students, and no sum ever does.
    """
    earned, most = cents(exercise.points), cents(exercise.max_points)
    passed = [check for check in exercise.checks if check.outcome is Outcome.PASSED]
    failed = [check for check in exercise.checks if check.outcome is not Outcome.PASSED]
    of_passed = iter(_split_among(earned, passed))
    of_failed = iter(_split_among(most - earned, failed))
    rows = []
    for check in exercise.checks:
        is_passed = check.outcome is Outcome.PASSED
        worth = next(of_passed if is_passed else of_failed) / CENTS
        rows.append((worth if is_passed else 0.0, worth))
    return rows


def cents(points: float) -> int:
    """Points as whole hundredths."""
    return round(points * CENTS)


def _split_among(total: int, checks: Sequence[CheckResult]) -> list[int]:
    return split_by_weight(total, [check.weight for check in checks])
