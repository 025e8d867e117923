"""Notices calls of ``backward()`` that reach no parameter, too. Runs beside student code."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any
from unittest import mock

import torch

from autograder.model.observation import Event


@dataclass(slots=True)
class BackwardCalls:
    """What is known of calls of ``backward()``."""

    called: bool = False

    def led_nowhere(self, events: Iterable[Event]) -> bool:
        """Whether it was called, and no gradient reached the model that the events are about."""
        return self.called and all(event.name != "backward" for event in events)


@contextmanager
def watched_backward() -> Iterator[BackwardCalls]:
    """Notice every ``backward()``, from any loss; ``torch.autograd.grad`` is none."""
    calls = BackwardCalls()
    original = torch.autograd.backward

    @wraps(original)
    def backward(*arguments: Any, **keywords: Any) -> None:
        calls.called = True
        original(*arguments, **keywords)

    # Tensor.backward() looks this name up.
    with mock.patch.object(torch.autograd, "backward", backward):
        yield calls
