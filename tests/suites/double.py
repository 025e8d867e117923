"""The same inputs in float64: a reference that rounding hardly touches.

A mode that lets every random number be drawn as float32, as observed runs draw it, and hands it on
as float64. With float64 as the default dtype, a plan then runs on the same numbers, exactly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

_MADE: Sequence[Callable[..., Any]] = (torch.randn, torch.rand, torch.randn_like, torch.rand_like)
# PyTorch hands its initialisers to a mode whole.
_FILLED: Sequence[Callable[..., Any]] = (
    Tensor.uniform_, Tensor.normal_, nn.init.kaiming_uniform_, nn.init.uniform_, nn.init.normal_,
)  # fmt: skip


class DoubleOfFloat(TorchFunctionMode):
    """Random numbers are those that float32 would have got, in float64."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Draw as float32 what float64 asks for."""
        del types
        options = dict(kwargs or {})
        if func in _MADE and "dtype" not in options:
            return func(*args, **options, dtype=torch.float32).double()
        if func in _FILLED:
            filled, *others = (*args, options.pop("tensor")) if "tensor" in options else args
            if filled.dtype is torch.float64:
                with torch.no_grad():
                    drawn = torch.empty_like(filled, dtype=torch.float32)
                    return filled.copy_(func(drawn, *others, **options))
            args = (filled, *others)
        return func(*args, **options)


@contextmanager
def in_double() -> Iterator[None]:
    """Within, float64 is the default dtype, on the numbers that float32 would have got."""
    torch.set_default_dtype(torch.float64)
    try:
        with DoubleOfFloat():
            yield
    finally:
        torch.set_default_dtype(torch.float32)
