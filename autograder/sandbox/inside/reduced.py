"""The reduced level: what still holds a fork where no namespace can be made.

Runs in each fork of a zygote that was started so, on the operator's explicit wish. Files are held
by Landlock, the network and other processes by seccomp and Landlock, resources by limits and by
the trusted side's watch. What exists can still be seen, though not read.
"""

import errno
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.sandbox.inside.confinement import SandboxPaths
from autograder.sandbox.inside.confinement_layers import layer
from autograder.sandbox.inside.landlock import restrict_files
from autograder.sandbox.inside.linux import install_seccomp, landlock_abi
from autograder.sandbox.inside.privileges import become_student, limit_resources
from autograder.sandbox.inside.seccomp import build_filter
from autograder.sandbox.inside.selftest import DENIED, fail, refuse_identity, refuse_writable

# Landlock keeps signals inside since this version: without it, a student with the operator's own
# user id could end the operator's processes.
_ABI_WITH_SIGNALS = 6
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
_READABLE_DEVICES = ("/dev/random", "/dev/urandom")
_READABLE_PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version")


def confine_reduced(
    *, limits: Mapping[str, float], uid: int, paths: SandboxPaths, scratch: str
) -> None:
    """Give up everything but reading the runtime, a scratch folder and the descriptors held.

    Raises:
        ConfinementError: A layer could not be set up, or did not hold; the process must end.
    """
    is_root = os.getuid() == 0
    others = 0 if is_root else tasks_of(uid)
    _settle_in(scratch)
    with layer("limits"):
        limit_resources(limits, others=others)
    with layer("identity"):
        become_student(uid, is_reduced=True)
    with layer("landlock"):
        if not is_root:
            _require_signals_inside()
        readable = (*paths.readable, *_READABLE_DEVICES, *_READABLE_PROC)
        there = [path for path in readable if os.path.exists(path)]  # noqa: PTH110 - warm and quick
        restrict_files(readable=there, writable=[scratch], devices=_DEVICES)
    with layer("seccomp"):
        install_seccomp(build_filter(is_reduced=True))
    with layer("self-test"):
        test_reduced(paths, scratch)


def make_scratch(folder: str, number: int, uid: int) -> str:
    """Make a fork's folder, which is all it may write; in the zygote, before the fork."""
    # What a zygote that has died left behind may be in use still.
    path = Path(folder, f"scratch-{os.getpid()}-{number}")
    path.mkdir(mode=0o700)
    os.chown(path, uid, uid if os.getuid() == 0 else -1)
    return str(path)


def point_environment_at(scratch: str) -> None:
    """Point everything that student code looks up at this fork's folder."""
    os.environ.update(
        HOME=scratch,
        TMPDIR=scratch,
        IPYTHONDIR=f"{scratch}/.ipython",
        MPLCONFIGDIR=f"{scratch}/.matplotlib",
    )


def test_reduced(paths: SandboxPaths, scratch: str) -> None:
    """Raise ValueError, naming what does not hold, unless this process is held."""
    refuse_identity(sets=("CapInh", "CapPrm", "CapEff", "CapAmb"))
    refuse_writable(("/", "/etc", "/tmp", "/dev/shm", "/var/tmp", paths.kit))  # noqa: S108
    for family in (socket.AF_INET, socket.AF_INET6):
        _refuse_socket(family)
    _refuse_connection()
    _refuse_signals()
    _refuse_reading((*paths.hidden, f"/proc/{os.getppid()}/environ", "/etc/passwd"))
    if any(Path(scratch).iterdir()):
        fail("the scratch folder is not empty")
    if not os.access(paths.kit, os.R_OK | os.X_OK) or not any(Path(paths.kit).iterdir()):
        fail("the student kit cannot be read")


def tasks_of(uid: int) -> int:
    """How many processes and threads a user has: Linux counts them all against one limit."""
    total = 0
    for path in Path("/proc").iterdir():
        try:
            if path.name.isdigit() and path.stat().st_uid == uid:
                total += sum(1 for _ in (path / "task").iterdir())
        except OSError:
            continue
    return total


def _settle_in(scratch: str) -> None:
    os.chdir(scratch)
    os.umask(0o077)
    point_environment_at(scratch)


def _require_signals_inside() -> None:
    version = landlock_abi()
    if version < _ABI_WITH_SIGNALS:
        fail(f"version {version} does not keep signals inside; start as root, or have version 6")


def _refuse_socket(family: socket.AddressFamily) -> None:
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError:
        return
    fail(f"a socket of the family {family.name} can be made")


def _refuse_connection() -> None:
    with socket.socket(socket.AF_UNIX) as stream:
        if stream.connect_ex("\0") != errno.EPERM:
            fail("a socket can be connected")


def _refuse_signals() -> None:
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return
    fail("a signal can be sent to a process outside")


def _refuse_reading(paths: Iterable[str]) -> None:
    for path in paths:
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in DENIED:
                continue
            raise
        fail(f"{path} can be read")
