"""Hidden scenarios of ``evaluate`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check, require_same
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.evaluation.evaluate.test_evaluate import require_same_losses

_LOSS = ["test_returns_the_loss"]
_OVER_BATCHES = ["test_averages_the_loss_over_all_batches"]
_OVER_SAMPLES = ["test_averages_the_loss_over_samples"]

SCENARIOS = (
    # It arrives in evaluation mode: what batch norm does in the other one is asked elsewhere.
    Scenario(
        "left_alone",
        {"sizes": [5, 3], "model": "batch_norm", "stale": True, "frozen": True},
        hidden=True,
    ),
    Scenario("grad_modes", {"sizes": [4], "calls": 4, "grad_modes": True}, hidden=True),
    Scenario("elsewhere", {"sizes": [4, 3], "batches_on": "simgpu"}, hidden=True),
    Scenario(
        "elsewhere_by_name", {"sizes": [4], "batches_on": "simgpu", "as_name": True}, hidden=True
    ),
    Scenario("on_simgpu", {"sizes": [4, 3], "device": "simgpu"}, hidden=True),
    Scenario("smoothed_labels", {"sizes": [5, 4], "criterion": "smoothed"}, hidden=True),
    Scenario("batch_of_one", {"sizes": [3, 3, 1], "model": "both"}, hidden=True),
    Scenario("sampled", {"sizes": [4, 4, 3], "loader": "sampled"}, hidden=True),
    Scenario("list_again", {"sizes": [4, 4], "loader": "list", "calls": 2}, hidden=True),
    Scenario("stream", {"sizes": [4, 4, 4], "loader": "stream"}, hidden=True),
)


@check("left_alone", weight=0.75, requires=_LOSS)
def test_changes_nothing(actual: Observation, expected: Observation) -> None:
    """A training step afterwards is what it would have been: parameters, .grad, flags, buffers."""
    require_same(
        actual["after_a_step"], expected["after_a_step"], what="The model after a training step"
    )


@check("grad_modes", weight=0.5, requires=_LOSS)
def test_keeps_the_grad_mode(actual: Observation, expected: Observation) -> None:
    """Whether gradients are recorded is on return what it was on entry, on or off."""
    require_same_losses(actual, expected)
    require_same(
        actual["modes_after"], expected["modes_after"], what="torch.is_grad_enabled() on return"
    )


# The other device is simulated in the student's process, which could teach it to mix.
@check("elsewhere", "elsewhere_by_name", "on_simgpu", weight=0.6, requires=_LOSS, attested=True)
def test_moves_each_batch(actual: Observation, expected: Observation) -> None:
    """Batches that lie on another device are moved to the given one, where the model stays."""
    require_same_losses(actual, expected)
    require_same(actual["model_on"], expected["model_on"], what="Where the model is afterwards")


@check("smoothed_labels", weight=0.75, requires=_OVER_BATCHES)
def test_uses_the_given_criterion(actual: Observation, expected: Observation) -> None:
    """The loss is criterion(prediction, target), whatever the criterion is."""
    require_same_losses(actual, expected)


@check("batch_of_one", weight=0.25, requires=_OVER_SAMPLES)
def test_takes_a_single_sample(actual: Observation, expected: Observation) -> None:
    """The last batch may be a single sample."""
    require_same_losses(actual, expected)


@check("sampled", weight=0.5, requires=_OVER_SAMPLES)
def test_counts_the_samples_it_sees(actual: Observation, expected: Observation) -> None:
    """The samples are counted from the batches, whatever else the loader says of itself."""
    require_same_losses(actual, expected)


@check("list_again", weight=0.5, requires=_OVER_BATCHES)
def test_leaves_the_batches_alone(actual: Observation, expected: Observation) -> None:
    """A list of batches can be evaluated again: nothing in it was changed or removed."""
    require_same_losses(actual, expected)
    for name in ("batches", "batches_require_grad"):
        require_same(actual[name], expected[name], what="The batches after the calls")


@check("stream", weight=0.25, requires=_OVER_BATCHES, attested=True)
def test_goes_through_the_loader_once(actual: Observation, expected: Observation) -> None:
    """The loader is gone through once, and every batch is taken."""
    require_same_losses(actual, expected)
    for name in ("passes", "drawn"):
        require_same(actual[name], expected[name], what=f"How often ({name})")
