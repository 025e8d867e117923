"""Two listed mistakes in one solution: one of the two is named, or none; never a third."""

from functools import cache

import pytest

from tests.suites.combined import COMBINED, OTHER_FORMS, combined, pairs
from tests.suites.workbench import for_each, workbench

per_exercise = for_each(COMBINED)
Named = dict[tuple[str, str], str | None]


@cache
def named_of_pairs(exercise: str) -> Named:
    """The two mistakes → which of them the student is told."""
    bench = workbench(exercise)
    return {(one, other): bench.grade(source).diagnosis for one, other, source in pairs(exercise)}


@for_each(OTHER_FORMS)
def test_other_forms_are_the_mistakes_they_are_called(exercise: str) -> None:
    """It is true that each alone is told that name, as the listed forms are."""
    bench = workbench(exercise)
    named = {
        name: bench.grade(combined(exercise, name)).diagnosis for name in OTHER_FORMS[exercise]
    }
    assert named == {name: name for name in named}


@per_exercise
def test_never_a_third(exercise: str) -> None:
    """It is true that of two mistakes side by side one is named, or nothing is."""
    named = named_of_pairs(exercise)
    assert {pair: name for pair, name in named.items() if name not in (*pair, None)} == {}


@pytest.mark.parametrize(
    ("exercise", "share"),
    [
        ("training/train_step", 0.75),
        ("training/train_epoch", 0.75),
        ("autograd/dydx", 0.7),
        ("autograd/squared_mean_grad", 0.3),
        ("losses/compute_loss", 0.8),
        ("losses/probabilities", 0.8),
    ],
)
def test_most_get_a_name(exercise: str, share: float) -> None:
    """It is true that silence is not the rule where values do not mix."""
    named = named_of_pairs(exercise).values()
    assert sum(name is not None for name in named) >= share * len(named)


@pytest.mark.parametrize(
    ("exercise", "pair", "name"),
    [
        ("training/train_step", ("no-zero", "live-return"), "no-zero"),
        # The loss after a wrong update is a number that neither mistake alone returns.
        ("training/train_step", ("no-zero", "loss-after-step"), None),
        ("training/train_step", ("left-in-eval", "live-return"), "left-in-eval"),
        ("training/train_step", ("left-in-eval", "no-zero"), "no-zero"),
        ("training/train_epoch", ("no-train-mode", "batch-mean"), "no-train-mode"),
        ("training/train_epoch", ("no-zero", "live-total"), "no-zero"),
        ("losses/compute_loss", ("summed", "softmax-before-ce"), "summed"),
        ("autograd/dydx", ("squares-only-x", "returns-tensor"), "squares-only-x"),
    ],
)
def test_the_costlier_is_named(exercise: str, pair: tuple[str, str], name: str | None) -> None:
    """It is true that the mistake that costs more is told, where the values of both are known."""
    assert named_of_pairs(exercise)[pair] == name
