"""The public scenarios of ``pick_device``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (Scenario("with_and_without_cuda", {"calls": 12}),)
