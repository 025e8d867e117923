"""Every kind of loader hands out the same batches."""

from collections.abc import Iterable
from typing import Any

import pytest
import torch

from autograder.probe.loaders import Batch, BatchStream, make_loader

BATCHES: list[Batch] = [(torch.randn(n, 3), torch.randn(n, 1)) for n in (4, 4, 1)]


@pytest.mark.parametrize("kind", ["loader", "sampled", "list", "generator", "stream"])
def test_the_batches_come_in_order(kind: str) -> None:
    """It is true that each kind hands out every batch, the shorter last one included."""
    handed_out = list(make_loader(kind, BATCHES))
    assert len(handed_out) == 3
    for (x, y), (wanted_x, wanted_y) in zip(handed_out, BATCHES, strict=True):
        assert torch.equal(x, wanted_x)
        assert torch.equal(y, wanted_y)


def test_a_sampled_loader_has_more_than_it_loads() -> None:
    """It is true that its data set is longer than what it hands out."""
    loader: Any = make_loader("sampled", BATCHES)
    assert len(loader.dataset) > sum(len(y) for _, y in BATCHES)


def test_a_loader_leaves_the_global_generator_alone() -> None:
    """It is true that dropout draws the same numbers whatever iterates."""
    before = torch.get_rng_state()
    list(make_loader("loader", BATCHES))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_stream_counts() -> None:
    """It is true that passes and batches are counted, also if an iteration stops early."""
    stream: Iterable[Batch] = make_loader("stream", BATCHES)
    assert isinstance(stream, BatchStream)
    next(iter(stream))
    list(stream)
    assert (stream.passes, stream.drawn) == (2, 4)


def test_an_unknown_kind_is_refused() -> None:
    """It is true that a misspelt option is our error, and says so."""
    with pytest.raises(ValueError, match="unknown loader 'lists'"):
        make_loader("lists", BATCHES)
