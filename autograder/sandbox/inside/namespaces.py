"""The worlds of their own: one for the zygote, and inside it one for each fork.

Runs in the bootstrap process and in each fork, before student code.
"""

import fcntl
import os
import socket
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.sandbox.inside.file_view import HOME, TERMINALS, WRITABLE
from autograder.sandbox.inside.linux import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_REC,
    NEWIPC,
    NEWNET,
    NEWNS,
    NEWPID,
    NEWUTS,
    make_readonly,
    mount,
    unshare,
)
from autograder.sandbox.inside.privileges import can_administer, make_user_namespace

_HOST_NAME = "sandbox"
_FORK_NAMESPACES = NEWNS | NEWNET | NEWIPC | NEWUTS
_SET_INTERFACE_FLAGS, _UP = 0x8914, 1
# Small files are what fills a tmpfs unseen: an inode costs about 1 KiB of kernel memory.
_INODES_PER_MEBIBYTE = 160
# What /proc reveals of the machine and its operator: how it was started, and which keys are held.
_REVEALING_FILES = ("/proc/cmdline", "/proc/keys", "/proc/key-users")
# Least, usual and most bytes: no connection holds more than what one socket is taken to weigh.
_QUEUES = {"tcp_wmem": "4096 16384 65536", "tcp_rmem": "4096 65536 131072"}


def enter_zygote_namespaces() -> None:
    """Leave the machine's namespaces; the process forked next is the first of a new pid one."""
    flags = _FORK_NAMESPACES | NEWPID
    if can_administer():
        unshare(flags)
    elif os.getuid() == 0:
        message = "this is root without CAP_SYS_ADMIN; student code would run as user 0"
        raise ValueError(message)
    else:
        make_user_namespace(flags)


def enter_fork_namespaces() -> None:
    """Leave the zygote's namespaces; the pid namespace was entered at the fork."""
    unshare(_FORK_NAMESPACES)
    socket.sethostname(_HOST_NAME)


def mount_scratch(limits: Mapping[str, float], uid: int, overmounted: Iterable[str]) -> None:
    """Mount an empty tmpfs, bounded in bytes and in files, wherever this fork may write.

    Args:
        limits: Of the submission.
        uid: The fork's user id, which owns its home.
        overmounted: Folders of the runtime in there; shown again, read-only.
    """
    held = {path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in overmounted}
    size = int(limits["scratch_bytes"])
    inodes = max(_INODES_PER_MEBIBYTE * size // (1024 * 1024), 64)
    for path in WRITABLE:
        private = f"uid={uid},gid={_gid(uid)},mode=700" if path == HOME else "mode=1777"
        mount(
            "tmpfs",
            path,
            "tmpfs",
            flags=MS_NOSUID | MS_NODEV,
            options=f"size={size},nr_inodes={inodes},{private}",
        )
    for path, descriptor in held.items():
        Path(path).mkdir(parents=True)
        mount(f"/proc/self/fd/{descriptor}", path, flags=MS_BIND | MS_REC)
        make_readonly(path)
        os.close(descriptor)
    # IPython's ``!command`` runs on a terminal.
    flags = MS_NOSUID | MS_NOEXEC
    # Terminals are counted for the whole machine: one submission must not take them all.
    options = "newinstance,ptmxmode=0666,mode=600,max=32"
    mount("devpts", TERMINALS, "devpts", flags=flags, options=options)


def mount_processes() -> None:
    """Mount a /proc that shows this fork's own processes only."""
    mount("proc", "/proc", "proc", flags=MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for path in _REVEALING_FILES:
        if os.path.exists(path):  # noqa: PTH110 - warm and quick
            mount("/dev/null", path, flags=MS_BIND)


def raise_loopback() -> None:
    """Bring up this network namespace's only interface, for DataLoader workers and the like."""
    request = struct.pack("16sh22x", b"lo", _UP)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, request)


def bound_queues() -> None:
    """Let no connection inside this network namespace grow its queues to the machine's limits."""
    for name, sizes in _QUEUES.items():
        Path("/proc/sys/net/ipv4", name).write_text(sizes, encoding="ascii")


def _gid(uid: int) -> int:
    return uid if os.getuid() == 0 else os.getgid()
