"""Hidden scenarios of ``probabilities`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.losses.probabilities.test_probabilities import (
    names,
    require_no_graph,
    require_refused,
    require_same_probabilities,
)

SCENARIOS = (
    Scenario("binary_sizes", {"calls": [["binary", 1, 1], ["binary", 9, 1]]}, hidden=True),
    Scenario(
        "multiclass_sizes",
        {"calls": [["multiclass", 1, 3], ["multiclass", 9, 2], ["multiclass", 5, 5]]},
        hidden=True,
    ),
    Scenario(
        "large_again",
        {"calls": [["binary", 5, 1], ["multiclass", 5, 3]], "large": True},
        hidden=True,
    ),
    Scenario(
        "left_alone",
        {"calls": [["binary", 4, 1], ["multiclass", 4, 3]], "twice": True},
        hidden=True,
    ),
    Scenario(
        "without_graph",
        {"calls": [["binary", 3, 1], ["multiclass", 3, 4]], "graph": False},
        hidden=True,
    ),
    Scenario(
        "other_tasks",
        {"calls": [["regression", 4, 1], ["counting", 4, 3], ["binary", 4, 1]]},
        hidden=True,
    ),
)  # fmt: skip

_BOTH = ["test_binary_probabilities", "test_multiclass_probabilities"]


@check("binary_sizes", weight=0.25, requires=["test_binary_probabilities"])
def test_binary_of_any_size(actual: Observation, expected: Observation) -> None:
    """For "binary" any number of samples will do, even one."""
    require_same_probabilities(actual, expected)


@check("multiclass_sizes", weight=0.25, requires=["test_multiclass_probabilities"])
def test_multiclass_of_any_size(actual: Observation, expected: Observation) -> None:
    """For "multiclass" any number of samples and of classes will do."""
    require_same_probabilities(actual, expected)


@check(
    "large_again",
    weight=0.25,
    requires=["test_large_binary_logits", "test_large_multiclass_logits"],
)
def test_other_large_logits(actual: Observation, expected: Observation) -> None:
    """Other large logits give finite and right results as well."""
    require_same_probabilities(actual, expected)


@check("left_alone", "without_graph", weight=0.25, requires=_BOTH)
def test_leaves_the_logits_alone(actual: Observation, expected: Observation) -> None:
    """The logits stay as they were, with a graph or without, and a second call gives the same."""
    require_same_probabilities(actual, expected)
    for name in names(expected, "logits_as_before"):
        require(actual[name] == expected[name], "The logits were changed.")


@check(
    "without_graph",
    weight=0.1,
    requires=["test_binary_carries_no_graph", "test_multiclass_carries_no_graph"],
    attested=True,
)
def test_never_carries_a_graph(actual: Observation, expected: Observation) -> None:
    """The result carries no graph where the logits carry none, either."""
    require_no_graph(actual, expected)


@check("other_tasks", weight=0.25, requires=["test_refuses_another_task"])
def test_refuses_any_other_task(actual: Observation, expected: Observation) -> None:
    """Whatever other name the task has, "regression" included, ValueError is raised."""
    require_refused(actual, expected)
