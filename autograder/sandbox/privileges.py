"""Takes from a process what it may do: user id, capabilities, resources.

Runs in each fork, after its file view stands and before student code.
"""

import os
import resource
from collections.abc import Mapping
from pathlib import Path

from autograder.sandbox.syscalls import (
    NEWUSER,
    PR_CAP_AMBIENT,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    prctl,
    set_capabilities,
    unshare,
)

FIRST_SLOT_UID = 64_000
SLOTS = 500
_CAP_SETPCAP, _CAP_SYS_ADMIN = 8, 21
_AMBIENT_RAISE, _AMBIENT_CLEAR_ALL = 2, 4
_MEMLOCK_BYTES = 64 * 1024


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


def slot_uid(slot: int) -> int:
    """The user id of a fork: one of its own when started by root, else the operator's."""
    return FIRST_SLOT_UID + slot if os.getuid() == 0 else os.getuid()


def make_user_namespace(flags: int = 0) -> None:
    """Enter a new user namespace, and those of ``flags``, with the same user and group id."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(NEWUSER | flags)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")


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
    """Take the student's user id, or a user namespace of its own, and no capability at all.

    At the reduced level an ordinary user's student keeps the operator's id.
    """
    if os.getuid() == 0:
        _empty_bounding_set()
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    elif not is_reduced:
        # Processes are counted per user namespace: one fork bomb must not starve the next fork.
        make_user_namespace()
        _empty_bounding_set()
    prctl(PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    set_capabilities(0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    # Changing ids made /proc/self belong to root; libraries read it.
    prctl(PR_SET_DUMPABLE, 1)


def limit_resources(limits: Mapping[str, float], *, others: int = 0) -> None:
    """Set the hard limits of this process and of all that it starts.

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
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(name, (amount, amount))
    _forbid_dumps()


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
