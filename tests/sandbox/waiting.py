"""Waits for what must come to be."""

import time
from collections.abc import Callable

_SECONDS = 20.0


def wait_until(is_so: Callable[[], bool], *, seconds: float = _SECONDS) -> None:
    """Return once it is so; fail after a time in which it would have been so long since."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
