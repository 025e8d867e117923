"""Waits for what must come to be."""

import time
from collections.abc import Callable

# Long enough for a machine on which ten others work.
_SECONDS = 120.0
# Who looks all the time takes the processor from what it waits for.
_PAUSE_SECONDS = 0.005


def wait_until(is_so: Callable[[], object], *, seconds: float = _SECONDS) -> None:
    """Return once it is so; fail after a time in which it would have been so long since."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(_PAUSE_SECONDS)
