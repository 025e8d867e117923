"""What PyTorch says of a machine's accelerators, as a scenario wants it. Runs beside student code.

The functions keep their identity and get another body: ``from torch.cuda import is_available``
makes a name of its own, which replacing ``torch.cuda.is_available`` would not reach.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

# A body runs with the names of the module that its function is from: it may use none of this one.
_TRUE: Any = lambda: True  # noqa: E731 - a body
_FALSE: Any = lambda: False  # noqa: E731
_NAMED: Any = lambda device=None: "a pretended GPU"  # noqa: E731, ARG005
_COUNTS: tuple[Any, ...] = (lambda: 0, lambda: 1, lambda: 2, lambda: 3)
_ACCELERATORS: Mapping[str, Any] = {
    "": lambda check_available=False: None,  # noqa: ARG005
    "cuda": lambda check_available=False: __import__("torch").device("cuda"),  # noqa: ARG005
    "mps": lambda check_available=False: __import__("torch").device("mps"),  # noqa: ARG005
}


@contextmanager
def pretended_machine(*, cuda: int, mps: bool = False) -> Iterator[None]:
    """PyTorch believes in ``cuda`` CUDA devices (at most 3), and in Apple's where ``mps``.

    Nothing can be made on a device that is only pretended; the last of several is the current one.
    """
    accelerator = "cuda" if cuda else "mps" if mps else ""
    bodies: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
        (torch.cuda.is_available, _TRUE if cuda else _FALSE),
        (torch.cuda.device_count, _COUNTS[cuda]),
        (torch.cuda.current_device, _COUNTS[max(cuda - 1, 0)]),
        (torch.cuda.get_device_name, _NAMED),
        # Built for CUDA is not the same as having a GPU.
        (torch.backends.cuda.is_built, _TRUE),
        (torch.backends.mps.is_available, _TRUE if mps else _FALSE),
        (torch.backends.mps.is_built, _TRUE if mps else _FALSE),
        (torch.xpu.is_available, _FALSE),
        (torch.accelerator.is_available, _TRUE if accelerator else _FALSE),
        (torch.accelerator.current_accelerator, _ACCELERATORS[accelerator]),
    ]
    with ExitStack() as stack:
        for function, body in bodies:
            stack.enter_context(_body(function, body))
        yield


@contextmanager
def _body(function: Callable[..., Any], other: Callable[..., Any]) -> Iterator[None]:
    """The function does what the other one does."""
    inner: Any = inspect.unwrap(function)
    forget: Callable[[], None] = getattr(function, "cache_clear", _FALSE)
    kept = inner.__code__
    inner.__code__ = other.__code__
    forget()
    try:
        yield
    finally:
        inner.__code__ = kept
        forget()
