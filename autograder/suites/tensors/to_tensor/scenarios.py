"""The public scenarios of ``to_tensor``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# An array is [dtype, shape].
SCENARIOS = (
    Scenario("doubles", {"arrays": [["float64", [4, 3]]]}),
    Scenario("floats", {"arrays": [["float32", [4, 3]]]}),
    Scenario("integers", {"arrays": [["int64", [4, 3]]]}),
)
