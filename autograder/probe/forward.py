"""Watches a module's forward passes, however they are reached. Runs beside student code.

PyTorch's own hooks run on ``model(x)`` only, not on ``model.forward(x)``. So the ``forward`` of the
class is replaced as long as it is watched.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from secrets import token_hex
from typing import Any
from unittest import mock

from torch import nn

Before = Callable[[nn.Module, tuple[Any, ...]], None]
After = Callable[[nn.Module, object], None]


@contextmanager
def watched_forward(
    module: nn.Module,
    *,
    before: Before = lambda _module, _arguments: None,
    after: After = lambda _module, _output: None,
) -> Iterator[None]:
    """Call ``before`` and ``after`` on every forward pass of ``module`` and of its copies.

    Args:
        module: Any module; other modules of its class are not watched.
        before: Called with the module and its arguments.
        after: Called with the module and its output, if it did not raise.
    """
    owner: Any = type(module)
    original = owner.forward
    # The mark is an attribute, because a deep copy that the student makes has it as well.
    mark = f"_watched_{token_hex(8)}"

    @wraps(original)
    def forward(this: nn.Module, *arguments: Any, **keywords: Any) -> Any:
        if mark not in vars(this):
            return original(this, *arguments, **keywords)
        before(this, (*arguments, *keywords.values()))
        output = original(this, *arguments, **keywords)
        after(this, output)
        return output

    vars(module)[mark] = True
    with mock.patch.object(owner, "forward", forward):
        try:
            yield
        finally:
            vars(module).pop(mark, None)
