"""Turns everything that a student's function leaves into plain values. Runs beside student code.

Everything is bounded: a huge or deep value becomes an :class:`Opaque` and is not sent.
"""

import contextlib
import linecache
import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from autograder.model.observation import Array, Opaque, Raised, Value
from autograder.model.program import cell_digest
from autograder.probe.wire import DTYPES, MAX_AXES, MAX_TEXT

MAX_ARRAY_BYTES = 2 * 1024 * 1024
MAX_ITEMS = 2_000
MAX_LEVELS = 8
_TYPES_WITH_TEXT = (torch.dtype, torch.device)
_INTEGER_LIMIT = 2**63
# The slot of PyTorch's own C type. A student can put a property over it, but cannot replace it.
_requires_grad = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]  # noqa: SLF001


def carries_graph(tensor: torch.Tensor) -> bool:
    """Whether the tensor requires grad according to PyTorch itself, not to a property."""
    return bool(_requires_grad(tensor))


def describe(value: object, levels: int = MAX_LEVELS) -> Value:
    """The value as data: scalars, containers and arrays as they are, anything else by its type."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        # A subclass may lie in its methods; the C slot does not.
        return float.__float__(value)
    if isinstance(value, int) and abs(int.__int__(value)) < _INTEGER_LIMIT:
        return int.__int__(value)
    if isinstance(value, str):
        return str.__str__(value)[:MAX_TEXT]
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, np.ndarray | np.generic):
        return _numpy(np.asarray(value))
    if isinstance(value, _TYPES_WITH_TEXT):
        return Opaque(_type_name(value), str(value))
    if levels and isinstance(value, list | tuple | dict) and len(value) <= MAX_ITEMS:
        return _container(value, levels - 1)
    return Opaque(_type_name(value))


def describe_exception(error: BaseException) -> Raised:
    """The exception as data. Its text is cut and not trusted."""
    text = ""
    with contextlib.suppress(BaseException):
        text = str(error)[:MAX_TEXT]
    return Raised(type(error).__name__[:100], text, *_line_and_cell(error))


def _container(
    value: list[object] | tuple[object, ...] | dict[object, object], levels: int
) -> Value:
    if isinstance(value, dict):
        if not all(isinstance(key, str) and len(key) <= MAX_TEXT for key in value):
            return Opaque("dict")
        return {str(key): describe(item, levels) for key, item in value.items()}
    items = [describe(item, levels) for item in value]
    return tuple(items) if isinstance(value, tuple) else items


def _tensor(tensor: torch.Tensor) -> Value:
    dtype = str(tensor.dtype).removeprefix("torch.")
    size = tensor.numel() * tensor.element_size()
    if dtype not in DTYPES or size > MAX_ARRAY_BYTES or tensor.dim() > MAX_AXES:
        return Opaque("torch.Tensor", f"{dtype} of {size} bytes")
    if tensor.layout is not torch.strided:
        return Opaque("torch.Tensor", str(tensor.layout))
    plain = tensor.detach().cpu().contiguous().resolve_conj().resolve_neg()
    shape, data = tuple(plain.shape), plain.reshape(-1).view(torch.uint8).numpy().tobytes()
    if len(data) != math.prod(shape) * plain.element_size():
        # A subclass that lies about its size; the wire format refuses such an array.
        return Opaque(_type_name(tensor))
    return Array(
        dtype=dtype,
        shape=shape,
        data=data,
        device=str(tensor.device),
        requires_grad=carries_graph(tensor),
    )


def _numpy(array: NDArray[Any]) -> Value:
    dtype = array.dtype.name
    if dtype not in DTYPES or array.nbytes > MAX_ARRAY_BYTES or array.ndim > MAX_AXES:
        return Opaque("numpy.ndarray", dtype)
    little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return Array(dtype, tuple(array.shape), little_endian.tobytes(), device="numpy")


def _type_name(value: object) -> str:
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}"[:200]


def _line_and_cell(error: BaseException) -> tuple[int | None, str]:
    """The line of the student's cell that ran, and the digest of the cell.

    The cell is the first one in the traceback, which is that of the called function. If a function
    of another cell raised, the line is the one that called it.
    """
    line, cell = None, ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        cell = cell or (name if is_cell(name) else "")
        if cell and name == cell:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line, _digest(cell)


def is_cell(file: str) -> bool:
    """Whether a code object's file name is that of a notebook cell."""
    # Names that ipykernel, IPython in a terminal and our FakeSandbox give to cells.
    return "ipykernel_" in file or "ipython-input" in file or file.startswith("<cell")


def _digest(cell: str) -> str:
    # Jupyter keeps each cell's code for tracebacks. A student may have changed it there, so a wrong
    # text must do no harm: the digest has to match a cell that the trusted side knows.
    with contextlib.suppress(Exception):
        lines = linecache.getlines(cell) if cell else []
        return cell_digest("".join(lines)) if lines else ""
    return ""
