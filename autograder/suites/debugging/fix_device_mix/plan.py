"""How ``fix_device_mix`` is called. Public: runs beside student code and is part of the kit.

The other device is the simulated one, which every machine has; it raises what a GPU raises.
"""

from typing import Any

import torch
from torch import Tensor

from autograder.model.exercise import Scenario
from autograder.probe import simgpu
from autograder.probe.inputs import make_batch, make_model
from autograder.probe.recorder import Recorder
from autograder.probe.returned_loss import gradients_from, number_in, symptoms_of


def plan(fix_device_mix: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for the loss of a model on one device on a batch that lies on the CPU.

    Options: ``sizes`` (rows of each call's batch), ``outputs`` (of the model), ``device`` (its
    name), ``as_name`` (whether the name itself is passed), ``model``, ``times`` (how often each
    batch is passed).
    """
    simgpu.install()
    options: dict[str, Any] = {
        "outputs": 1, "device": simgpu.NAME, "as_name": False, "model": "mlp", "times": 1,
        **scenario.options,
    }  # fmt: skip
    name = options["device"]
    device = name if options["as_name"] else torch.device(name)
    symptoms = {}
    for number, size in enumerate(options["sizes"], start=1):
        model = make_model(options["model"], outputs=options["outputs"]).to(name)
        x, y = make_batch(size, criterion="mse", outputs=options["outputs"])
        given = x.clone(), y.clone()
        arguments = model, x, y, device
        loss = [recorder.call(fix_device_mix, *arguments) for _ in range(options["times"])][-1]
        symptoms[f"call_{number}"] = symptoms_of(loss, model) | {"place": _place(loss)}
        recorder.value(f"loss_{number}", number_in(loss))
        recorder.value(f"loss_there_{number}", _detached(loss))
        recorder.value(f"gradients_{number}", gradients_from(loss, model))
        same = _unmoved(x, given[0]), _unmoved(y, given[1])
        recorder.value(f"batch_as_before_{number}", same)
        with torch.no_grad():
            recorder.value(f"outputs_{number}", model(given[0].to(_home(model))))
    recorder.explain("symptoms", symptoms)


def _detached(loss: object) -> object:
    """The loss as it is, device and shape included; whether it has a graph is another matter."""
    return loss.detach() if isinstance(loss, Tensor) else loss


def _place(loss: object) -> str:
    return loss.device.type if isinstance(loss, Tensor) else "nowhere"


def _unmoved(tensor: Tensor, before: Tensor) -> bool:
    return tensor.device == before.device and torch.equal(tensor, before)


def _home(model: torch.nn.Module) -> torch.device:
    return next(model.parameters()).device
