"""The public scenarios of ``train_step_on``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("batch_there", {"x_on": "simgpu", "y_on": "simgpu"}),
    Scenario("batch_on_cpu", {}),
    Scenario("stale_gradients", {"x_on": "simgpu", "y_on": "simgpu", "stale": True}),
)
