"""The public scenarios of ``evaluate``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    # So many that no guess at how many of them are right is a good one.
    Scenario("one_batch", {"sizes": [101]}),
    Scenario("equal_batches", {"sizes": [4, 4, 4]}),
    Scenario("shorter_last", {"sizes": [5, 5, 2]}),
    Scenario("modes", {"sizes": [6, 6], "model": "both", "arrives": "train"}),
    Scenario("recording", {"sizes": [4, 3], "model": "graph_sensitive"}),
    Scenario("generator", {"sizes": [4, 4, 4], "loader": "generator"}),
)
