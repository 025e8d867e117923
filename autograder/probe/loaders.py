"""Data loaders of every kind that a training loop may get. Runs beside student code."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from autograder.probe import simgpu

Batch = tuple[Tensor, Tensor]


class BatchStream:
    """Batches that can only be iterated over: no length, no index, no data set.

    Attributes:
        passes: How many iterations over them were begun.
        drawn: How many batches were taken.
    """

    def __init__(self, batches: Sequence[Batch]) -> None:
        self._batches = batches
        self.passes = 0
        self.drawn = 0

    def __iter__(self) -> Iterator[Batch]:
        self.passes += 1
        for batch in self._batches:
            self.drawn += 1
            yield batch


def make_loader(kind: str, batches: Sequence[Batch]) -> Iterable[Any]:
    """The batches as a loader.

    Args:
        kind: ``loader`` (a DataLoader), ``sampled`` (one whose data set holds more than it
            loads), ``list``, ``generator`` (can be iterated over only once) or ``stream``.
        batches: In their order; a ``list`` is passed as it is.
    """
    match kind:
        case "loader":
            return _data_loader(batches, unused=0)
        case "sampled":
            return _data_loader(batches, unused=2)
        case "list":
            return batches
        case "generator":
            return (batch for batch in batches)
        case "stream":
            return BatchStream(batches)
    message = f"unknown loader {kind!r}"
    raise ValueError(message)


def move_elsewhere(batches: Sequence[Batch]) -> list[Batch]:
    """The batches on the simulated GPU."""
    simgpu.install()
    return [(x.to(simgpu.NAME), y.to(simgpu.NAME)) for x, y in batches]


def _data_loader(batches: Sequence[Batch], *, unused: int) -> DataLoader[tuple[Tensor, ...]]:
    """All batches must have the first one's size; the last one may be smaller."""
    x = torch.cat([x for x, _ in batches])
    y = torch.cat([y for _, y in batches])
    return DataLoader(
        TensorDataset(torch.cat([x, x[:unused]]), torch.cat([y, y[:unused]])),
        batch_size=len(batches[0][1]),
        sampler=range(len(y)),
        # Its own generator: otherwise every new iterator draws from the global one.
        generator=torch.Generator().manual_seed(0),
    )
