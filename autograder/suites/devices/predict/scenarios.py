"""The public scenarios of ``predict``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("on_simgpu", {"device": "simgpu"}),
    Scenario("on_cpu", {"device": "cpu"}),
)
