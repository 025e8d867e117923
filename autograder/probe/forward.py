"""Sees a module's forward passes, however they are reached. Runs beside student code.

PyTorch's own hooks belong to ``model(x)``: whoever writes ``model.forward(x)`` runs none of them.
So the class's ``forward`` is another one while somebody watches.
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
    """Tell of every forward pass of ``module``, and of its copies, once each.

    Args:
        module: Any module; others of its class go unseen.
        before: Told the module and its arguments.
        after: Told the module and its output, where it did not raise.
    """
    owner: Any = type(module)
    original = owner.forward
    # An attribute and not a list of modules: a deep copy that the student makes has it as well.
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
