"""The public scenarios of ``fix_accumulation``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# Never a single batch: from clean gradients the bug would be right on it.
SCENARIOS = (
    Scenario("several_batches", {"sizes": [5, 5, 5, 5]}),
    Scenario("stale_gradients", {"sizes": [5, 5, 5], "stale": True}),
    Scenario("generator", {"sizes": [4, 4, 4], "batches": "generator"}),
)
