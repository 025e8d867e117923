"""The public scenarios of ``train_epoch``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("one_batch", {"sizes": [5], "apart": True}),
    Scenario("several_batches", {"sizes": [4, 4, 4]}),
    Scenario("stale_gradients", {"sizes": [5], "stale": True}),
    # A steady model stays what it is in training: only the averaging is looked at.
    Scenario("equal_batches", {"sizes": [4, 4, 4], "model": "steady"}),
    Scenario("shorter_last", {"sizes": [5, 5, 2], "model": "steady"}),
    Scenario("generator", {"sizes": [4, 4, 4], "loader": "generator"}),
)
