"""The public scenarios of ``MLP``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# `sizes` are in_features, hidden and out_features; what is "drawn" follows from the seed.
SCENARIOS = (
    Scenario("parameters", {"ask": "parameters", "sizes": "drawn"}),
    # So many outputs that a ReLU behind them never makes all of them zero.
    Scenario("shape", {"ask": "shape", "sizes": "drawn", "rows": "drawn"}),
    Scenario("outputs", {"ask": "outputs", "sizes": [3, 5, 2], "rows": [6]}),
    Scenario("gradients", {"ask": "gradients", "sizes": [3, 5, 2], "rows": [6]}),
    Scenario("learns", {"ask": "learns", "sizes": [3, 32, 1], "rows": [128]}),
)
