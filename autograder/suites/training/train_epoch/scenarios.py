"""The public scenarios of ``train_epoch``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("one_batch", {"sizes": [5]}),
    Scenario("several_batches", {"sizes": [4, 4, 4]}),
    Scenario("stale_gradients", {"sizes": [5], "stale": True}),
    # With a learning rate of 0 the losses stay what they are: only the averaging is looked at.
    Scenario("equal_batches", {"sizes": [4, 4, 4], "optimizer": {"name": "sgd", "lr": 0.0}}),
    Scenario("shorter_last", {"sizes": [5, 5, 2], "optimizer": {"name": "sgd", "lr": 0.0}}),
    Scenario("generator", {"sizes": [4, 4, 4], "loader": "generator"}),
)
