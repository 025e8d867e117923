"""How ``fix_accumulation`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.model.exercise import Scenario
from autograder.probe.backward import watched_backward
from autograder.probe.dropout import seeded_by_batch
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
)
from autograder.probe.loaders import Batch, make_loader
from autograder.probe.recorder import Recorder


def plan(fix_accumulation: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Let a small model be trained on a few batches, then look at it through a pass of our own.

    Options: ``sizes`` (rows of each batch), ``batches`` (see make_loader), ``calls``, ``model``,
    ``criterion``, ``optimizer``, ``stale`` (gradients left over on entry), ``owned`` (``all``, or
    ``last`` when the optimizer owns the last layer only).
    """
    options: dict[str, Any] = {
        "batches": "list", "calls": 1, "model": "mlp", "criterion": "mse",
        "optimizer": {"name": "sgd", "lr": 0.1}, "stale": False, "owned": "all",
        **scenario.options,
    }  # fmt: skip
    outputs = CLASSES if is_classifier(options["criterion"]) else 1
    model = make_model(options["model"], outputs=outputs)
    criterion = make_criterion(options["criterion"])
    owned = list(model.parameters())[0 if options["owned"] == "all" else -2 :]
    optimizer = make_optimizer(owned, options["optimizer"])
    # Before the batches: whoever leaves this out gets other batches than the reference.
    if options["stale"]:
        fill_gradients(model)
    batches = [
        make_batch(size, criterion=options["criterion"], outputs=outputs)
        for size in options["sizes"]
    ]
    look = torch.randn(16, FEATURES)
    before = copied_parameters(model)
    calls = _Calls(model, batches, options["batches"], recorder)
    with recorder.watch(model, optimizer, criterion=criterion), watched_backward() as backward:
        for number in range(1, options["calls"] + 1):
            calls.make(number, fix_accumulation, optimizer, criterion)
    recorder.value("batches", [list(batch) for batch in batches])
    symptoms = _symptoms(model, before, dwelt=calls.dwelt)
    symptoms["backward_led_nowhere"] = backward.led_nowhere(recorder.events)
    recorder.explain("symptoms", symptoms)
    # In training mode dropout answers otherwise than in evaluation mode.
    torch.default_generator.manual_seed(scenario.seed)
    with torch.no_grad():
        recorder.value("outputs_afterwards", model(look))


class _Calls:
    """Makes one call after the other and keeps what each one left.

    Attributes:
        dwelt: Whether the model got the same batch twice in a row.
    """

    def __init__(
        self, model: nn.Sequential, batches: list[Batch], kind: str, recorder: Recorder
    ) -> None:
        self._model = model
        self._batches = batches
        self._kind = kind
        self._recorder = recorder
        self._latest = -1
        self.dwelt = False

    def make(self, number: int, function: Any, optimizer: Any, criterion: nn.Module) -> None:
        self._latest = -1
        batches = make_loader(self._kind, self._batches)
        try:
            with seeded_by_batch(self._model, self._notice):
                returned = self._recorder.call(function, self._model, optimizer, criterion, batches)
            self._recorder.value(f"returned_{number}", returned)
        finally:
            self._recorder.value(f"parameters_{number}", copied_parameters(self._model))
            gradients = {name: p.grad for name, p in self._model.named_parameters()}
            self._recorder.explain(f"gradients_{number}", gradients)

    def _notice(self, content: int) -> None:
        self.dwelt = self.dwelt or content == self._latest
        self._latest = content


def _symptoms(model: nn.Module, before: dict[str, Tensor], *, dwelt: bool) -> dict[str, bool | str]:
    after = copied_parameters(model)
    modes = {module.training for module in model.modules()}
    return {
        "moved": any(not torch.equal(before[name], after[name]) for name in before),
        "dwells_on_a_batch": dwelt,
        "mode_afterwards": "mixed" if len(modes) > 1 else "train" if True in modes else "eval",
    }
