"""The device exercises on a real GPU, where there is one; grading uses the simulated one.

Grading keeps to the simulated GPU so that a notebook's grade does not depend on the machine.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch

from autograder.checks.check import run_checks
from autograder.model.exercise import Option, Scenario
from autograder.model.observation import Observation
from autograder.model.verdict import Outcome
from autograder.probe.observe import observe, plan_of
from tests.suites.test_fairness import variants
from tests.suites.workbench import namespace_of, notebook_cell, workbench

ON_A_DEVICE = ("devices/predict", "devices/train_step_on")


def moved(scenario: Scenario, device: str) -> Scenario:
    """The same scenario with another device in the place of the simulated GPU."""
    options: dict[str, Option] = {
        key: re.sub("simgpu(:0)?", device, value) if isinstance(value, str) else value
        for key, value in scenario.options.items()
    }
    # What a plan fills in is the simulated GPU.
    return replace(scenario, options={"device": device, **options})


class Elsewhere:
    """One exercise on one device, held against its own reference there."""

    def __init__(self, exercise: str, device: str) -> None:
        self._exercise = exercise
        self.suite = workbench(exercise).suite
        # A GPU's dropout draws from a generator of its own, which no scenario seeds.
        self._scenarios = [moved(s, device) for s in self.suite.scenarios if s.name != "modes"]
        self._expected = self.observe(notebook_cell(exercise, "-solution"))

    def observe(self, source: str) -> Mapping[str, Observation]:
        """What is seen of a solution there."""
        target = namespace_of(self._exercise, source)[self._exercise.split("/")[1]]
        return {s.name: observe(target, s, plan_of(self._exercise)) for s in self._scenarios}

    def keeps_everything(self, source: str) -> bool:
        """Whether a solution passes every check there."""
        checks = [c for c in self.suite.checks if "modes" not in c.specification.on]
        results = run_checks(checks, self.observe(source), self._expected)
        return all(result.outcome is Outcome.PASSED for result in results)


@pytest.mark.parametrize("exercise", ON_A_DEVICE)
def test_no_scenario_stays_behind(exercise: str) -> None:
    """It is true that every scenario can be moved to another device, and that nothing else is."""
    for scenario in workbench(exercise).suite.scenarios:
        options = moved(scenario, "cuda").options
        assert "simgpu" not in str(options)
        assert options.keys() == {"device", *scenario.options}


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("exercise", ON_A_DEVICE)
def test_same_verdicts_on_cuda(exercise: str) -> None:
    """It is true that on CUDA right solutions keep everything and wrong ones do not."""
    there = Elsewhere(exercise, "cuda:0")
    right = (*there.suite.accepted, *variants(exercise, "right"))
    assert [v.id for v in right if not there.keeps_everything(v.source)] == []
    wrong = (*there.suite.misconceptions, *variants(exercise, "wrong"))
    kept = {v.id for v in wrong if there.keeps_everything(v.source)}
    # Eval mode and a second forward pass only show where dropout is.
    assert kept <= {"left-in-eval", "extra-forward", "evaluating"}
