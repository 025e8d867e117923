"""Stands in for PyTorch's compiler, ``torch._dynamo``, until somebody compiles something.

Runs in the zygote and its forks. Every optimizer imports it, to say that it is not to be compiled:
that takes 40% of the zygote's start and of its memory, for next to no notebook.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

_NAME = "torch._dynamo"


class CompilerOnDemand(ModuleType):
    """What optimizers ask for; the real module takes its place when anything else is."""

    def __init__(self) -> None:
        super().__init__(_NAME)
        self._stances: list[str] = []

    def graph_break(self, *_message: str) -> None:
        """End what is being compiled: nothing is."""

    def disable(self, function: Callable[..., Any], *_options: Any, **_named: Any) -> object:
        """Leave a function uncompiled, as it is."""
        return function

    @contextmanager
    def set_stance(self, stance: str, **_options: Any) -> Iterator[None]:
        """Within, the real compiler will compile as this says, should it be loaded."""
        self._stances.append(stance)
        try:
            yield
        finally:
            self._stances.pop()

    def __getattr__(self, name: str) -> Any:
        """Load the real module, and look there."""
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]
            importlib.import_module(_NAME)
            for stance in self._stances:
                torch.compiler.set_stance(stance)
        return getattr(sys.modules[_NAME], name)


def hold_back_compiler() -> None:
    """Put the stand-in where PyTorch looks for its compiler."""
    sys.modules[_NAME] = torch._dynamo = CompilerOnDemand()  # noqa: SLF001
