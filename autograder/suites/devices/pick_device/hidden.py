"""Hidden scenarios of ``pick_device`` and the checks on them.

Never in a kit, never in a sandbox.
"""

from autograder.checks.check import check
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.suites.devices.pick_device.test_pick_device import require_same_kinds

_RIGHT = ["test_follows_what_is_available"]

SCENARIOS = (
    Scenario("several_gpus", {"calls": 12, "gpus": 3}, hidden=True),
    Scenario("apple", {"calls": 12, "mps": True}, hidden=True),
)


@check("several_gpus", weight=0.5, requires=_RIGHT)
def test_follows_again(actual: Observation, expected: Observation) -> None:
    """It decides anew in every call, also on a machine with several GPUs."""
    require_same_kinds(actual, expected)


@check("apple", weight=1, requires=_RIGHT)
def test_picks_no_other_device(actual: Observation, expected: Observation) -> None:
    """It answers CUDA or the CPU, whatever else the machine has."""
    require_same_kinds(actual, expected)
