"""The public scenarios of ``dydx``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("numbers", {"given": [2.0], "drawn": 3}),
    Scenario("integers", {"given": [2], "drawn": 2, "whole": True}),
    Scenario("watched", {"drawn": 1, "watched": True}),
)
