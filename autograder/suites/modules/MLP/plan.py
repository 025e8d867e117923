"""How ``MLP`` is used. Public: runs beside student code and is part of the kit.

What a model calls its layers is its author's affair, and so is whether a weight lies as (out, in)
or as (in, out). So parameters are told apart by the lengths of their axes alone: those with the
same lengths are filled with the same values, and a square one with a symmetric matrix.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from autograder.model.exercise import Scenario
from autograder.probe import simgpu
from autograder.probe.recorder import Recorder

Lengths = tuple[int, ...]
Values = Mapping[Lengths, Tensor]
_STEPS = 40
_LEARNED = 0.3
_HUGE = 20.0


def plan(MLP: Any, scenario: Scenario, recorder: Recorder) -> None:  # noqa: N803 - the exercise's name
    """Make a model or two and look at one side of them.

    What needs known values is not asked of a model whose parameters are not those of an MLP.

    Options: ``ask`` (which side, one of the functions below), ``sizes`` ([in, hidden, out], or
    ``drawn``), ``rows`` (of each batch that is passed, or ``drawn``), ``mode`` (``train`` or
    ``eval``), ``device``.
    """
    options: dict[str, Any] = {
        "sizes": [3, 5, 2], "rows": [4], "mode": "train",
        **scenario.options, **_drawn(scenario),
    }  # fmt: skip
    maker = _Maker(MLP, options["sizes"], recorder, scenario.seed)
    model = maker.new()
    if model is None or (options["ask"] not in _NEED_NO_VALUES and not maker.fits(model)):
        return
    # Whatever the model drew for its initial values: a dropout in it draws the same from here on.
    torch.default_generator.manual_seed(scenario.seed)
    _ASKS[options["ask"]](model, maker, options, recorder)


def _drawn(scenario: Scenario) -> dict[str, list[int]]:
    """Sizes and rows that no answer to another seed fits; no two of them are the same."""
    generator = torch.Generator().manual_seed(scenario.seed)
    hidden, outputs, first, second = torch.randperm(50, generator=generator)[:4].tolist()
    drawn = {
        # As many inputs as elsewhere: sizes that are written into a class go wrong in their values.
        "sizes": [3, 16 + hidden, 70 + outputs],
        "rows": [130 + first, 130 + second],
    }
    return {name: drawn[name] for name in drawn if scenario.options.get(name) == "drawn"}


class _Maker:
    """Makes models, batches, and the values that every model of these sizes is filled with.

    It draws from a generator of its own: how much a model draws for its initial values is style.
    """

    def __init__(self, cls: Any, sizes: list[int], recorder: Recorder, seed: int) -> None:
        self._cls = cls
        self._sizes = sizes
        self._recorder = recorder
        self._generator = torch.Generator().manual_seed(seed)
        self.values = _draw(sizes, self._generator)

    def new(self) -> nn.Module | None:
        """A fresh model; None where the class makes something else."""
        made = self._recorder.call(self._cls, *self._sizes)
        self._recorder.value("is_module", isinstance(made, nn.Module))
        return made if isinstance(made, nn.Module) else None

    def fits(self, model: nn.Module) -> bool:
        """Whether the parameters are two weights and two biases of the right sizes."""
        return _found(model) == sorted(list(_lengths(shape)) for shape in _shapes(self._sizes))

    def batch(self, rows: int, *, scale: float = 12.0) -> Tensor:
        """(rows, in) float32, by default so large that a ReLU6 shows."""
        return scale * torch.randn(rows, self._sizes[0], generator=self._generator)


def _shapes(sizes: list[int]) -> list[tuple[int, ...]]:
    inputs, hidden, outputs = sizes
    return [(inputs, hidden), (hidden,), (hidden, outputs), (outputs,)]


def _draw(sizes: list[int], generator: torch.Generator) -> Values:
    every = sorted({_lengths(shape) for shape in _shapes(sizes)})
    return {lengths: _values(lengths, generator) for lengths in every}


def _values(lengths: Lengths, generator: torch.Generator) -> Tensor:
    drawn = 0.7 * torch.randn(lengths, generator=generator)
    square = len(lengths) == 2 and lengths[0] == lengths[1]
    return (drawn + drawn.T) / 2 if square else drawn


def _lengths(shape: tuple[int, ...] | torch.Size) -> Lengths:
    """The lengths of the axes that have any, the longest first: () for a single number."""
    return tuple(sorted((length for length in shape if length != 1), reverse=True))


def fill(model: nn.Module, values: Values) -> None:
    """Give every parameter the values that belong to its lengths; strange ones keep their own."""
    with torch.no_grad():
        for parameter in model.parameters():
            if _is_lazy(parameter) or _lengths(parameter.shape) not in values:
                continue
            wanted = values[_lengths(parameter.shape)]
            lying = [length for length in parameter.shape if length != 1]
            turned = wanted if lying == list(wanted.shape) else wanted.T
            parameter.copy_(turned.reshape(parameter.shape))


def _is_lazy(parameter: Tensor) -> bool:
    """Whether its shape is settled at the first batch only."""
    return isinstance(parameter, UninitializedParameter)


def _found(model: nn.Module) -> list[list[int]]:
    """The lengths of every parameter; [-1] where they are not settled yet."""
    return sorted([-1] if _is_lazy(p) else list(_lengths(p.shape)) for p in model.parameters())


def _where_else(model: nn.Module) -> str:
    """Where a model without parameters keeps its numbers; only names a mistake."""
    if any(True for _ in model.parameters()):
        return "among the parameters"
    items = list(vars(model).values())
    for item in vars(model).values():
        items += item.values() if isinstance(item, dict) else ()
        items += item if isinstance(item, list | tuple) else ()
    own = [item for item in items if isinstance(item, nn.Module | Tensor)]
    if any(isinstance(item, nn.Module) for item in own):
        return "in layers that are not registered"
    if any(True for _ in model.buffers()):
        return "among the buffers"
    return "in plain tensors" if own else "nowhere"


# --- what may be asked


def _parameters(
    model: nn.Module, _maker: _Maker, _options: Mapping[str, Any], recorder: Recorder
) -> None:
    """What there is to train before the first forward pass."""
    recorder.value("lengths", _found(model))
    recorder.value("all_trainable", all(p.requires_grad for p in model.parameters()))
    recorder.value("where", _where_else(model))


def _outputs(
    model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder
) -> None:
    """What a model with known values answers."""
    fill(model, maker.values)
    recorder.call(model.train, options["mode"] == "train")
    for number, rows in enumerate(options["rows"], start=1):
        x = maker.batch(rows)
        given = x.clone()
        recorder.value(f"out_{number}", recorder.call(model, x))
        recorder.value(f"x_as_before_{number}", torch.equal(x, given))


def _shape(model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder) -> None:
    """What a model's answer looks like, whatever its parameters are."""
    fill(model, maker.values)
    for number, rows in enumerate(options["rows"], start=1):
        x = maker.batch(rows)
        answer = recorder.call(model, x)
        recorder.value(f"same_again_{number}", _same(answer, recorder.call(model, x)))
        tensor = answer if isinstance(answer, Tensor) else None
        recorder.value(f"shape_{number}", None if tensor is None else list(tensor.shape))
        varies = tensor is not None and tensor.dim() > 0 and bool((tensor != tensor[:1]).any())
        recorder.value(f"depends_on_x_{number}", varies)


