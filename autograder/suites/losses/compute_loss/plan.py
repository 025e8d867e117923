"""How ``compute_loss`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor

from autograder.model.exercise import Scenario
from autograder.probe.logits import TASKS, make_logits, make_target
from autograder.probe.recorder import Recorder, StudentRaised
from autograder.probe.returned_loss import number_in


def plan(compute_loss: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for the loss of one batch after the other, and for its gradient.

    The logits are the result of a recorded calculation, as a model's output is.

    Options: ``calls`` (rows of [task, samples, columns]; for a name that is no task, what is raised
    is reported), ``large`` (logits of up to ±200), ``twice`` (whether each batch is passed
    twice), ``graph`` (whether the logits carry one).
    """
    options: dict[str, Any] = {"large": False, "twice": False, "graph": True, **scenario.options}
    symptoms = {}
    for number, (task, samples, columns) in enumerate(options["calls"], start=1):
        start = make_logits(task, samples, columns, large=options["large"])
        target = make_target(task, start, large=options["large"])
        if not options["large"] and task in TASKS:
            start = _unsure(task, start, target)
        if task not in TASKS:
            recorder.value(f"raised_{number}", _raised(compute_loss, task, start, target))
            continue
        given = start.clone(), target.clone()
        start.requires_grad_(options["graph"])
        logits = start * 1.0
        loss = recorder.call(compute_loss, task, logits, target)
        if options["twice"]:
            loss = recorder.call(compute_loss, task, logits, target)
        recorder.value(f"loss_{number}", number_in(loss))
        recorder.value(f"is_0d_tensor_{number}", isinstance(loss, Tensor) and loss.dim() == 0)
        if options["graph"]:
            recorder.value(f"gradient_{number}", _gradient(loss, start))
        same = torch.equal(logits, given[0]), torch.equal(target, given[1])
        recorder.value(f"arguments_as_before_{number}", same)
        symptoms[f"call_{number}"] = _symptoms(loss, start)
    recorder.explain("symptoms", symptoms)


def _unsure(task: str, logits: Tensor, target: Tensor) -> Tensor:
    """Logits that give each sample's target a probability of 12% to 88%, sigmoid(±2).

    What keeps a logarithm away from 0 shows by chance where a probability is near 0 or 1. Here a
    limit below 10% never shows; nor does a summand S of 1e-5 or less, as it changes a sample's loss
    by S/p and its gradient by S/p of it. One of 4e-5 or more always does: S/p is more than 1e-4 of
    -log(p) then for any p. Large logits show them all.
    """
    margin = torch.empty(len(logits), 1).uniform_(-2, 2)
    if task == "binary":
        return margin
    if task == "multiclass":
        place = target.unsqueeze(1)
        others = logits.scatter(1, place, -torch.inf).logsumexp(dim=1, keepdim=True)
        return logits.scatter(1, place, others + margin)
    return logits


def _raised(compute_loss: Any, task: str, logits: Tensor, target: Tensor) -> str:
    """What a name that is no task leads to."""
    try:
        Recorder().call(compute_loss, task, logits, target)
    except StudentRaised as carrier:
        cause = carrier.__cause__
        if type(cause) is NotImplementedError and not cause.args:
            # What students are given raises it for every task: no mistake of theirs.
            return "NotImplementedError"
        return "ValueError" if isinstance(cause, ValueError) else "another exception"
    return "nothing"


def _gradient(loss: object, start: Tensor) -> Tensor | None:
    """(samples, columns) float32, or None where no gradient comes back."""
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return None
    try:
        return torch.autograd.grad(loss.sum(), start, allow_unused=True)[0]
    except Exception:  # noqa: BLE001 - whatever a student's own backward does
        return None


def _symptoms(loss: object, start: Tensor) -> dict[str, bool | str]:
    tensor = isinstance(loss, Tensor)
    return {
        "kind": "tensor" if tensor else type(loss).__name__,
        "requires_grad": isinstance(loss, Tensor) and loss.requires_grad,
        "went_backward": start.grad is not None,
    }
