"""The check that every exercise has: global settings are left as they were. Pure.

It rests on the word of the student's process, and that is safe: code that can lie about a setting
can also put it back, which is all that the check asks.
"""

from collections.abc import Iterable

from autograder.checks.check import CheckFunction, check, require
from autograder.model.observation import Observation

NAME = "test_leaves_settings_alone"
# By the probe's names. The message names the first one alone, so that it can tell little of hidden
# inputs.
_IN_WORDS = {
    "inference_mode": "inference mode (torch.is_inference_mode_enabled())",
    "grad_mode": "the grad mode (torch.is_grad_enabled())",
    "default_dtype": "the default dtype (torch.get_default_dtype())",
    "default_device": "the default device (torch.get_default_device())",
    "threads": "the number of threads (torch.get_num_threads())",
    "deterministic_mode": "deterministic mode (torch.are_deterministic_algorithms_enabled())",
    "anomaly_detection": "anomaly detection (torch.is_anomaly_enabled())",
    "autocast": "autocast (torch.is_autocast_enabled())",
    "numpy_errors": "NumPy's error handling (np.geterr())",
}


def settings_check(module: str, *on: str, weight: float, requires: Iterable[str]) -> CheckFunction:
    """The check for one exercise.

    Args:
        module: The suite's, ``__name__``.
        on: Names of scenarios, as for :func:`check`.
        weight: A fortieth of the exercise's weight, or less.
        requires: Names of checks that must pass first, one of a value among them.
    """

    @check(*on, weight=weight, requires=requires, attested=True)
    def leaves_settings_alone(actual: Observation, expected: Observation) -> None:
        """PyTorch's and NumPy's global settings are afterwards as they were."""
        del expected
        left = actual["settings_left"]
        known = [
            words for name, words in _IN_WORDS.items() if isinstance(left, dict) and name in left
        ]
        what = known[0] if known else "one of the settings"
        require(
            left == {},
            f"After a call, {what} is not what it was before. Other code in the notebook relies "
            "on it: leave it alone, or put it back before returning.",
        )

    # A worker process unpickles a check by these two names.
    leaves_settings_alone.__module__ = module
    leaves_settings_alone.__qualname__ = NAME
    return leaves_settings_alone
