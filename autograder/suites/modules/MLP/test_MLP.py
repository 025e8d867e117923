"""Checks of ``MLP`` on its public scenarios. Part of the kit."""
# ruff: noqa: N999 - a suite's folder and file have the exercise's name, and this one is a class

from autograder.checks.check import check, require, require_same
from autograder.checks.comparison import difference
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation

_PARAMETERS = "test_has_four_parameters"
_OUTPUTS = "test_calculates_linear_relu_linear"


@check("parameters", weight=1.5)
def test_has_four_parameters(actual: Observation, expected: Observation) -> None:
    """A new model has four parameters, two weights and two biases, in their final shapes."""
    require_a_module(actual)
    require(
        actual["lengths"] == expected["lengths"],
        "The parameters that model.parameters() finds are not two weights and two biases of the "
        "right sizes. It finds tensors and layers that __init__ puts into attributes of their own, "
        "not those in a plain Python list.",
    )
    require(actual["all_trainable"] is True, "A parameter does not require grad.")


@check("shape", weight=0.5)
def test_answers_in_the_right_shape(actual: Observation, expected: Observation) -> None:
    """For a batch of (N, in_features) it returns (N, out_features), which depends on the batch."""
    require_a_module(actual)
    for name in expected.values:
        if not name.startswith(("same_again", "settings_left")):
            require_same(actual[name], expected[name], what=name.replace("_", " "))


@check("outputs", weight=2, requires=[_PARAMETERS])
def test_calculates_linear_relu_linear(actual: Observation, expected: Observation) -> None:
    """With known parameters, the outputs are those of Linear → ReLU → Linear."""
    require_same_outputs(actual, expected)


@check("gradients", weight=1, requires=[_OUTPUTS])
def test_gradients_reach_every_parameter(actual: Observation, expected: Observation) -> None:
    """backward() gives the right gradient to all four parameters."""
    require_same(actual["gradients"], expected["gradients"], what="The gradients")


@check("learns", weight=1, requires=[_OUTPUTS])
def test_can_be_trained_as_it_is_made(actual: Observation, expected: Observation) -> None:
    """From its own initial values it can be trained."""
    require(
        difference(actual.values.get("learned"), expected["learned"]) is None,
        "Trained from its own initial values, the model hardly gets better than a constant. Are "
        "they all equal, so that all hidden units stay alike, or very large?",
    )


test_leaves_settings_alone = settings_check(__name__, "outputs", weight=0.15, requires=[_OUTPUTS])


def require_a_module(actual: Observation) -> None:
    """What the class makes is an nn.Module."""
    require(actual["is_module"] is True, "MLP(...) does not make an nn.Module.")


def require_same_outputs(actual: Observation, expected: Observation) -> None:
    """Every batch's outputs are those of the reference, and the batch is left as it was."""
    for name in expected.values:
        if name != "settings_left":
            require_same(actual[name], expected[name], what=name.replace("_", " "))
