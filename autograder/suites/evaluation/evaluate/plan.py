"""How ``evaluate`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.model.exercise import Scenario
from autograder.probe import simgpu
from autograder.probe.classification_batches import make_classified_batches
from autograder.probe.describe import carries_graph
from autograder.probe.dropout import seeded_by_batch
from autograder.probe.forward import watched_forward
from autograder.probe.inputs import (
    CLASSES,
    FEATURES,
    fill_gradients,
    make_batch,
    make_criterion,
    make_model,
    make_optimizer,
)
from autograder.probe.loaders import Batch, BatchStream, make_loader
from autograder.probe.recorder import Recorder

_WARM_UP_ROWS = 12
# Ten times what a right loss may be off by.
_VISIBLE = 2e-3


def plan(evaluate: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Evaluate a small classifier for a few calls, then train it for one step of our own.

    Options: ``sizes`` (rows of each batch), ``loader`` (see make_loader), ``calls``, ``model``,
    ``criterion``, ``arrives`` (``train`` or ``eval``), ``device`` and ``batches_on`` (their
    names), ``as_name`` (whether the name itself is passed), ``stale`` (gradients are there on
    entry), ``frozen`` (some parameters do not require grad), ``grad_modes`` (the seed draws whether
    gradients are recorded around each call), ``shows_activations`` (see _shows_activations; for one
    batch).
    """
    options: dict[str, Any] = {
        "loader": "loader", "calls": 1, "model": "mlp", "criterion": "cross_entropy",
        "arrives": "eval", "device": "cpu", "batches_on": "cpu", "as_name": False,
        "stale": False, "frozen": False, "grad_modes": False, "shows_activations": False,
        **scenario.options,
    }  # fmt: skip
    simgpu.install()
    model, batches = _drawn(options)
    if options["shows_activations"]:
        # No seed of 2,000 needed more than 13 draws. Student code may have replaced what decides.
        for _ in range(200):
            if _shows_activations(model, *batches[0]):
                break
            model, batches = _drawn(options)
    ours = make_batch(6, criterion="cross_entropy", outputs=CLASSES)
    drawn = torch.randint(0, 2, (options["calls"],)).bool().tolist()
    # Both modes at least once, in an order that only the seed knows.
    modes = [*drawn, not drawn[0]] if options["grad_modes"] else [True] * options["calls"]
    _prepare(model, options)
    batches = [(x.to(options["batches_on"]), y.to(options["batches_on"])) for x, y in batches]
    criterion = make_criterion(options["criterion"])
    calls = _Calls(model.to(options["device"]), batches, options, recorder)
    try:
        calls.run(evaluate, criterion, modes)
    finally:
        torch.set_grad_enabled(True)
    recorder.value("batches", [list(batch) for batch in batches])
    recorder.value("batches_require_grad", [x.requires_grad for x, _ in batches])
    recorder.value("parameters", {name: p.detach() for name, p in model.named_parameters()})
    recorder.value("model_on", sorted({p.device.type for p in model.parameters()}))
    if options["device"] == "cpu":
        recorder.value("after_a_step", _after_a_step(model, criterion, ours))


