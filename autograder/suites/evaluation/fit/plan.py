"""How ``fit`` is called. Public: runs beside student code and is part of the kit."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from inspect import unwrap
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook

from autograder.model.exercise import Scenario
from autograder.probe import simgpu
from autograder.probe.backward import watched_backward
from autograder.probe.classification_batches import make_classified_batches
from autograder.probe.dropout import seeded_by_batch
from autograder.probe.inputs import (
    CLASSES,
    copied_parameters,
    fill_gradients,
    make_batch,
    make_criterion,
    make_model,
    make_optimizer,
)
from autograder.probe.loaders import Batch, make_loader
from autograder.probe.recorder import Recorder, StudentRaised


def plan(fit: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Train and evaluate a small classifier for a few epochs, in one call or more.

    Options: ``train`` and ``val`` (rows of each batch), ``best`` (it begins with every validation
    sample right, so that the accuracy falls), ``contrary`` (the training targets are the classes
    that the model begins by thinking least likely: each update moves it far, and away from ``best``
    samples), ``spread`` (how large the training inputs are; with ``contrary`` targets, a linear
    model's gradients grow with it), ``loader`` (``loader`` or ``list``), ``epochs``,
    ``calls``, ``model``, ``criterion``, ``optimizer``, ``stale`` (gradients left over on entry),
    ``arrives`` (``train`` or ``eval``), ``device`` and ``batches_on`` (names of devices),
    ``as_name`` (the device is passed as a string), ``training_alone`` (only the training is looked
    at: it goes on when the student's own ``evaluate`` raises, and what is raised after the last
    update is none of its business).
    """
    options: dict[str, Any] = {
        "train": [4, 4], "val": [5], "best": False, "contrary": False, "spread": 1.0,
        "loader": "loader", "epochs": 1, "calls": 1,
        "model": "mlp", "criterion": "cross_entropy", "optimizer": {"name": "sgd", "lr": 0.5},
        "stale": False, "arrives": "train", "device": "cpu", "batches_on": "cpu",
        "as_name": False, "training_alone": False, **scenario.options,
    }  # fmt: skip
    simgpu.install()
    model = make_model(options["model"], outputs=CLASSES)
    optimizer = make_optimizer(list(model.parameters()), options["optimizer"])
    # Before the batches: whoever leaves this out gets other batches than the reference.
    if options["stale"]:
        fill_gradients(model)
    train = [_training_batch(model, size, options) for size in options["train"]]
    val = make_classified_batches(model, options["val"], classes=CLASSES, best=options["best"])
    ours = make_batch(5, criterion="cross_entropy", outputs=CLASSES)
    model.to(options["device"]).train(options["arrives"] == "train")
    calls = _Calls(model, (train, val), options, recorder)
    try:
        with _surviving_evaluate(fit) if options["training_alone"] else nullcontext():
            calls.run(fit, optimizer)
        recorder.value("gradients_afterwards", _gradients(model, ours))
    finally:
        torch.set_grad_enabled(True)
    recorder.value("batches", [list(batch) for batch in (*train, *val)])


def _training_batch(model: nn.Module, size: int, options: dict[str, Any]) -> Batch:
    x, y = make_batch(size, criterion="cross_entropy", outputs=CLASSES)
    x = options["spread"] * x
    if options["contrary"]:
        with torch.no_grad():
            y = model(x).argmin(dim=1)
    return x, y


