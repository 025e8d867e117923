"""Models, losses, optimizers and batches for the scenarios. Runs beside student code.

Everything is drawn from PyTorch's generator, which :func:`~autograder.probe.observe.observe` has
seeded from the scenario: the same seed makes the same inputs on every machine.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.probe.describe import carries_graph

FEATURES = 3
CLASSES = 3
# Keeps the graph and the gradients of a layer, far below float32's rounding of the values.
_TINY = 1e-9


class LopsidedLoss(nn.Module):
    """Squared error that counts an overestimate three times, so that its arguments matter.

    Args of the call:
        prediction: (batch, 1) float32, requires grad.
        target: (batch, 1) float32.
    """

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The mean of the weighted squares, a 0-d tensor."""
        error = prediction - target
        return (error.square() * torch.where(error > 0, 3.0, 1.0)).mean()


class GraphSensitive(nn.Module):
    """Returns other numbers where a graph is recorded, so that the values show a missing no_grad.

    Args of the call:
        logits: (batch, outputs) float32.
    """

    offset: Tensor

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.register_buffer("offset", 2 * torch.randn(outputs))

    def forward(self, logits: Tensor) -> Tensor:
        """The logits as they are; moved by an offset and by a class if they carry a graph."""
        # An offset shows in a mean of losses, another class in an accuracy.
        return logits.roll(1, dims=1) + self.offset if carries_graph(logits) else logits


class Steady(nn.Module):
    """A linear layer that training does not change by more than rounding does.

    So a check of the outputs alone (how they are averaged, in which mode they were computed) holds
    for any training and any optimizer.

    Args of the call:
        x: (batch, FEATURES) float32.
    """

    weight: Tensor

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.randn(FEATURES, outputs))
        self.trained = nn.Linear(FEATURES, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, outputs) float32; requires grad, and its gradients are tiny."""
        answer: Tensor = x @ self.weight + _TINY * self.trained(x)
        return answer


_CRITERIA: Mapping[str, Any] = {
    "mse": nn.MSELoss,
    "l1": nn.SmoothL1Loss,
    "lopsided": LopsidedLoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "smoothed": lambda: nn.CrossEntropyLoss(label_smoothing=0.2),
}


def make_criterion(name: str) -> nn.Module:
    """A loss module, averaged over its batch."""
    criterion: nn.Module = _CRITERIA[name]()
    return criterion


def is_classifier(criterion: str) -> bool:
    """Whether the loss takes (batch, classes) logits and int64 targets."""
    return criterion in {"cross_entropy", "smoothed"}


def make_model(name: str, *, outputs: int = 1) -> nn.Sequential:
    """A small model on FEATURES inputs, in training mode, freshly initialised.

    Args:
        name: ``linear``, ``mlp``, ``dropout``, ``batch_norm``, ``both``, ``graph_sensitive``,
            ``steady`` (which training does not change), ``steady_dropout`` or
            ``steady_graph_sensitive``.
        outputs: Size of the last axis of what it returns.
    """
    hidden = 6
    first, last = nn.Linear(FEATURES, hidden), nn.Linear(hidden, outputs)
    match name:
        case "linear":
            return nn.Sequential(nn.Linear(FEATURES, outputs))
        case "mlp":
            return nn.Sequential(first, nn.Tanh(), last)
        case "dropout":
            return nn.Sequential(first, nn.Tanh(), nn.Dropout(0.5), last)
        case "batch_norm":
            return nn.Sequential(first, nn.BatchNorm1d(hidden), nn.Tanh(), last)
        case "both":
            return nn.Sequential(first, nn.BatchNorm1d(hidden), nn.Tanh(), nn.Dropout(0.5), last)
        case "graph_sensitive":
            return nn.Sequential(first, nn.Tanh(), last, GraphSensitive(outputs))
        case "steady":
            return nn.Sequential(Steady(outputs))
        case "steady_dropout":
            return nn.Sequential(Steady(outputs), nn.Dropout(0.5))
        case "steady_graph_sensitive":
            return nn.Sequential(Steady(outputs), GraphSensitive(outputs))
    message = f"unknown model {name!r}"
    raise ValueError(message)


def make_optimizer(
    parameters: Sequence[nn.Parameter], options: Mapping[str, Any]
) -> torch.optim.Optimizer:
    """``{"name": "sgd" | "adam", **keywords}`` over the parameters.

    With ``last_lr`` there are two parameter groups: the last layer has that learning rate.
    """
    keywords = {key: value for key, value in options.items() if key not in {"name", "last_lr"}}
    groups: list[dict[str, Any]] = [{"params": list(parameters)}]
    if "last_lr" in options:
        # The last two parameters are the weight and the bias of the last layer.
        groups = [
            {"params": list(parameters[:-2])},
            {"params": list(parameters[-2:]), "lr": options["last_lr"]},
        ]
    if options["name"] == "adam":
        return torch.optim.Adam(groups, **keywords)
    return torch.optim.SGD(groups, **keywords)


def make_batch(size: int, *, criterion: str, outputs: int = 1) -> tuple[Tensor, Tensor]:
    """x: (size, FEATURES) float32; y: (size,) int64 for a classifier, else (size, outputs)."""
    x = torch.randn(size, FEATURES)
    if is_classifier(criterion):
        return x, torch.randint(0, outputs, (size,))
    return x, x.sum(dim=1, keepdim=True).expand(size, outputs) + 0.5 * torch.randn(size, outputs)


def fill_gradients(model: nn.Module) -> None:
    """Put values into every ``.grad``, as a forgotten backward pass would have left them."""
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)


def move_apart(model: nn.Sequential, x: Tensor, y: Tensor) -> None:
    """Predictions from -1 to 0.2, targets of 3 and more, gradients of at least 5.6; in place.

    With every seed, an activation before the criterion and clipped gradients then change the loss
    and the update.

    Args:
        model: Its last module is a linear layer with one output.
        x: ``(batch, features)``, whose predictions differ.
        y: ``(batch, 1)``.
    """
    last: Any = model[-1]
    with torch.no_grad():
        lowest, highest = model(x).aminmax()
        # scale · (prediction − lowest) − 1 goes from −1 to 0.2, and 2 · (0.2 − 3) is −5.6.
        scale = 1.2 / (highest - lowest)
        last.weight.mul_(scale)
        last.bias.sub_(lowest).mul_(scale).sub_(1)
        y.abs_().add_(3)


def copied_parameters(model: nn.Module) -> dict[str, Tensor]:
    """Each parameter's name and a copy of its values, to compare with later ones."""
    return {name: p.detach().clone() for name, p in model.named_parameters()}
