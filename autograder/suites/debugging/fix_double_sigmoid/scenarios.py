"""The public scenarios of ``fix_double_sigmoid``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

SCENARIOS = (
    Scenario("ordinary", {"sizes": [6]}),
    Scenario("large", {"sizes": [8], "large": True}),
)
