"""Runs one scenario on one function and makes the observation. Runs beside student code."""

import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import numpy as np
import torch

from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.probe.describe import describe_exception
from autograder.probe.recorder import Recorder, StudentRaised
from autograder.probe.switches import at_their_defaults

Plan = Callable[[object, Scenario, Recorder], None]


def plan_of(exercise: str) -> Plan:
    """The call plan of ``assignment/exercise``, from the public half of its suite."""
    assignment, name = exercise.split("/")
    module = import_module(f"autograder.suites.{assignment}.{name}.plan")
    plan: Plan = module.plan
    return plan


def observe(target: object, scenario: Scenario, plan: Plan) -> Observation:
    """The observation of ``plan`` running ``scenario`` on ``target``.

    An exception of the target is part of the observation, beside what was recorded before it; none
    leaves this function. Deterministic for a deterministic target: every generator is seeded from
    the scenario.
    """
    recorder = Recorder()
    raised = None
    with _known_state(scenario.seed):
        try:
            plan(target, scenario, recorder)
        except StudentRaised as carrier:
            raised = describe_exception(carrier.__cause__ or carrier)
        except BaseException as error:  # noqa: BLE001 - around student code; its fault by cause
            raised = describe_exception(error)
    return Observation(
        scenario=scenario.name,
        values=recorder.values,
        evidence=recorder.evidence,
        events=tuple(recorder.events),
        raised=raised,
    )


@contextmanager
def _known_state(seed: int) -> Iterator[None]:
    """Every global switch at its default and every generator seeded; restored after."""
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002
    with at_their_defaults(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # torch.manual_seed would queue a call for CUDA each time, with a formatted stack trace.
        torch.default_generator.manual_seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002 - a student may draw from the global generator
        random.seed(seed)
        try:
            yield
        finally:
            torch.set_rng_state(states[0])
            np.random.set_state(states[1])  # noqa: NPY002
            random.setstate(states[2])
