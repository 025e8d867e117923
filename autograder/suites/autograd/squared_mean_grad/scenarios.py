"""The public scenarios of ``squared_mean_grad``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("once"),
    Scenario("watched", {"watched": True}),
)
