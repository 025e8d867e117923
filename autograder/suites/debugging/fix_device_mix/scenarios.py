"""The public scenarios of ``fix_device_mix``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# Never the CPU: the bug would be right on it.
SCENARIOS = (
    Scenario("another_device", {"sizes": [5]}),
    Scenario("by_name", {"sizes": [4], "as_name": True}),
)