def _same(first: object, second: object) -> bool:
    """Only names a mistake: a model that is made anew in every call answers otherwise."""
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return torch.equal(first, second)
    return False


def _gradients(
    model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder
) -> None:
    """The gradient that comes back to each parameter from a weighted sum of the answers."""
    fill(model, maker.values)
    model.zero_grad()
    answer = recorder.call(model, maker.batch(options["rows"][0]))
    if isinstance(answer, Tensor) and answer.requires_grad:
        weights = torch.linspace(-1, 2, answer.numel()).reshape(answer.shape)
        (answer * weights).sum().backward()
    gradients = {}
    for lengths, wanted in maker.values.items():
        found = [p.grad for p in model.parameters() if _lengths(p.shape) == lengths]
        gradients["×".join(map(str, lengths))] = _turned(found[0] if found else None, wanted)
    recorder.value("gradients", gradients)


def _turned(gradient: Tensor | None, wanted: Tensor) -> Tensor | None:
    if gradient is None:
        return None
    lying = [length for length in gradient.shape if length != 1]
    return gradient.reshape(lying) if lying == list(wanted.shape) else gradient.reshape(lying).T


def _learns(
    model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder
) -> None:
    """Whether training from the model's own initial values gets anywhere.

    The target |x₀| − |x₁| needs hidden units that differ from each other, and all of the layers.

    Source: of the target's variance, 25 seeds of 13 sensible initialisations (default, Xavier,
    Kaiming, normal from 0.001 to 1, uniform, zero biases, a zero last layer) left at most 0.041;
    all zeros, equal values and normal with deviations from 10 upwards left at least 0.58.
    """
    x = maker.batch(options["rows"][0], scale=1.0)
    target = (x[:, :1].abs() - x[:, 1:2].abs()).expand(-1, options["sizes"][2])
    parameters = [p for p in model.parameters() if p.requires_grad and not _is_lazy(p)]
    first = recorder.call(model, x)
    if not (parameters and isinstance(first, Tensor) and first.requires_grad):
        return
    recorder.value("began", _initial_values(parameters))
    optimizer = torch.optim.LBFGS(parameters, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        model.zero_grad()
        loss: Tensor = (recorder.call(model, x) - target).square().mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        share = float((recorder.call(model, x) - target).square().mean() / target.var())
    # The target, not a yes: it is another one for every seed.
    recorder.value("learned", target if share < _LEARNED else None)


def _initial_values(parameters: list[nn.Parameter]) -> str:
    """Only names a mistake."""
    values = [p.detach() for p in parameters]
    if any(not bool((value.abs() < _HUGE).all()) for value in values):
        return "huge"
    weights = [value for value in values if len(_lengths(value.shape)) == 2]
    alike = all(bool((value == value.flatten()[0]).all()) for value in weights)
    return "alike" if alike else "various"


def _reload(
    model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder
) -> None:
    """What a new model answers with the other one's state_dict."""
    fill(model, maker.values)
    saved = {name: item.clone() for name, item in recorder.call(model.state_dict).items()}
    other = maker.new()
    if other is None:
        return
    recorder.call(other.load_state_dict, saved)
    x = maker.batch(options["rows"][0])
    recorder.value("out_of_the_other", recorder.call(other, x))


def _two(model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder) -> None:
    """What a model answers after another one was made, filled and used."""
    fill(model, maker.values)
    other = maker.new()
    if other is None:
        return
    fill(other, {lengths: -values for lengths, values in maker.values.items()})
    x = maker.batch(options["rows"][0])
    recorder.value("out_of_the_other", recorder.call(other, x))
    recorder.value("out", recorder.call(model, x))


def _move(model: nn.Module, maker: _Maker, options: Mapping[str, Any], recorder: Recorder) -> None:
    """Whether all of the model follows to the simulated GPU, and what it answers there."""
    simgpu.install()
    fill(model, maker.values)
    device = torch.device(options["device"])
    moved = recorder.call(model.to, device)
    answer = recorder.call(moved, maker.batch(options["rows"][0]).to(device))
    recorder.value("answer", answer)
    recorder.value("devices", sorted({p.device.type for p in moved.parameters()}))


_Ask = Callable[[nn.Module, _Maker, Mapping[str, Any], Recorder], None]
_ASKS: Mapping[str, _Ask] = {
    "parameters": _parameters,
    "outputs": _outputs,
    "shape": _shape,
    "gradients": _gradients,
    "learns": _learns,
    "reload": _reload,
    "two": _two,
    "move": _move,
}
_NEED_NO_VALUES = ("parameters", "shape")
