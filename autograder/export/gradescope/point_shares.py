"""Splits an exercise's points among its checks, so that the parts add up. On the trusted side."""

from collections.abc import Sequence

from autograder.model.verdict import ExerciseResult, Outcome

CENTS = 100


def split_by_weight(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of ``total`` in proportion to the weights, by the largest remainder.

    Args:
        total: The sum of the parts, unless there are none.
        weights: Each is 0 or more. If all are 0, the parts are equal.
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
    """Points and maximum points of each check, which add up to the exercise's to the cent.

    Checks that passed share what was earned, the others share the rest. So the maximum of one check
    may differ by a cent between two students, but the sums never do.
    """
    earned, most = cents(exercise.points), cents(exercise.max_points)
    passed = [check for check in exercise.checks if check.outcome is Outcome.PASSED]
    failed = [check for check in exercise.checks if check.outcome is not Outcome.PASSED]
    of_passed = iter(split_by_weight(earned, [check.weight for check in passed]))
    of_failed = iter(split_by_weight(most - earned, [check.weight for check in failed]))
    rows = []
    for check in exercise.checks:
        is_passed = check.outcome is Outcome.PASSED
        worth = next(of_passed if is_passed else of_failed) / CENTS
        rows.append((worth if is_passed else 0.0, worth))
    return rows


def cents(points: float) -> int:
    """Points as whole hundredths."""
    return round(points * CENTS)