class _Calls:
    """Calls the function and keeps what each call left."""

    def __init__(
        self,
        model: nn.Sequential,
        batches: tuple[list[Batch], list[Batch]],
        options: dict[str, Any],
        recorder: Recorder,
    ) -> None:
        self._model = model
        place = options["batches_on"]
        self._batches = [[(x.to(place), y.to(place)) for x, y in part] for part in batches]
        self._options = options
        self._recorder = recorder
        self._latest = -1
        self._dwelt = False
        self._foreign: list[torch.optim.Optimizer] = []
        self._updates = 0
        self._trained: dict[str, Tensor] = {}

    def run(self, fit: Any, optimizer: torch.optim.Optimizer) -> None:
        returned: list[object] = []
        too_long: list[bool] = []
        lengths: list[int] = []
        self._recorder.value("returned", returned)
        criterion = make_criterion(self._options["criterion"])
        name = self._options["device"]
        device = name if self._options["as_name"] else torch.device(name)
        counting = optimizer.register_step_post_hook(self._count)
        before = copied_parameters(self._model)
        watch = self._recorder.watch(self._model, optimizer, criterion=criterion)
        try:
            with (
                watch,
                watched_backward() as backward,
                seeded_by_batch(self._model, self._notice),
                _told_of_others(optimizer, self._foreign),
            ):
                for call in range(self._options["calls"]):
                    loaders = [make_loader(self._options["loader"], b) for b in self._batches]
                    places = criterion, optimizer, device, self._options["epochs"]
                    try:
                        history = self._recorder.call(fit, self._model, *loaders, *places)
                    except StudentRaised:
                        if not self._has_trained(call + 1):
                            raise
                        break
                    else:
                        returned.append(_latest(history, self._options["epochs"]))
                        too_long.append(_is_too_long(history, self._options["epochs"]))
                        lengths.append(_longest(history))
                    finally:
                        self._keep(returned, name=f"call_{call + 1}")
                        self._recorder.value("too_long", too_long)
                        self._recorder.value("grows", lengths[-1:] > lengths[:1])
        finally:
            counting.remove()
            self._explain(before, led_nowhere=backward.led_nowhere(self._recorder.events))

    def _count(self, *_of_the_step: object) -> None:
        self._updates += 1
        self._trained = copied_parameters(self._model)

    def _has_trained(self, calls: int) -> bool:
        """Whether the updates of all epochs were made, where nothing else is looked at."""
        updates = calls * self._options["epochs"] * len(self._options["train"])
        alone: bool = self._options["training_alone"]
        return alone and self._updates == updates

    def _notice(self, content: int) -> None:
        self._dwelt = self._dwelt or content == self._latest
        self._latest = content

    def _keep(self, returned: list[object], *, name: str) -> None:
        self._recorder.value("returned", returned)
        left = copied_parameters(self._model)
        # Of training, what its last update made: what is done to the model then is another matter.
        self._recorder.value(f"parameters_after_{name}", self._trained or left)
        self._recorder.value("model_left", left)
        self._recorder.explain(f"buffers_after_{name}", dict(self._model.named_buffers()))

    def _explain(self, before: dict[str, Tensor], *, led_nowhere: bool) -> None:
        """Only names a mistake."""
        after = copied_parameters(self._model)
        moved = any(not torch.equal(before[name].cpu(), after[name].cpu()) for name in before)
        symptoms = {
            # A steady model hardly moves: how much depends on the optimizer.
            "moved": moved and not self._options["model"].startswith("steady"),
            "dwells_on_a_batch": self._dwelt,
            "other_optimizers": ("none", "one", "several")[min(len(self._foreign), 2)],
            "recording": torch.is_grad_enabled(),
            "backward_led_nowhere": led_nowhere,
            "trainable": all(p.requires_grad for p in self._model.parameters()),
        }
        self._recorder.explain("symptoms", symptoms)


def _latest(history: Any, epochs: int) -> object:
    """What was returned, and of lists that also hold earlier calls' values the last ones.

    What a notebook has called before then makes no other numbers here.
    """
    if not _is_too_long(history, epochs):
        return history
    return {
        key: item[-epochs:] if isinstance(item, list) else item for key, item in history.items()
    }


def _is_too_long(history: object, epochs: int) -> bool:
    """Whether a list in it holds more values than there were epochs in the call."""
    return _longest(history) > epochs


def _longest(history: object) -> int:
    lists = history.values() if isinstance(history, dict) else ()
    return max((len(item) for item in lists if isinstance(item, list)), default=0)


@contextmanager
def _surviving_evaluate(fit: Any) -> Iterator[None]:
    """Within, the ``evaluate`` that ``fit`` finds in its notebook returns zeros when it raises."""
    names = getattr(unwrap(fit), "__globals__", {})
    evaluate = names.get("evaluate")
    if not callable(evaluate):
        yield
        return

    @wraps(evaluate)
    def survive(*arguments: object, **keywords: object) -> object:
        try:
            return evaluate(*arguments, **keywords)
        except Exception:  # noqa: BLE001 - whatever it is: its own checks say so
            return 0.0, 0.0

    names["evaluate"] = survive
    try:
        yield
    finally:
        names["evaluate"] = evaluate


@contextmanager
def _told_of_others(
    given: torch.optim.Optimizer, others: list[torch.optim.Optimizer]
) -> Iterator[None]:
    """Keep every optimizer that takes a step and is not the given one in ``others``."""

    def after_step(optimizer: torch.optim.Optimizer, _args: object, _kwargs: object) -> None:
        if optimizer is not given and not any(optimizer is other for other in others):
            others.append(optimizer)

    handle = register_optimizer_step_post_hook(after_step)
    try:
        yield
    finally:
        handle.remove()


def _gradients(model: nn.Module, batch: Batch) -> dict[str, Tensor | None] | None:
    """What a backward pass of ours brings, in the grad mode that was left; None if it cannot be."""
    model.zero_grad()
    model.eval()
    place = next(model.parameters()).device
    try:
        loss = nn.functional.cross_entropy(model(batch[0].to(place)), batch[1].to(place))
        loss.backward()
    except RuntimeError:
        return None
    return {name: p.grad for name, p in model.named_parameters()}
