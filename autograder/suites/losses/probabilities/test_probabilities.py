"""Checks of ``probabilities`` on its public scenarios. Part of the kit.

Source of the tolerance (the default one): the accepted solutions in float32 were off by at most
3e-7 from the one in float64 over 30 secrets, less than 1% of what is allowed.
"""

from autograder.checks.check import check, require, require_same
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation


@check("binary", weight=1)
def test_binary_probabilities(actual: Observation, expected: Observation) -> None:
    """For "binary" it gives the probability of yes for each sample."""
    require_same_probabilities(actual, expected)


@check("multiclass", weight=1)
def test_multiclass_probabilities(actual: Observation, expected: Observation) -> None:
    """For "multiclass" it gives the probability of each class: a row sums to 1."""
    require_same_probabilities(actual, expected)


@check("large_binary", weight=0.25, requires=["test_binary_probabilities"])
def test_large_binary_logits(actual: Observation, expected: Observation) -> None:
    """For "binary" the result is finite and right for logits of up to ±200."""
    require_same_probabilities(actual, expected)


@check("large_multiclass", weight=0.25, requires=["test_multiclass_probabilities"])
def test_large_multiclass_logits(actual: Observation, expected: Observation) -> None:
    """For "multiclass" the result is finite and right for logits of up to ±200."""
    require_same_probabilities(actual, expected)


@check("binary", weight=0.13, requires=["test_binary_probabilities"], attested=True)
def test_binary_carries_no_graph(actual: Observation, expected: Observation) -> None:
    """For "binary" the result carries no graph."""
    require_no_graph(actual, expected)


@check("multiclass", weight=0.13, requires=["test_multiclass_probabilities"], attested=True)
def test_multiclass_carries_no_graph(actual: Observation, expected: Observation) -> None:
    """For "multiclass" the result carries no graph."""
    require_no_graph(actual, expected)


@check("another_task", weight=0.25, requires=["test_binary_probabilities"])
def test_refuses_another_task(actual: Observation, expected: Observation) -> None:
    """Another task, such as "ranking", raises ValueError."""
    require_refused(actual, expected)


test_leaves_settings_alone = settings_check(
    __name__, "binary", weight=0.08, requires=["test_binary_probabilities"]
)


def require_same_probabilities(actual: Observation, expected: Observation) -> None:
    """Every call gave the same values in the same shape."""
    for name in names(expected, "p"):
        require_same(actual[name], expected[name], what="The probabilities")


def require_no_graph(actual: Observation, expected: Observation) -> None:
    """No call's result has a history."""
    for name in names(expected, "carries_graph"):
        require(
            actual[name] is False,
            "The values are right, but the result still carries its graph: it keeps everything "
            "alive that it was computed from. t.detach() is the same without the history.",
        )


def require_refused(actual: Observation, expected: Observation) -> None:
    """Every name that is no task was refused with a ValueError, and the others were answered."""
    require_same_probabilities(actual, expected)
    for name in names(expected, "raised"):
        what = "nothing" if actual[name] == "nothing" else "another exception"
        sentence = f"A task of another name must raise ValueError; it raised {what}."
        require(actual[name] == expected[name], sentence)


def names(expected: Observation, kind: str) -> list[str]:
    """What was observed of this kind: ``p_1``, ``p_2`` and so on."""
    return [name for name in expected.values if name.startswith(f"{kind}_")]
