"""How ``predict`` is called. Public: runs beside student code and is part of the kit.

The other device is the simulated one, which every machine has; it raises what a GPU raises.
"""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.model.exercise import Scenario
from autograder.probe import simgpu
from autograder.probe.forward import watched_forward
from autograder.probe.inputs import FEATURES, make_model
from autograder.probe.recorder import Recorder


def plan(predict: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for predictions, then look at where everything is and whether the model can be trained.

    Options: ``device`` (its name), ``as_name`` (whether the name itself is passed), ``model``,
    ``model_on``, ``x_on`` (names of devices), ``sizes`` (rows of each call's batch), ``outputs``,
    ``grad_modes`` (the seed draws whether gradients are recorded around each call).
    """
    simgpu.install()
    options: dict[str, Any] = {
        "device": simgpu.NAME, "as_name": False, "model": "mlp", "model_on": "cpu", "x_on": "cpu",
        "sizes": [4], "outputs": 2, "grad_modes": False, **scenario.options,
    }  # fmt: skip
    model = make_model(options["model"], outputs=options["outputs"]).to(options["model_on"])
    batches = [torch.randn(size, FEATURES).to(options["x_on"]) for size in options["sizes"]]
    look = torch.randn(3, FEATURES)
    drawn = [True, False, *torch.randint(0, 2, (len(batches),)).bool().tolist()]
    modes = drawn if options["grad_modes"] else [True] * len(batches)
    device = options["device"] if options["as_name"] else torch.device(options["device"])
    calls = _Calls(model, batches, recorder)
    try:
        calls.run(predict, device, modes)
    finally:
        torch.set_grad_enabled(True)
        calls.keep()
    recorder.value("gradients_of_answers", _through_answers(model, calls.answers, look))
    recorder.value("gradients", _trained(model, look))


class _Calls:
    """Calls the function and keeps what each call left.

    Attributes:
        answers: What was returned.
    """

    def __init__(self, model: nn.Module, batches: list[Tensor], recorder: Recorder) -> None:
        self._model = model
        self._batches = batches
        self._recorder = recorder
        self._modes_after: list[bool] = []
        self._met: list[tuple[str, ...]] = []
        self.answers: list[object] = []

    def run(self, predict: Any, device: Any, modes: list[bool]) -> None:
        with watched_forward(self._model, before=self._meet):
            for x, mode in zip(self._batches, modes, strict=False):
                torch.set_grad_enabled(mode)
                self.answers.append(self._recorder.call(predict, self._model, x, device))
                self._modes_after.append(torch.is_grad_enabled())

    def _meet(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        tensors = next(module.parameters(), None), *inputs[:1]
        places = [item.device.type for item in tensors if isinstance(item, Tensor)]
        self._met.append(("the model" if module is self._model else "a copy", *places))

    def keep(self) -> None:
        """Also where a call has raised: where everything is then tells what was not moved."""
        self._recorder.value("answers", self.answers)
        self._recorder.value("modes_after", self._modes_after)
        self._recorder.value("x", self._batches)
        self._recorder.model("model", self._model)
        # Where model and inputs met: a model that was moved to and fro ends where one that never
        # moved is.
        self._recorder.explain("symptoms", {"met": self._met})


def _through_answers(
    model: nn.Module, answers: list[object], look: Tensor
) -> dict[str, Tensor | None]:
    """What a backward pass reaches from the answers, and from a batch of ours beside them.

    Only a graph leads back to the parameters.
    """
    _clear(model)
    ours = look.clone().requires_grad_()
    total = ours.square().sum()
    for answer in answers:
        if isinstance(answer, Tensor) and answer.requires_grad:
            total = total + answer.sum().to(total.device)
    total.backward()
    reached = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
    return {"our batch": ours.grad, **reached}


def _trained(model: nn.Module, look: Tensor) -> dict[str, Tensor | None] | None:
    """Every parameter's gradient after a forward and a backward pass; None where there is none."""
    _clear(model)
    place = next(model.parameters()).device
    try:
        model(look.to(place)).square().mean().backward()
    except RuntimeError:
        # Parameters that do not require grad, or that were made under inference_mode.
        return None
    return {name: p.grad for name, p in model.named_parameters()}


def _clear(model: nn.Module) -> None:
    for parameter in model.parameters():
        parameter.grad = None
