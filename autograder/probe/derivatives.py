"""Notices whether one of PyTorch's automatic derivatives ran. Runs beside student code.

It watches the engine, not names: however ``grad`` was imported, a reverse-mode derivative executes
operations inside an autograd graph task (``backward``, ``autograd.grad``, ``functional.jacobian``,
``torch.func.grad``, ``vjp``, ``jacrev``), and a forward-mode one executes them while a level of
dual numbers is open (``forward_ad``, ``torch.func.jvp``, ``jacfwd``). A dispatch mode sits below
autograd and sees those operations. Its report is the student's word, as all reports here are.

Source: ``torch._C._current_graph_task_id`` is −1 outside a backward pass (torch 2.13,
torch/autograd/graph.py uses it in the same way); ``forward_ad._current_level`` is −1 outside.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.autograd import forward_ad
from torch.utils._python_dispatch import TorchDispatchMode


class DerivativeWitness(TorchDispatchMode):
    """A context manager; afterwards :attr:`saw_one` says whether a derivative was computed.

    Saved-tensor hooks would show the same for ``backward``, but ``torch.func`` refuses to run
    under them; patched functions would miss ``from torch.autograd import grad``.
    """

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Keep PyTorch from importing its compiler at the first operation, which takes a second."""
        return False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.saw_one = False

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Note whether the operation belongs to a derivative, and run it."""
        in_backward = torch._C._current_graph_task_id() != -1  # noqa: SLF001
        in_forward_mode = forward_ad._current_level >= 0  # noqa: SLF001
        self.saw_one = self.saw_one or in_backward or in_forward_mode
        return func(*args, **(kwargs or {}))
