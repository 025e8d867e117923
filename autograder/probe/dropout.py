"""Dropout that depends on the batch alone. Runs beside student code.

So a student's extra forward pass changes nothing in the next one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from autograder.probe.forward import watched_forward


@contextmanager
def seeded_by_batch(
    model: nn.Sequential, notice: Callable[[int], None] = lambda _content: None
) -> Iterator[None]:
    """Seed PyTorch's generator from each batch that enters ``model``.

    Args:
        model: Its first layer is watched, so a student may also call the layers one by one.
        notice: Called with a number that stands for the batch's content.
    """

    def seed(_layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        with torch.no_grad():
            # Python's hash of a number is the same in every process; that of a text is not.
            content = hash(inputs[0].double().abs().sum().item()) % 2**32 if inputs else 0
        notice(content)
        torch.default_generator.manual_seed(content)

    with watched_forward(model[0], before=seed):
        yield
