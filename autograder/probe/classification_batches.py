"""Batches that a classifier gets partly right, so that a wrong average shows.

Runs beside student code. The seed decides how many samples of each batch are right. No batch's own
accuracy equals the accuracy over all samples, and neither does the mean of the batches' accuracies.
"""

from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor, nn

from autograder.probe.inputs import FEATURES
from autograder.probe.loaders import Batch

_SMALL = 2


def make_classified_batches(
    model: nn.Module, sizes: Sequence[int], *, classes: int, best: bool = False
) -> list[Batch]:
    """x: (size, FEATURES) float32, y: (size,) int64, for each size; ``model`` is left as it was.

    Args:
        model: Answers with (size, classes) logits; asked in evaluation mode, without a graph.
        sizes: In a batch of three or more, some samples are right and some are wrong; in a smaller
            one, all or none.
        classes: How many classes there are.
        best: Whether all samples are right, so that every change of ``model`` lowers the accuracy.
    """
    right = sizes if best else _numbers_of_right(sizes)
    batches = []
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        for size, number in zip(sizes, right, strict=True):
            x = torch.randn(size, FEATURES)
            batches.append((x, _targets(model(x), right=number, classes=classes)))
    for module, mode in modes:
        module.training = mode
    return batches


def _targets(logits: Tensor, *, right: int, classes: int) -> Tensor:
    """The class of the greatest logit for ``right`` of the samples, another one for the rest."""
    size = len(logits)
    # The offset 0 gives the right class, and 1 to classes - 1 give each of the others.
    others = torch.randint(1, classes, (size,))
    others[torch.randperm(size)[:right]] = 0
    return (logits.argmax(dim=1) + others) % classes


def _numbers_of_right(sizes: Sequence[int]) -> list[int]:
    """Drawn again until wrong averages show; with a single batch there is only one average."""
    while True:
        drawn = [
            size * int(torch.randint(0, 2, ()))
            if size <= _SMALL
            else int(torch.randint(1, size, ()))
            for size in sizes
        ]
        if len(sizes) == 1 or _tells_averages_apart(drawn, sizes):
            return drawn


def _tells_averages_apart(right: Sequence[int], sizes: Sequence[int]) -> bool:
    # Fractions, because equal shares must not differ by rounding.
    shares = [Fraction(number, size) for number, size in zip(right, sizes, strict=True)]
    whole = Fraction(sum(right), sum(sizes))
    uneven = len({*sizes}) > 1
    return whole not in shares and not (uneven and sum(shares) / len(shares) == whole)
