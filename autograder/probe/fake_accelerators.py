"""Makes PyTorch report the accelerators that a scenario wants. Runs beside student code.

The functions stay the same objects and get another body. Replacing ``torch.cuda.is_available``
would not reach the name that ``from torch.cuda import is_available`` makes. PyTorch resolves
``torch.device(0)`` in C++, so a mode answers it first.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

# A body runs with the globals of the function that it is put into, so it uses none of this module.
_TRUE: Any = lambda: True  # noqa: E731 - a body
_FALSE: Any = lambda: False  # noqa: E731
_NOTHING: Any = lambda device=None: None  # noqa: E731, ARG005
_MEMORY: Any = lambda device=None: (2**34, 2**34)  # noqa: E731, ARG005
_PROPERTIES: Any = lambda device=None: __import__("types").SimpleNamespace(  # noqa: E731, ARG005
    name="a pretended GPU", total_memory=2**34, multi_processor_count=16, major=9, minor=0
)
# One function for each: a body that closes over a number fits into no function without one.
_COUNTS: tuple[Any, ...] = (lambda: 0, lambda: 1, lambda: 2, lambda: 3)
_ACCELERATORS: Mapping[str, Any] = {
    "": lambda check_available=False: None,  # noqa: ARG005
    "cuda": lambda check_available=False: __import__("torch").device("cuda"),  # noqa: ARG005
    "mps": lambda check_available=False: __import__("torch").device("mps"),  # noqa: ARG005
}


@contextmanager
def pretended_machine(*, cuda: int, mps: bool = False) -> Iterator[None]:
    """Within, PyTorch reports ``cuda`` CUDA devices (at most 3), and Apple's if ``mps``.

    No tensor can be made on such a device. The last of several is the current one.
    """
    accelerator = "cuda" if cuda else "mps" if mps else ""
    current = _COUNTS[max(cuda - 1, 0)]
    bodies: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
        (torch.cuda.is_available, _TRUE if cuda else _FALSE),
        (torch.cuda.device_count, _COUNTS[cuda]),
        (torch.cuda.current_device, current),
        # Built for CUDA is not the same as having a GPU.
        (torch.backends.cuda.is_built, _TRUE),
        (torch.backends.mps.is_available, _TRUE if mps else _FALSE),
        (torch.backends.mps.is_built, _TRUE if mps else _FALSE),
        (torch.xpu.is_available, _FALSE),
        (torch.accelerator.is_available, _TRUE if accelerator else _FALSE),
        (torch.accelerator.current_accelerator, _ACCELERATORS[accelerator]),
        (torch.accelerator.device_count, _COUNTS[cuda or int(mps)]),
        (torch.accelerator.current_device_index, current),
    ]
    if cuda:
        bodies += [
            (torch.cuda.set_device, _NOTHING),
            (torch.cuda.synchronize, _NOTHING),
            (torch.cuda.get_device_properties, _PROPERTIES),
            (torch.cuda.mem_get_info, _MEMORY),
        ]
    with ExitStack() as stack:
        stack.enter_context(_Numbering(accelerator))
        for function, body in bodies:
            stack.enter_context(_body(function, body))
        yield


@contextmanager
def _body(function: Callable[..., Any], other: Callable[..., Any]) -> Iterator[None]:
    """Within, the function has the other one's body."""
    inner: Any = inspect.unwrap(function)
    # Behind an lru_cache, the answers of the real machine would stay.
    forget: Callable[[], None] = getattr(function, "cache_clear", _FALSE)
    kept = inner.__code__
    inner.__code__ = other.__code__
    forget()
    try:
        yield
    finally:
        inner.__code__ = kept
        forget()


class _Numbering(TorchFunctionMode):
    """Turns a bare number into a device of the accelerator: ``torch.device(0)`` is CUDA's first.

    PyTorch's C++ would take the accelerator that this machine really has, or the simulated GPU.
    """

    def __init__(self, accelerator: str) -> None:
        super().__init__()
        self._accelerator = accelerator

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call ``func``, or make the device that a number stands for."""
        given = [*args, *(kwargs or {}).values()]
        if func is not torch.device or isinstance(given[0], torch.device | str):
            return func(*args, **(kwargs or {}))
        if not self._accelerator:
            message = "Cannot access accelerator device when none is available."
            raise RuntimeError(message)
        return torch.device(self._accelerator, int(given[0]))
