"""The public scenarios of ``train_step``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("one_step", {"model": "mlp", "apart": True}),
    Scenario("stale_gradients", {"model": "mlp", "stale": True}),
)
