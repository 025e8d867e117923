"""The public scenarios of ``standardize``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# A batch is [samples, one entry a feature]: its standard deviation, or 0 for a constant one.
SCENARIOS = (
    Scenario("batch", {"batches": [[8, [1.0, 5.0, 0.5]]]}),
    Scenario("constant", {"batches": [[8, [2.0, 0.0, 1.0]]], "constant": 3.0}),
)
