"""How ``fix_double_sigmoid`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.model.exercise import Scenario
from autograder.probe.dropout import seeded_by_batch
from autograder.probe.inputs import FEATURES, make_model
from autograder.probe.logits import make_logits, make_target
from autograder.probe.recorder import Recorder
from autograder.probe.returned_loss import gradients_from, number_in, symptoms_of

_REACH = 2.0


def plan(fix_double_sigmoid: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for the loss of a few models on a few batches, and for its gradient.

    Options: ``sizes`` (rows of each call's batch), ``large`` (raw outputs of up to ±200),
    ``model``, ``times`` (how often each batch is passed).
    """
    options: dict[str, Any] = {"large": False, "model": "mlp", "times": 1, **scenario.options}
    symptoms = {}
    for number, size in enumerate(options["sizes"], start=1):
        model = make_model("linear" if options["large"] else options["model"])
        x, y = _batch(model, size, large=options["large"], plain=options["model"] == "mlp")
        given = x.clone(), y.clone()
        with seeded_by_batch(model):
            loss = [
                recorder.call(fix_double_sigmoid, model, x, y) for _ in range(options["times"])
            ][-1]
        symptoms[f"call_{number}"] = symptoms_of(loss, model)
        recorder.value(f"loss_{number}", number_in(loss))
        recorder.value(f"is_0d_tensor_{number}", isinstance(loss, Tensor) and loss.dim() == 0)
        recorder.value(f"gradients_{number}", gradients_from(loss, model))
        same = torch.equal(x, given[0]), torch.equal(y, given[1])
        recorder.value(f"batch_as_before_{number}", same)
        recorder.value(f"outputs_{number}", _outputs(model, given[0], scenario.seed))
    recorder.explain("symptoms", symptoms)


def _batch(model: nn.Sequential, size: int, *, large: bool, plain: bool) -> tuple[Tensor, Tensor]:
    """x: (size, FEATURES) float32; y: (size, 1) float32, each 0 or 1.

    Large raw outputs are wrong in half of the samples, on either side.
    """
    x = torch.randn(size, FEATURES)
    if plain and not large:
        _balance(model, x)
    aim = make_logits("binary", size, 1, large=large)
    if large:
        with torch.no_grad():
            (weight,) = (p for p in model.parameters() if p.dim() > 1)
            x += (aim - model(x)) * weight / weight.square().sum()
    return x, make_target("binary", aim, large=large)


def _balance(model: nn.Sequential, x: Tensor) -> None:
    """Stretch the raw outputs of several samples over both sides of zero, from −2 to 2.

    Near zero, or on one side of it, much that squashes them would hardly show.
    """
    if len(x) < 2:
        return
    mode = model.training
    with torch.no_grad():
        outputs = model.eval()(x)
        lowest, highest = outputs.min(), outputs.max()
        factor = 2 * _REACH / (highest - lowest)
        last: Any = model[-1]
        last.bias.copy_((last.bias - (highest + lowest) / 2) * factor)
        last.weight *= factor
    model.train(mode)


def _outputs(model: nn.Module, x: Tensor, seed: int) -> Tensor:
    """What the model answers afterwards, which tells its mode."""
    torch.default_generator.manual_seed(seed)
    with torch.no_grad():
        outputs: Tensor = model(x)
        return outputs
