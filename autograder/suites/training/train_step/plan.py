"""How ``train_step`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.model.exercise import Scenario
from autograder.probe.backward import watched_backward
from autograder.probe.inputs import (
    CLASSES,
    FEATURES,
    copied_parameters,
    fill_gradients,
    is_classifier,
    make_batch,
    make_criterion,
    make_model,
    make_optimizer,
    move_apart,
)
from autograder.probe.recorder import Recorder


def plan(train_step: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Train a small model for a few calls, then look at it through a forward pass of our own.

    Options: ``model``, ``criterion``, ``optimizer``, ``batch`` (rows), ``calls``, ``stale``
    (gradients left over on entry), ``cleared`` (none are left over from the call before),
    ``same_batch`` (every call gets the same tensors), ``apart`` (the predictions for the first
    batch are far from its targets), ``owned`` (``all``, or ``last`` when the optimizer owns the
    last layer only).
    """
    options: dict[str, Any] = {
        "criterion": "mse", "optimizer": {"name": "sgd", "lr": 0.1}, "batch": 5,
        "calls": 1, "stale": False, "cleared": False, "same_batch": False, "apart": False,
        "owned": "all", **scenario.options,
    }  # fmt: skip
    outputs = CLASSES if is_classifier(options["criterion"]) else 1
    model = make_model(options["model"], outputs=outputs)
    criterion = make_criterion(options["criterion"])
    optimizer = make_optimizer(_owned(model, options["owned"]), options["optimizer"])
    # Before the batches: whoever leaves this out gets other batches than the reference.
    if options["stale"]:
        fill_gradients(model)
    batches = [
        make_batch(options["batch"], criterion=options["criterion"], outputs=outputs)
        for _ in range(options["calls"])
    ]
    if options["same_batch"]:
        batches = batches[:1] * options["calls"]
    if options["apart"]:
        move_apart(model, *batches[0])
    look = torch.randn(16, FEATURES)
    before, numbers = copied_parameters(model), _numbers(batches[0])
    recorder.value("returned", [])
    with recorder.watch(model, optimizer, criterion=criterion), watched_backward() as backward:
        returned = []
        for call, (x, y) in enumerate(batches):
            torch.default_generator.manual_seed(scenario.seed + call)
            returned.append(recorder.call(train_step, model, optimizer, criterion, x, y))
            recorder.value("returned", returned)
            recorder.model(f"after_call_{call + 1}", model)
            if options["cleared"]:
                for parameter in model.parameters():
                    parameter.grad = None
    recorder.value("batch", batches[0])
    symptoms = {
        "batch_changed": _numbers(batches[0]) != numbers,
        "backward_led_nowhere": backward.led_nowhere(recorder.events),
    }
    recorder.explain("symptoms", _symptoms(model, before) | symptoms)
    _look_through(model, look, scenario, recorder)


def _owned(model: nn.Module, which: str) -> list[nn.Parameter]:
    parameters = list(model.parameters())
    return parameters if which == "all" else parameters[-2:]


def _numbers(batch: tuple[Tensor, Tensor]) -> list[object]:
    return [part.tolist() for part in batch]


def _symptoms(model: nn.Module, before: dict[str, Tensor]) -> dict[str, bool | str]:
    after = copied_parameters(model)
    modes = {module.training for module in model.modules()}
    return {
        "moved": any(not torch.equal(before[name], after[name]) for name in before),
        "mode_afterwards": "mixed" if len(modes) > 1 else "train" if True in modes else "eval",
    }


def _look_through(model: nn.Module, look: Tensor, scenario: Scenario, recorder: Recorder) -> None:
    """In training mode dropout and batch norm answer otherwise than in evaluation mode."""
    torch.default_generator.manual_seed(scenario.seed)
    with torch.no_grad():
        recorder.value("outputs_afterwards", model(look))
