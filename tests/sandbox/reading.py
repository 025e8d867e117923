"""Reads what a run shows, and asks what a filter denies."""

from collections.abc import Mapping

from autograder.model.program import Run

_DENIALS = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
column = 0 if os.uname().machine == "x86_64" else 1
wrong = {{}}
for name, numbers in {calls!r}.items():
    if numbers[column] >= 0:
        failed = libc.syscall(numbers[column], -1, -1, -1, -1, -1, -1)
        if (failed, ctypes.get_errno()) != (-1, errno.EPERM):
            wrong[name] = (failed, ctypes.get_errno())
unknown = [(libc.syscall(number, None, 0), ctypes.get_errno()) for number in (423, 435, 470, 9999)]
print(wrong, set(unknown) == {{(-1, errno.ENOSYS)}})
"""


def printed(run: Run, cell: int = -1) -> str:
    """What a cell wrote to its standard output."""
    return "".join(o["text"] for o in run.outputs[cell] if o.get("name") == "stdout")


def raised(run: Run, cell: int = -1) -> str:
    """Name of the exception that ended a cell, or nothing."""
    return "".join(o["ename"] for o in run.outputs[cell] if o["output_type"] == "error")


def denials(calls: Mapping[str, tuple[int, int]]) -> str:
    """A cell that makes every one of the calls and prints those that were not denied."""
    return _DENIALS.format(calls=calls)
