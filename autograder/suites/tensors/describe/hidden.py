"""Hidden scenarios of ``describe`` and the checks on them. Never in a kit, never in a sandbox."""

from autograder.checks.check import check
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.tensors.describe.test_describe import (
    require_same_entry,
)

SCENARIOS = (
    Scenario(
        "more",
        {
            "batches": [
                [[6], "float32", True, "cpu"],
                [[4, 3, 2], "float16", False, "cpu"],
                [[1, 9], "bool", False, "meta"],
            ],
            "with_gradients": True,
        },
        hidden=True,
    ),
)

_EVERY = [
    "test_tells_the_shape",
    "test_tells_the_dtype",
    "test_tells_the_device",
    "test_tells_requires_grad",
]


@check("more", weight=0.5, requires=_EVERY)
def test_describes_any_tensor(actual: Observation, expected: Observation) -> None:
    """Tensors of any shape, dtype and device are described rightly."""
    for key in ("shape", "dtype", "device", "requires_grad"):
        require_same_entry(actual, expected, key=key)
