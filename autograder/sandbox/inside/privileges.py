"""Takes from a process what it may do: user id, capabilities, resources.

Runs in each fork, after its file view is in place and before student code.
"""

import errno
import os
import resource
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.inside.linux import (
    NEWUSER,
    PR_CAP_AMBIENT,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_KEEPCAPS,
    PR_SET_NO_NEW_PRIVS,
    prctl,
    set_capabilities,
    unshare,
)

# How a fork sees itself; outside of its user namespace its user and group id are others.
STUDENT_ID = 1000
_CAP_SETPCAP, _CAP_SYS_ADMIN = 8, 21
_AMBIENT_RAISE, _AMBIENT_CLEAR_ALL = 2, 4
_MEMLOCK_BYTES = 64 * 1024
_QUEUED_SIGNALS = 1024
_LIMITED = (
    *(resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE),
    *(resource.RLIMIT_CPU, resource.RLIMIT_MEMLOCK, resource.RLIMIT_CORE),
    resource.RLIMIT_SIGPENDING,
)
_NO_USER_NAMESPACES = {errno.EPERM, errno.ENOSPC, errno.EINVAL, errno.ENOSYS}
_FIRST_TO_BE_KILLED = "1000"


def status_field(name: str) -> str:
    """One line of /proc/self/status, such as ``CapEff``."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    for line in status.splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return value.strip()
    return ""


def can_administer() -> bool:
    """Whether this process may make namespaces without a user namespace of its own."""
    return bool(int(status_field("CapEff") or "0", 16) >> _CAP_SYS_ADMIN & 1)


def make_user_namespace(
    flags: int = 0, *, inside: int | None = None, may_do_without: bool = False
) -> None:
    """Enter a new user namespace, and those of ``flags``, with one user and one group id.

    Args:
        flags: The other namespaces.
        inside: What both ids are called there; by default, as they are called here.
        may_do_without: Whether to stay here where no such namespace can be made.
    """
    uid, gid = os.geteuid(), os.getegid()
    try:
        unshare(NEWUSER | flags)
    except OSError as error:
        if may_do_without and error.errno in _NO_USER_NAMESPACES:
            return
        raise
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    for name, outside in (("uid_map", uid), ("gid_map", gid)):
        own = outside if inside is None else inside
        Path("/proc/self", name).write_text(f"{own} {outside} 1", encoding="ascii")


def keep_capabilities() -> None:
    """Let this process's capabilities survive the execution of another program.

    Executing anything as an ordinary user drops them, even inside one's own user namespace.
    """
    permitted = int(status_field("CapPrm"), 16)
    set_capabilities(permitted)
    for capability in range(permitted.bit_length()):
        if permitted >> capability & 1:
            prctl(PR_CAP_AMBIENT, _AMBIENT_RAISE, capability)


def become_student(uid: int, *, is_reduced: bool = False) -> None:
    """Take the student's user id, a user namespace of its own, and no capability at all.

    At the reduced level there is no such namespace, and an ordinary user's student keeps the
    operator's id.
    """
    is_root = os.getuid() == 0
    if is_root:
        _take_id(uid)
    if not is_reduced:
        # Since Linux 5.14 processes, queued signals and locked memory are counted in it, whoever
        # has the same id elsewhere; root's forks can do without: no other run has their ids.
        make_user_namespace(inside=STUDENT_ID, may_do_without=is_root)
    _empty_bounding_set()
    prctl(PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    prctl(PR_SET_KEEPCAPS, 0)
    set_capabilities(0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def _take_id(uid: int) -> None:
    """Be another user, with all capabilities still: with them a user namespace can be made."""
    permitted = int(status_field("CapPrm"), 16)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    prctl(PR_SET_KEEPCAPS, 1)
    os.setresuid(uid, uid, uid)
    set_capabilities(permitted)
    # Changing ids made /proc/self belong to root; the namespace is set up there, libraries read it.
    prctl(PR_SET_DUMPABLE, 1)


def lift_limits() -> None:
    """Raise the limits of this process as far as may be; each fork lowers its own for good.

    What is counted in a user namespace is limited outside of it, too: by what its maker was held
    to when it was made.
    """
    most_files = int(Path("/proc/sys/fs/nr_open").read_text(encoding="ascii"))
    for name in _LIMITED:
        usual, _ = resource.getrlimit(name)
        highest = most_files if name == resource.RLIMIT_NOFILE else resource.RLIM_INFINITY
        # Only root may.
        with suppress(OSError, ValueError):
            resource.setrlimit(name, (usual, highest))
    _, processes = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))


def limit_resources(limits: Mapping[str, float], *, others: int = 0) -> None:
    """Set the hard limits of this process and of all that it starts; it dies first of all.

    Args:
        limits: Of the submission.
        others: Processes and threads of the same user that are none of it.
    """
    seconds = int(limits["notebook_seconds"]) + 1
    for name, amount in (
        (resource.RLIMIT_AS, int(limits["memory_bytes"])),
        (resource.RLIMIT_NPROC, int(limits["processes"]) + others),
        (resource.RLIMIT_FSIZE, int(limits["file_bytes"])),
        (resource.RLIMIT_NOFILE, int(limits["open_files"])),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_MEMLOCK, _MEMLOCK_BYTES),
        (resource.RLIMIT_SIGPENDING, _QUEUED_SIGNALS),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(name, (amount, amount))
    _forbid_dumps()
    # Before the zygote, the operator's processes and other programs, where this may be said.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_BE_KILLED, encoding="ascii")


def _forbid_dumps() -> None:
    """No dump of memory, and no program of the machine started with one.

    A ``core_pattern`` that begins with ``|`` starts its program whatever the limit is, but for 1;
    core(5). Where 1 may not be had any more, the limit is 0 already.
    """
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    except ValueError:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _empty_bounding_set() -> None:
    if not int(status_field("CapEff"), 16) >> _CAP_SETPCAP & 1:
        # A default container may lack it; without new privileges the set gives nothing.
        return
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
