"""The public scenarios of ``fit``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# A ``steady`` model stays what it is in training: what is asked of the numbers that are returned is
# told whatever the training is like. ``training_alone``: see the plan.
SCENARIOS = (
    # Of 3000 seeds, none had a first gradient with a norm below 3.5, or without an element above 2:
    # whichever usual limit it is clipped to, the update shows it. With inputs five times as large,
    # updates that hardly move anything look alike beside the right one.
    Scenario(
        "training",
        {
            "model": "linear", "spread": 10.0, "contrary": True,
            "optimizer": {"name": "sgd", "lr": 0.02},
            "train": [4, 4], "val": [5], "training_alone": True,
        },
    ),
    Scenario(
        "steady", {"model": "steady", "train": [4, 4], "val": [5], "training_alone": True}
    ),
    # So many that no guess at how many of them are right is a good one.
    Scenario("validation", {"model": "steady", "train": [4, 4], "val": [101]}),
    Scenario(
        "three_epochs", {"train": [4, 4, 4], "val": [5], "epochs": 3, "training_alone": True}
    ),
    Scenario(
        "stale_gradients", {"train": [5], "val": [3], "stale": True, "training_alone": True}
    ),
    Scenario(
        "shorter_last",
        {"model": "steady", "train": [5, 5, 2], "val": [31, 31, 8], "training_alone": True},
    ),
)  # fmt: skip
