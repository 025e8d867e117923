"""Holds a process to the folders it needs, a second time, should its mounts fail.

Runs in each fork, after its file view is in place. *Source:* the kernel's userspace-api/landlock.
"""

import os
import stat
import struct
from collections.abc import Iterable

from autograder.sandbox.inside.linux import (
    landlock_abi,
    landlock_allow,
    landlock_create,
    landlock_restrict,
)

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
_MAKE_CHARACTER_DEVICE, _MAKE_BLOCK_DEVICE = 1 << 6, 1 << 11
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
# Rights that exist since each version of Landlock; later ones add none to files.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NEWEST = 5
_SCOPES_SINCE = 6
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3


def restrict_files(
    *, readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]
) -> None:
    """Allow reading below ``readable``, all but devices below ``writable``, and ``devices``."""
    version = landlock_abi()
    if version < 1:
        message = "this kernel has no Landlock"
        raise ValueError(message)
    rights = _RIGHTS[min(version, _NEWEST)]
    attributes = struct.pack("=Q", rights)
    if version >= _SCOPES_SINCE:
        # No rule for TCP: the network namespace has none but its own loopback.
        attributes = struct.pack("=QQQ", rights, 0, _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    ruleset = landlock_create(attributes)
    forbidden = _MAKE_CHARACTER_DEVICE | _MAKE_BLOCK_DEVICE | _DEVICE_CONTROL
    for path in readable:
        _allow(ruleset, path, _READ & rights)
    for path in writable:
        _allow(ruleset, path, rights & ~forbidden)
    for path in devices:
        _allow(ruleset, path, (_READ | _WRITE_FILE | _TRUNCATE | _DEVICE_CONTROL) & rights)
    landlock_restrict(ruleset)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _ON_FILES
        landlock_allow(ruleset, struct.pack("=Qi", rights, descriptor))
    finally:
        os.close(descriptor)
