"""Whatever is killed in the middle of a grading run, the outcome is the same.

All processes at ten moments: ``python -m tests.grading.killings``.
"""

from pathlib import Path

import pytest

from tests.grading.killings import OBSERVES, Trials

pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Trials:
    """A class that nobody has disturbed."""
    return Trials(Path(tmp_path_factory.mktemp("killings")))


@pytest.mark.parametrize(
    ("victim", "moment"),
    [
        ("main", 4),
        ("fork server", 2),
        ("worker", 3),
        ("bootstrap", 1),
        ("zygote", OBSERVES),
        ("zygote", 5),
        ("kernel", 6),
    ],
)
def test_what_is_killed_costs_nobody_anything(
    trials: Trials, victim: str, moment: str | int
) -> None:
    """results, notebooks and gradebook are those of a run that nobody has disturbed."""
    trials.disturb(victim, moment)


def test_a_zygote_that_always_dies_ends_the_run(trials: Trials) -> None:
    """in one sentence; the same command goes on once it lives."""
    trials.exhaust()
