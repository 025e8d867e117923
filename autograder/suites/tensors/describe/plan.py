"""How ``describe`` is called. Public: runs beside student code and is part of the kit."""

from typing import Any

import torch

from autograder.model.exercise import Scenario
from autograder.probe.recorder import Recorder

KEYS = ("shape", "dtype", "device", "requires_grad")


def plan(describe: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Have one batch after the other described.

    Options: ``batches`` (rows of [shape, dtype, requires_grad, device]). The seed draws their
    order, and the length of every axis that is longer than 1: no answer is the same for all
    inputs. The meta device, where tensors have everything but values, stands for a device that is
    not the CPU. ``with_gradients``: whether the batches that require grad have one already; else
    they are results of a calculation.
    """
    options: dict[str, Any] = {"with_gradients": False, **scenario.options}
    rows = options["batches"]
    drawn = [rows[place] for place in torch.randperm(len(rows)).tolist()]
    for number, (shape, dtype, requires_grad, device) in enumerate(drawn, start=1):
        batch = torch.ones(_lengths(shape), dtype=getattr(torch, dtype), device=device)
        batch.requires_grad_(requires_grad)
        if requires_grad and options["with_gradients"]:
            batch.grad = torch.zeros_like(batch)
        elif requires_grad:
            batch = batch * 1  # no leaf, but it requires grad
        returned = recorder.call(describe, batch)
        found = returned if isinstance(returned, dict) else {}
        for key in KEYS:
            if key in found:
                recorder.value(f"{key}_{number}", found[key])
        recorder.value(f"keys_{number}", _keys(returned))


def _lengths(shape: list[int]) -> list[int]:
    """Others for those over 1, no two of them the same."""
    drawn = (torch.randperm(38)[: len(shape)] + 2).tolist()
    return [1 if length == 1 else other for length, other in zip(shape, drawn, strict=True)]


def _keys(returned: object) -> object:
    if not isinstance(returned, dict):
        return type(returned).__name__
    return sorted(key if isinstance(key, str) else "another kind of key" for key in returned)
