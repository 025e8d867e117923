"""Hidden scenarios of ``compute_loss`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.losses.compute_loss.test_compute_loss import (
    names,
    require_refused,
    require_same_gradients,
    require_same_losses,
)

SCENARIOS = (
    Scenario(
        "regression_sizes",
        {"calls": [["regression", 1, 1], ["regression", 9, 1]]},
        hidden=True,
    ),
    Scenario(
        "binary_sizes", {"calls": [["binary", 1, 1], ["binary", 9, 1]]}, hidden=True
    ),
    Scenario(
        "multiclass_sizes",
        {"calls": [["multiclass", 1, 3], ["multiclass", 9, 2], ["multiclass", 5, 5]]},
        hidden=True,
    ),
    Scenario("large_regression", {"calls": [["regression", 5, 1]], "large": True}, hidden=True),
    Scenario("large_binary_again", {"calls": [["binary", 5, 1]], "large": True}, hidden=True),
    Scenario(
        "large_multiclass_again", {"calls": [["multiclass", 5, 3]], "large": True}, hidden=True
    ),
    Scenario(
        "left_alone",
        {"calls": [["regression", 4, 1], ["binary", 4, 1], ["multiclass", 4, 3]], "twice": True},
        hidden=True,
    ),
    Scenario(
        "without_graph",
        {
            "calls": [["regression", 3, 1], ["binary", 3, 1], ["multiclass", 3, 4]],
            "graph": False,
        },
        hidden=True,
    ),
    Scenario(
        "other_tasks",
        {"calls": [["clustering", 4, 1], ["counting", 4, 3], ["regression", 4, 1]]},
        hidden=True,
    ),
)  # fmt: skip


@check("regression_sizes", weight=0.25, requires=["test_regression_loss"])
def test_regression_of_any_size(actual: Observation, expected: Observation) -> None:
    """For "regression" any number of samples will do, even one."""
    require_same_losses(actual, expected)


@check("binary_sizes", weight=0.25, requires=["test_binary_loss"])
def test_binary_of_any_size(actual: Observation, expected: Observation) -> None:
    """For "binary" any number of samples will do, even one."""
    require_same_losses(actual, expected)


@check("multiclass_sizes", weight=0.5, requires=["test_multiclass_loss"])
def test_multiclass_of_any_size(actual: Observation, expected: Observation) -> None:
    """For "multiclass" any number of samples and of classes will do."""
    require_same_losses(actual, expected)


@check("large_regression", weight=0.25, requires=["test_regression_gradient"])
def test_large_regression_outputs(actual: Observation, expected: Observation) -> None:
    """For "regression" loss and gradient are right for outputs of up to ±200, too."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check("large_binary_again", weight=0.25, requires=["test_large_binary_logits"])
def test_other_large_binary_logits(actual: Observation, expected: Observation) -> None:
    """For "binary" other large logits give the right loss and gradient as well."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check("large_multiclass_again", weight=0.25, requires=["test_large_multiclass_logits"])
def test_other_large_multiclass_logits(actual: Observation, expected: Observation) -> None:
    """For "multiclass" other large logits give the right loss and gradient as well."""
    require_same_losses(actual, expected)
    require_same_gradients(actual, expected)


@check(
    "left_alone",
    "without_graph",
    weight=0.25,
    requires=["test_regression_loss", "test_binary_loss", "test_multiclass_loss"],
)
def test_leaves_its_arguments_alone(actual: Observation, expected: Observation) -> None:
    """Logits and targets stay as they were, and a second call gives the same again."""
    require_same_losses(actual, expected)
    for name in names(expected, "arguments_as_before"):
        require(actual[name] == expected[name], "The logits or the targets were changed.")


@check("other_tasks", weight=0.25, requires=["test_refuses_another_task"])
def test_refuses_any_other_task(actual: Observation, expected: Observation) -> None:
    """Whatever other name the task has, ValueError is raised."""
    require_refused(actual, expected)