class _Calls:
    """Calls the function and keeps what each call showed."""

    def __init__(
        self,
        model: nn.Sequential,
        batches: list[Batch],
        options: dict[str, Any],
        recorder: Recorder,
    ) -> None:
        self._model = model
        self._batches = batches
        self._options = options
        self._recorder = recorder
        self._graphs: set[bool] = set()

    def run(self, evaluate: Any, criterion: nn.Module, modes: list[bool]) -> None:
        returned: list[object] = []
        modes_after: list[bool] = []
        self._recorder.value("returned", returned)
        name = self._options["device"]
        device = name if self._options["as_name"] else torch.device(name)
        before = _state(self._model)
        with (
            self._recorder.watch(self._model, criterion=criterion),
            seeded_by_batch(self._model),
            watched_forward(self._model, after=self._notice),
        ):
            try:
                for mode in modes:
                    loader = make_loader(self._options["loader"], self._batches)
                    torch.set_grad_enabled(mode)
                    arguments = self._model, loader, criterion, device
                    returned.append(self._recorder.call(evaluate, *arguments))
                    modes_after.append(torch.is_grad_enabled())
                    torch.set_grad_enabled(True)
                    self._keep(returned, modes_after, loader)
            finally:
                self._explain(before)

    def _notice(self, _model: nn.Module, output: object) -> None:
        self._graphs.add(isinstance(output, Tensor) and carries_graph(output))

    def _keep(self, returned: list[object], modes_after: list[bool], loader: object) -> None:
        self._recorder.value("returned", returned)
        if self._options["grad_modes"]:
            self._recorder.value("modes_after", modes_after)
        if isinstance(loader, BatchStream):
            self._recorder.value("passes", loader.passes)
            self._recorder.value("drawn", loader.drawn)

    def _explain(self, before: dict[str, object]) -> None:
        after = _state(self._model)
        symptoms = {
            "recorded_a_graph": True in self._graphs,
            **{name: not _equal(before[name], after[name]) for name in before},
        }
        self._recorder.explain("symptoms", symptoms)


def _drawn(options: dict[str, Any]) -> tuple[nn.Sequential, list[Batch]]:
    model = _used_model(options["model"])
    return model, make_classified_batches(model, options["sizes"], classes=CLASSES)


def _used_model(name: str) -> nn.Sequential:
    """A model that has seen data before: batch norm's statistics are not the initial ones."""
    model = make_model(name, outputs=CLASSES)
    with torch.no_grad():
        model(2 + 3 * torch.randn(_WARM_UP_ROWS, FEATURES))
    return model


def _shows_activations(model: nn.Module, x: Tensor, y: Tensor) -> bool:
    """Whether logits that go through another function give another loss, whichever function it is.

    And whether a ReLU, which makes all negative ones equal, gives another number of right samples.
    """
    model.eval()
    with torch.no_grad():
        logits = model(x)
    loss = nn.functional.cross_entropy(logits, y)
    right = [(z.argmax(dim=1) == y).sum() for z in (logits, logits.relu())]
    others = logits.relu(), logits.tanh(), logits.sigmoid(), logits.softmax(dim=1)
    return right[0] != right[1] and all(
        abs(nn.functional.cross_entropy(z, y) - loss) > _VISIBLE for z in others
    )


def _prepare(model: nn.Module, options: dict[str, Any]) -> None:
    if options["frozen"]:
        next(model.parameters()).requires_grad = False
    if options["stale"]:
        fill_gradients(model)
    model.train(options["arrives"] == "train")


def _after_a_step(model: nn.Module, criterion: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """All of the model after a training step on top of what was left in it, if it can be trained.

    Parameters, buffers, gradients, requires_grad flags and the criterion each show in its values.
    """
    model.train()
    torch.default_generator.manual_seed(len(batch))
    optimizer = make_optimizer(list(model.parameters()), {"name": "sgd", "lr": 0.1})
    try:
        criterion(model(batch[0]), batch[1]).backward()
        optimizer.step()
    except RuntimeError:
        # Parameters that no longer require grad, or of another dtype: they stay what they are.
        pass
    return {name: item.detach().clone() for name, item in model.state_dict().items()}


def _state(model: nn.Module) -> dict[str, object]:
    """What must not change, kind by kind; only names a mistake."""
    return {
        "changed_parameters": [_copy(p) for p in model.parameters()],
        "changed_buffers": [_copy(b) for b in model.buffers()],
        "changed_gradients": [_copy(p.grad) for p in model.parameters()],
        "changed_flags": [p.requires_grad for p in model.parameters()],
    }


def _copy(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().cpu().clone()


def _equal(first: object, second: object) -> bool:
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_equal, first, second))
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return torch.equal(first, second)
    return first is second
