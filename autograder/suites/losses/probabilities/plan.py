"""How ``probabilities`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor

from autograder.model.exercise import Scenario
from autograder.probe.logits import make_logits
from autograder.probe.recorder import Recorder, StudentRaised

_TASKS = ("binary", "multiclass")


def plan(probabilities: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for the probabilities of one batch of logits after the other.

    Options: ``calls`` (rows of [task, samples, columns]; for a name that is no task here, what is
    raised is reported), ``large`` (logits of up to ±200), ``twice`` (whether each batch is passed
    twice), ``graph`` (whether the logits carry one, as a model's output does).
    """
    options: dict[str, Any] = {"large": False, "twice": False, "graph": True, **scenario.options}
    for number, (task, samples, columns) in enumerate(options["calls"], start=1):
        start = make_logits(task, samples, columns, large=options["large"])
        if options["large"]:
            # The others come out as zeros and ones, whatever the seed is.
            start[torch.randint(0, samples, ())] = torch.randn(columns)
        if task not in _TASKS:
            recorder.value(f"raised_{number}", _raised(probabilities, task, start))
            continue
        given = start.clone()
        start.requires_grad_(options["graph"])
        logits = start * 1.0
        returned = recorder.call(probabilities, task, logits)
        if options["twice"]:
            returned = recorder.call(probabilities, task, logits)
        recorder.value(f"p_{number}", _without_graph(returned))
        recorder.value(f"carries_graph_{number}", _carries_graph(returned))
        recorder.value(f"logits_as_before_{number}", torch.equal(logits, given))


def _raised(probabilities: Any, task: str, logits: Tensor) -> str:
    """What a name that is no task leads to."""
    try:
        Recorder().call(probabilities, task, logits)
    except StudentRaised as carrier:
        cause = carrier.__cause__
        if type(cause) is NotImplementedError and not cause.args:
            # What students are given raises it for every task: no mistake of theirs.
            return "NotImplementedError"
        return "ValueError" if isinstance(cause, ValueError) else "another exception"
    return "nothing"


def _without_graph(returned: object) -> object:
    """The values in float32, whatever float type they have; anything else as it is."""
    if isinstance(returned, Tensor) and returned.is_floating_point():
        return returned.detach().float()
    return returned


def _carries_graph(returned: object) -> bool | None:
    return returned.requires_grad if isinstance(returned, Tensor) else None
