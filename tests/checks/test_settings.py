"""The one check of global settings: what it says, and that every suite has it."""

from importlib import import_module

import pytest

from autograder.checks.check import CheckFailed
from autograder.checks.settings import NAME, settings_check
from autograder.judge.suite import load_suite
from autograder.model.observation import Observation, Value
from autograder.probe.switches import SETTINGS
from tests.suites.workbench import EXERCISES

TITLE = "PyTorch's and NumPy's global settings are afterwards as they were."


def _says(left: Value) -> str:
    """What the check says of a claim; empty where it passes."""
    function = settings_check(__name__, "s", weight=1, requires=["test_value"])
    try:
        function(Observation("s", {"settings_left": left}), Observation("s"))
    except CheckFailed as failure:
        return failure.summary
    return ""


def test_nothing_left_passes() -> None:
    """It is true that a function that leaves every setting alone passes."""
    assert _says({}) == ""


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_each_setting_has_its_words(name: str) -> None:
    """It is true that each setting that the probe can report is named in the message."""
    assert "one of the settings" not in _says({name: True})


def test_only_the_first_is_named() -> None:
    """It is true that a message about secret inputs chooses among few sentences."""
    every: Value = {setting.name: True for setting in SETTINGS}
    assert _says(every) == _says({SETTINGS[0].name: "at length"})


@pytest.mark.parametrize("claim", [None, True, "", 0, [], (), [[]], {"other": 1}, "threads"])
def test_any_other_claim_fails(claim: Value) -> None:
    """It is true that nothing but an empty dict passes, and that a strange claim is not quoted."""
    assert "one of the settings" in _says(claim)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_asks_for_it(exercise: str) -> None:
    """It is true that each suite has the check, of at most a fortieth of its weight, in public."""
    suite = load_suite(*exercise.split("/"))
    found = [check for check in suite.checks if check.title == TITLE]
    assert [(check.name, check.hidden) for check in found] == [(NAME, False)]
    # A worker gets a suite with each function by these two names.
    function = found[0].function
    assert getattr(import_module(function.__module__), function.__qualname__) is function
    total = sum(check.specification.weight for check in suite.checks)
    assert 0.005 < found[0].specification.weight / total <= 0.025
