"""Hidden scenarios of ``evaluate`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.evaluation.evaluate.test_evaluate import (
    EITHER,
    require_a_right_number,
    require_same_losses,
)

_LOSS = ["test_returns_the_loss"]
_OVER_BATCHES = ["test_averages_the_loss_over_all_batches"]
_ANY_ITERABLE = ["test_takes_any_iterable"]

SCENARIOS = (
    # It arrives in evaluation mode: what batch norm does in the other one is asked elsewhere.
    Scenario(
        "left_alone",
        {"sizes": [5, 3], "model": "batch_norm", "stale": True, "frozen": True},
        hidden=True,
    ),
    Scenario("grad_modes", {"sizes": [89], "calls": 4, "grad_modes": True}, hidden=True),
    Scenario("elsewhere", {"sizes": [83], "batches_on": "simgpu"}, hidden=True),
    Scenario(
        "elsewhere_by_name", {"sizes": [79], "batches_on": "simgpu", "as_name": True}, hidden=True
    ),
    Scenario("on_simgpu", {"sizes": [73], "device": "simgpu"}, hidden=True),
    Scenario("smoothed_labels", {"sizes": [9], "criterion": "smoothed"}, hidden=True),
    Scenario("single_samples", {"sizes": [1, 1]}, hidden=True),
    Scenario("sampled", {"sizes": [4, 4], "loader": "sampled"}, hidden=True),
    Scenario("list_again", {"sizes": [4, 4], "loader": "list", "calls": 2}, hidden=True),
    Scenario("stream", {"sizes": [4, 4, 4], "loader": "stream"}, hidden=True),
)


@check("left_alone", weight=0.75, requires_one_of=EITHER)
def test_changes_nothing(actual: Observation, expected: Observation) -> None:
    """A training step afterwards is what it would have been: parameters, .grad, flags, buffers."""
    require_same(
        actual["after_a_step"], expected["after_a_step"], what="The model after a training step"
    )


@check("grad_modes", weight=0.5, requires_one_of=EITHER)
def test_keeps_the_grad_mode(actual: Observation, expected: Observation) -> None:
    """Whether gradients are recorded is on return what it was on entry, on or off."""
    require_a_right_number(actual, expected)
    require_same(
        actual["modes_after"], expected["modes_after"], what="torch.is_grad_enabled() on return"
    )


# The other device is simulated in the student's process, which could teach it to mix.
@check(
    "elsewhere",
    "elsewhere_by_name",
    "on_simgpu",
    weight=0.6,
    requires_one_of=EITHER,
    attested=True,
)
def test_moves_each_batch(actual: Observation, expected: Observation) -> None:
    """Batches that lie on another device are moved to the given one, where the model stays."""
    require_a_right_number(actual, expected)
    require_same(actual["model_on"], expected["model_on"], what="Where the model is afterwards")


@check("smoothed_labels", weight=0.75, requires=_LOSS)
def test_uses_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The loss is criterion(prediction, target), whatever the criterion is."""
    require_same_losses(actual, expected)


@check("single_samples", weight=0.25, requires=_OVER_BATCHES)
def test_takes_a_single_sample(actual: Observation, expected: Observation) -> None:
    """It works where each batch is one sample alone."""
    require_same_losses(actual, expected)


@check("sampled", weight=0.5, requires=_OVER_BATCHES)
def test_counts_the_samples_it_sees(actual: Observation, expected: Observation) -> None:
    """The samples are counted from the batches, whatever else the loader says of itself."""
    require_same_losses(actual, expected)


@check("list_again", weight=0.5, requires=_OVER_BATCHES)
def test_leaves_the_batches_alone(actual: Observation, expected: Observation) -> None:
    """A list of batches can be evaluated again: nothing in it was changed or removed."""
    require_same_losses(actual, expected)
    for name in ("batches", "batches_require_grad"):
        require_same(actual[name], expected[name], what="The batches after the calls")


@check("stream", weight=0.25, requires=_ANY_ITERABLE, attested=True)
def test_goes_through_the_loader_once(actual: Observation, expected: Observation) -> None:
    """The loader is gone through once, and every batch is taken."""
    require_same_losses(actual, expected)
    for name in ("passes", "drawn"):
        require_same(actual[name], expected[name], what=f"How often ({name})")
