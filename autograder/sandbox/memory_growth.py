"""Notices when what a kernel sends fills this process. Trusted side.

ZeroMQ bounds the bytes of a message's part and the number of messages, but not the parts of a
message: one that never ends is kept in this process's memory, out of reach of any other limit.
"""

import asyncio
from mmap import PAGESIZE
from pathlib import Path

_GROWTH_BYTES = 256 * 1024 * 1024
# At the speed of a local socket, some 100 MB arrive between two looks.
_LOOK_SECONDS = 0.05


async def memory_grown(growth_bytes: int = _GROWTH_BYTES) -> None:
    """Return once this process's memory has grown by ``growth_bytes`` since the call."""
    allowed = resident_bytes() + growth_bytes
    while resident_bytes() < allowed:  # noqa: ASYNC110 - Linux sends no event when memory grows
        await asyncio.sleep(_LOOK_SECONDS)


def resident_bytes() -> int:
    """How much of this process's memory is in use now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * PAGESIZE
