"""How ``standardize`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch
from torch import Tensor

from autograder.model.exercise import Scenario
from autograder.probe.recorder import Recorder


def plan(standardize: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Standardize one batch after the other.

    Options: ``batches`` (rows of [samples, standard deviations], where 0 makes a constant feature),
    ``constant`` (the value of constant features). A batch that is left alone is kept as a value,
    which a process that only claims to have left it alone does not know; a changed one is not.
    """
    options: dict[str, Any] = {"constant": 3.0, **scenario.options}
    for number, (samples, deviations) in enumerate(options["batches"], start=1):
        batch = _batch(samples, deviations, constant=options["constant"])
        given = batch.clone()
        returned = recorder.call(standardize, batch)
        recorder.value(f"out_{number}", _in_single(returned))
        recorder.value(f"batch_{number}", batch if torch.equal(batch, given) else None)


def _batch(samples: int, deviations: list[float], *, constant: float) -> Tensor:
    """(samples, features) float32, whose features have these deviations and means within twice.

    Drawn in float64 and scaled by what was drawn: even two samples have the deviation asked for.
    """
    drawn = torch.randn(samples, len(deviations), dtype=torch.float64)
    drawn = (drawn - drawn.mean(dim=0)) / drawn.std(dim=0, correction=0)
    means = torch.empty(len(deviations), dtype=torch.float64).uniform_(-2, 2)
    scale = torch.tensor(deviations, dtype=torch.float64)
    batch = scale * (drawn + means)
    return torch.where(scale == 0, constant, batch).float()


def _in_single(returned: object) -> object:
    """In float32, whatever float type it has; anything else as it is."""
    if isinstance(returned, Tensor) and returned.is_floating_point():
        return returned.detach().float()
    return returned
