"""How ``train_step_on`` is called. Public: runs beside student code and is part of the kit.

The other device is the simulated one, which every machine has; it raises what a GPU raises.
"""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.model.exercise import Scenario
from autograder.probe import simgpu
from autograder.probe.backward import watched_backward
from autograder.probe.inputs import (
    CLASSES,
    FEATURES,
    fill_gradients,
    is_classifier,
    make_batch,
    make_criterion,
    make_model,
    make_optimizer,
)
from autograder.probe.recorder import Recorder


def plan(train_step_on: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Train a small model on a device for a few calls, with batches that lie here or there.

    Options: ``device`` (its name; the model is there), ``as_name`` (whether the name itself is
    passed), ``x_on``, ``y_on`` (names of devices), ``model``, ``criterion``, ``optimizer``,
    ``batch`` (rows), ``calls``, ``stale`` (gradients left over on entry), ``same_batch`` (every
    call gets the same tensors), ``optimizer_first`` (it is made before the model moves).
    """
    simgpu.install()
    options: dict[str, Any] = {
        "device": simgpu.NAME, "as_name": False, "x_on": "cpu", "y_on": "cpu", "model": "mlp",
        "criterion": "mse", "optimizer": {"name": "sgd", "lr": 0.1}, "batch": 5, "calls": 1,
        "stale": False, "same_batch": False, "optimizer_first": False, **scenario.options,
    }  # fmt: skip
    model, optimizer = _placed(options)
    # Before the batches: whoever leaves this out gets other batches than the reference.
    if options["stale"]:
        fill_gradients(model)
    criterion = make_criterion(options["criterion"])
    batches = [_batch(options) for _ in range(1 if options["same_batch"] else options["calls"])]
    batches = batches * options["calls"] if options["same_batch"] else batches
    look = torch.randn(16, FEATURES)
    device = options["device"] if options["as_name"] else torch.device(options["device"])
    calls = _Calls(model, batches, recorder, scenario.seed)
    with recorder.watch(model, optimizer, criterion=criterion), watched_backward() as backward:
        try:
            calls.run(train_step_on, device, optimizer, criterion)
        finally:
            calls.keep(led_nowhere=backward.led_nowhere(recorder.events))
    _look_through(model, look, scenario, recorder)


class _Calls:
    """Calls the function and keeps what each call left."""

    def __init__(
        self, model: nn.Module, batches: list[tuple[Tensor, Tensor]], recorder: Recorder, seed: int
    ) -> None:
        self._model = model
        self._batches = batches
        self._recorder = recorder
        self._seed = seed
        self._before = _parameters(model)

    def run(self, train_step_on: Any, device: Any, optimizer: Any, criterion: Any) -> None:
        returned: list[object] = []
        self._recorder.value("returned", returned)
        for call, (x, y) in enumerate(self._batches):
            torch.default_generator.manual_seed(self._seed + call)
            arguments = device, self._model, optimizer, criterion, x, y
            returned.append(self._recorder.call(train_step_on, *arguments))
            self._recorder.value("returned", returned)
            self._recorder.model(f"after_call_{call + 1}", self._model)

    def keep(self, *, led_nowhere: bool) -> None:
        """Also where a call has raised: where everything is then tells what was not moved."""
        self._recorder.value("batch", self._batches[0])
        self._recorder.value("model", dict(self._model.state_dict()))
        after = _parameters(self._model)
        modes = {module.training for module in self._model.modules()}
        symptoms = {
            "moved": any(not torch.equal(self._before[name], after[name]) for name in after),
            "mode_afterwards": "mixed" if len(modes) > 1 else "train" if True in modes else "eval",
            "backward_led_nowhere": led_nowhere,
        }
        self._recorder.explain("symptoms", symptoms)


def _placed(options: dict[str, Any]) -> tuple[nn.Module, torch.optim.Optimizer]:
    model = make_model(options["model"], outputs=_outputs(options))
    if not options["optimizer_first"]:
        model.to(options["device"])
    optimizer = make_optimizer(list(model.parameters()), options["optimizer"])
    return model.to(options["device"]), optimizer


def _batch(options: dict[str, Any]) -> tuple[Tensor, Tensor]:
    x, y = make_batch(
        options["batch"], criterion=options["criterion"], outputs=_outputs(options)
    )  # fmt: skip
    return x.to(options["x_on"]), y.contiguous().to(options["y_on"])


def _outputs(options: dict[str, Any]) -> int:
    return CLASSES if is_classifier(options["criterion"]) else 1


def _parameters(model: nn.Module) -> dict[str, Tensor]:
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters()}


def _look_through(model: nn.Module, look: Tensor, scenario: Scenario, recorder: Recorder) -> None:
    """In training mode dropout and batch norm answer otherwise than in evaluation mode."""
    torch.default_generator.manual_seed(scenario.seed)
    with torch.no_grad():
        place = next(model.parameters()).device
        recorder.value("outputs_afterwards", model(look.to(place)).cpu())
