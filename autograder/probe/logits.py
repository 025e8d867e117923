"""Logits and targets for the scenarios on losses. Runs beside student code.

Everything is drawn from PyTorch's generator, which observe() has seeded from the scenario.
"""

import torch
from torch import Tensor

TASKS = ("regression", "binary", "multiclass")
LARGEST = 200.0
_LARGE_FROM = 120.0
_ORDINARY = 2.0


def make_logits(task: str, samples: int, columns: int, *, large: bool) -> Tensor:
    """(samples, columns) float32: ordinary ones mostly within ±6, large ones of 120 to 200.

    Source: float32's sigmoid is exactly 1 beyond 17 and exactly 0 below −104, and its exp is
    infinite beyond 88.7. A solution that computes either of them shows at 120.
    """
    if not large:
        return _ORDINARY * torch.randn(samples, columns)
    sizes = torch.empty(samples, columns).uniform_(_LARGE_FROM, LARGEST)
    sizes[:4] = torch.where(sizes[:4] == sizes[:4].amax(dim=1, keepdim=True), LARGEST, sizes[:4])
    if task == "multiclass":
        # One column on top, the others below zero, so that no two of them are close.
        top = torch.randint(0, columns, (samples, 1))
        if samples > 1:
            # Even samples are right: see make_target. The last class is in every batch.
            top[2 * torch.randint(0, (samples + 1) // 2, ())] = columns - 1
        return torch.where(torch.arange(columns) == top, sizes, -sizes)
    # Signs go by twos and binary targets by turns, so the first four samples have every mixture.
    return sizes * (-1.0) ** (torch.arange(samples).unsqueeze(1) // 2)


def make_target(task: str, logits: Tensor, *, large: bool) -> Tensor:
    """What fits the logits: int64 (samples,) for a multiclass task, else float32 (samples, 1).

    Large logits are right in half of the samples, and confidently wrong in the others. A single
    sample is never of the last class, and one of several always is. So a solution that counts the
    classes in the target is wrong on the same batches with every seed.
    """
    samples, columns = logits.shape
    number = torch.arange(samples)
    if task == "multiclass":
        if large:
            return (logits.argmax(dim=1) + number % 2) % columns
        if samples == 1:
            return torch.randint(0, columns - 1, (samples,))
        target = torch.randint(0, columns, (samples,))
        target[torch.randint(0, samples, ())] = columns - 1
        return target
    if task == "binary":
        first = 0 if large else int(torch.randint(0, 2, ()))
        return ((number + first) % 2).float().unsqueeze(1)
    return _ORDINARY * torch.randn(samples, 1)
