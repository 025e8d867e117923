"""The public scenarios of ``fit``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    # So many that no guess at how many of them are right is a good one; and all are right before,
    # so that training changes how many.
    Scenario("one_epoch", {"train": [4, 4], "val": [64, 37], "best": True}),
    Scenario("three_epochs", {"train": [4, 4, 4], "val": [4, 4], "epochs": 3}),
    Scenario("stale_gradients", {"train": [5], "val": [3], "stale": True}),
    # With a learning rate of 0 the model stays what it is: only the averaging is looked at.
    Scenario(
        "shorter_last",
        {"train": [5, 5, 2], "val": [4, 4, 1], "optimizer": {"name": "sgd", "lr": 0.0}},
    ),
)
