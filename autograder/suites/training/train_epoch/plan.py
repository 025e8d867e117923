"""How ``train_epoch`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import nn

from autograder.model.exercise import Scenario
from autograder.probe.backward import watched_backward
from autograder.probe.dropout import seeded_by_batch
from autograder.probe.inputs import (
    CLASSES,
    copied_parameters,
    fill_gradients,
    is_classifier,
    make_batch,
    make_criterion,
    make_model,
    make_optimizer,
    move_apart,
)
from autograder.probe.loaders import Batch, BatchStream, make_loader, move_elsewhere
from autograder.probe.recorder import Recorder


def plan(train_epoch: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Train a small model for a few epochs.

    Options: ``sizes`` (rows of each batch), ``loader`` (see make_loader), ``epochs``, ``model``,
    ``criterion``, ``optimizer``, ``stale`` (gradients left over on entry), ``arrives`` (``train``
    or ``eval``), ``elsewhere`` (batches are on the simulated GPU), ``device_name`` (the device is
    passed as a string), ``apart`` (the predictions for the first batch are far from its targets).
    """
    options: dict[str, Any] = {
        "loader": "loader", "epochs": 1, "model": "mlp", "criterion": "mse",
        "optimizer": {"name": "sgd", "lr": 0.1}, "stale": False, "arrives": "train",
        "elsewhere": False, "device_name": False, "apart": False, **scenario.options,
    }  # fmt: skip
    outputs = CLASSES if is_classifier(options["criterion"]) else 1
    model = make_model(options["model"], outputs=outputs)
    criterion = make_criterion(options["criterion"])
    optimizer = make_optimizer(list(model.parameters()), options["optimizer"])
    # Before the batches: whoever leaves this out gets other batches than the reference.
    if options["stale"]:
        fill_gradients(model)
    batches = [
        make_batch(size, criterion=options["criterion"], outputs=outputs)
        for size in options["sizes"]
    ]
    if options["apart"]:
        move_apart(model, *batches[0])
    model.train(options["arrives"] == "train")
    device = "cpu" if options["device_name"] else torch.device("cpu")
    before = copied_parameters(model)
    epochs = _Epochs(model, batches, options, recorder)
    with recorder.watch(model, optimizer, criterion=criterion), watched_backward() as backward:
        for _ in range(options["epochs"]):
            epochs.run(train_epoch, criterion, optimizer, device)
    recorder.value("batches", [list(batch) for batch in batches])
    if options["model"] != "steady":
        moved = copied_parameters(model)
        symptoms = {
            "moved": any(not torch.equal(before[name], moved[name]) for name in before),
            "dwells_on_a_batch": epochs.dwelt,
            "backward_led_nowhere": backward.led_nowhere(recorder.events),
        }
        recorder.explain("symptoms", symptoms)


class _Epochs:
    """Runs one epoch after the other and keeps what each one left.

    Attributes:
        dwelt: Whether the model got the same batch twice in a row.
    """

    def __init__(
        self,
        model: nn.Sequential,
        batches: list[Batch],
        options: dict[str, Any],
        recorder: Recorder,
    ) -> None:
        self._model = model
        self._batches = move_elsewhere(batches) if options["elsewhere"] else batches
        self._loader: str = options["loader"]
        self._recorder = recorder
        self._returned: list[object] = []
        self._begun = 0
        self._latest = -1
        self.dwelt = False
        recorder.value("returned", [])

    def run(self, train_epoch: Any, criterion: nn.Module, optimizer: Any, device: Any) -> None:
        self._begun += 1
        loader = make_loader(self._loader, self._batches)
        self._latest = -1
        arguments = self._model, loader, criterion, optimizer, device
        try:
            with seeded_by_batch(self._model, self._notice):
                self._returned.append(self._recorder.call(train_epoch, *arguments))
        finally:
            self._keep(loader)

    def _notice(self, content: int) -> None:
        self.dwelt = self.dwelt or content == self._latest
        self._latest = content

    def _keep(self, loader: object) -> None:
        name = f"epoch_{self._begun}"
        self._recorder.value("returned", self._returned)
        self._recorder.value(f"parameters_after_{name}", copied_parameters(self._model))
        self._recorder.explain(f"buffers_after_{name}", dict(self._model.named_buffers()))
        if isinstance(loader, BatchStream):
            self._recorder.value("passes", loader.passes)
            self._recorder.value("drawn", loader.drawn)
