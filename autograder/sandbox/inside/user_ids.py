"""Gives each run user ids that no other living run has. In the bootstrap process.

Linux counts much per user id of the whole machine, across namespaces: bytes in pipes,
descriptors that are under way, watches. So no two forks of root's, of whichever run, share an id.
"""

import os
import random
import socket
from pathlib import Path

# One for the rehearsal, the others for kernels that run at the same time.
SLOTS = 500
# The part of the range left free by systemd (its UIDS-GIDS.md) that SSSD's accounts do not reach.
_FREE_IDS = range(2_013_265_920, 2_147_352_576)
# In a container that has only 65,536 of them: above most accounts, below systemd's own.
_IDS_OF_A_CONTAINER = range(20_000, 60_000)


def take_user_ids() -> tuple[int, socket.socket]:
    """The first of ``SLOTS`` ids that are ours until the socket is closed or this process ends.

    Containers that share a machine do not see each other's sockets: what keeps their ids apart is
    that they are drawn from 268,000 blocks.

    Raises:
        ValueError: This machine has no such ids, or all are taken.
    """
    ids = next((ids for ids in (_FREE_IDS, _IDS_OF_A_CONTAINER) if _are_mapped(ids)), range(0))
    blocks = range(ids.start, ids.stop - SLOTS + 1, SLOTS)
    for first in random.SystemRandom().sample(blocks, min(len(blocks), 1000)):
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            # An abstract address is free again once its owner is gone, however that ended.
            lock.bind(f"\0autograder-user-ids-{first}")
        except OSError:
            lock.close()
            continue
        # Processes of a run that was killed may outlive it.
        if _used_ids().isdisjoint(range(first, first + SLOTS)):
            return first, lock
        lock.close()
    message = f"no {SLOTS} user ids from {_IDS_OF_A_CONTAINER.start} up are mapped and free"
    raise ValueError(message)


def _are_mapped(ids: range) -> bool:
    """Whether this user namespace has all of these user and group ids."""
    return all(
        any(start <= ids.start and ids.stop <= start + count for start, _, count in extents)
        for extents in map(_extents, ("uid_map", "gid_map"))
    )


def _extents(name: str) -> list[list[int]]:
    lines = Path("/proc/self", name).read_text(encoding="ascii").splitlines()
    return [[int(word) for word in line.split()] for line in lines]


def _used_ids() -> set[int]:
    """The user ids of all processes that can be seen."""
    found = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                found.add(entry.stat().st_uid)
            except OSError:
                continue
    return found
