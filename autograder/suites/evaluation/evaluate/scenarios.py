"""The public scenarios of ``evaluate``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# Where the averaging is not what is looked at, there is one batch, or there are equal ones: a mean
# of means is right there.
SCENARIOS = (
    # So many that no guess at how many of them are right is a good one.
    Scenario("one_batch", {"sizes": [101], "shows_activations": True}),
    Scenario("equal_batches", {"sizes": [4, 4, 4]}),
    Scenario("shorter_last", {"sizes": [5, 5, 3]}),
    Scenario("modes", {"sizes": [97], "model": "both", "arrives": "train"}),
    Scenario("recording", {"sizes": [103], "model": "graph_sensitive"}),
    Scenario("generator", {"sizes": [4, 4, 4], "loader": "generator"}),
)
