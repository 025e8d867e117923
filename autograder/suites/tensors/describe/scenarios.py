"""The public scenarios of ``describe``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# A batch is [shape, dtype, whether it requires grad, device]; see the plan for what is drawn.
SCENARIOS = (
    Scenario("batch", {"batches": [[[32, 10], "float32", False, "cpu"]]}),
    Scenario(
        "others",
        {
            "batches": [
                [[3, 5], "float64", True, "cpu"],
                [[7, 2], "int64", False, "meta"],
                [[4, 6], "float32", True, "meta"],
                [[2, 9], "float64", False, "cpu"],
                [[8, 3], "float16", False, "meta"],
                [[5, 4], "bfloat16", True, "cpu"],
            ]
        },
    ),
)
