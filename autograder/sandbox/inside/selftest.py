"""Tries, from inside, what student code must not be able to do. No pass, no student code.

Runs in each fork as the last thing before READY. It believes what happens, not what was set up.
"""

import errno
import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from autograder.sandbox.inside.file_view import HOME, KIT
from autograder.sandbox.inside.privileges import status_field

# Documentation addresses (RFC 5737, RFC 3849): a route to them is a route to anywhere.
_OUTSIDE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_PORT = 53
_SECCOMP_FILTERING = "2"
_CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
DENIED = {errno.EROFS, errno.EACCES, errno.EPERM}


def test_confinement(hidden: Iterable[str]) -> None:
    """Raise ValueError, naming what does not hold, unless this process is confined."""
    refuse_identity()
    _refuse_other_processes()
    _refuse_routes()
    refuse_writable(("/", "/etc", "/usr/lib", "/dev", KIT))
    _require_empty_home()
    _refuse_visible(hidden)


def refuse_identity(sets: Iterable[str] = _CAPABILITY_SETS) -> None:
    """Raise ValueError if this process is user 0, or may do more than any user."""
    if 0 in (*os.getresuid(), *os.getresgid(), *_ids_outside()):
        fail("student code would run as user 0")
    for name in sets:
        if int(status_field(name), 16):
            fail(f"capabilities are left in {name}")
    if status_field("NoNewPrivs") != "1" or status_field("Seccomp") != _SECCOMP_FILTERING:
        fail("new privileges or unfiltered system calls are possible")


def _ids_outside() -> Iterator[int]:
    """What this process's ids are called around its user namespace: 0 there would be root."""
    for name, ids in (("uid_map", os.getresuid()), ("gid_map", os.getresgid())):
        for line in Path("/proc/self", name).read_text(encoding="ascii").splitlines():
            inside, outside, count = map(int, line.split())
            yield from (outside + one - inside for one in ids if 0 <= one - inside < count)


def _refuse_other_processes() -> None:
    processes = [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]
    if os.getpid() != 1 or processes != ["1"]:
        fail(f"{len(processes)} processes are visible, expected this one only")


def _refuse_routes() -> None:
    for family, address in _OUTSIDE:
        with socket.socket(family, socket.SOCK_DGRAM) as datagram:
            # Connecting a datagram socket looks the route up and sends nothing.
            if datagram.connect_ex((address, _PORT)) == 0:
                fail(f"there is a route to {address}")


def refuse_writable(folders: Iterable[str]) -> None:
    """Raise ValueError if a file can be made in one of the folders."""
    for folder in folders:
        path = f"{folder}/.confined"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        except OSError as error:
            if error.errno in DENIED or not os.path.isdir(folder):  # noqa: PTH112 - warm and quick
                continue
            raise
        fail(f"{folder} can be written")


def _require_empty_home() -> None:
    path = Path(HOME, ".confined")
    path.touch()
    path.unlink()
    if any(Path(HOME).iterdir()):
        fail("the scratch folder is not empty")


def _refuse_visible(hidden: Iterable[str]) -> None:
    for path in hidden:
        # A folder may exist, empty, where it leads to a part of the runtime.
        is_empty = Path(path).is_dir() and not any(Path(path).iterdir())
        if os.path.lexists(path) and not is_empty:
            fail(f"{path} is visible")


def fail(what: str) -> NoReturn:
    """Say what does not hold."""
    raise ValueError(what)
