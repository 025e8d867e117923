"""Names the layers of confinement, so that a refusal says what is missing and how to get it.

Runs on both sides: the far side reports a failed layer, the trusted side shows the sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.errors import ConfinementError

MENDS = {
    "namespaces": (
        "run as root with CAP_SYS_ADMIN, or allow user namespaces "
        "(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, "
        "kernel.apparmor_restrict_unprivileged_userns=0; in a container "
        "--security-opt seccomp=unconfined)"
    ),
    "file view": "Linux 5.12 or later and permission to mount inside a namespace",
    "process view": (
        "permission to mount a fresh /proc; in a container --security-opt systempaths=unconfined"
    ),
    "network": "permission to make a network namespace (CONFIG_NET_NS)",
    "identity": "when root, CAP_SETUID and CAP_SETGID, and user ids 20000 to 59999 mapped",
    "limits": "hard limits (ulimit -H) at least as high as those of the course",
    "group memory": (
        "start as root on a machine with control groups of version 2, or have one delegated that "
        "hands out memory and pids (systemd: Delegate=yes)"
    ),
    "memory watch": "a /proc that lists a process's children (CONFIG_PROC_CHILDREN)",
    "landlock": "a kernel with Landlock switched on (CONFIG_SECURITY_LANDLOCK, lsm=landlock)",
    "seccomp": "a kernel with CONFIG_SECCOMP_FILTER, on x86-64 or 64-bit ARM",
    "pidfd": "Linux 5.3 or later, and no filter on pidfd_open",
    "platform": (
        "grade in a Linux container or virtual machine; the students' own check works everywhere"
    ),
    "capabilities": "permission to give capabilities up (prctl, capset)",
    "reduced level": "what the sentence below asks for",
    "self-test": "nothing to install: a layer did not hold; please report this machine",
}

_NAMESPACES = (
    *("user namespace", "mount namespace", "pid namespace"),
    *("network namespace", "ipc namespace", "uts namespace"),
)
MENDS |= dict.fromkeys(_NAMESPACES, MENDS["namespaces"])
# What would not hold without each layer; in the order in which a fork sets them up.
LOST = {
    "platform": "everything: no other system can take from a process what it must not have",
    "user namespace": "every other namespace, for anybody but root",
    "mount namespace": "the file view; a private, bounded /tmp and /dev/shm",
    "pid namespace": "other processes are seen; ending all of a submission is no single step",
    "network namespace": "a loopback of its own; the network is closed by refusing sockets",
    "ipc namespace": "System V memory and queues apart from the machine's",
    "uts namespace": "a host name that reveals nothing",
    "file view": "hidden paths cannot be read, but stat shows that they exist",
    "process view": "a /proc with the submission's own processes only",
    "identity": "a user id that owns nothing: files and processes of the operator are in reach",
    "capabilities": "everything: student code could undo the other layers",
    "limits": "processor time, files, processes and memory of each process are unbounded",
    "landlock": "a second wall around files, and the only one at the reduced level",
    "seccomp": "everything: the system calls that other layers are undone with",
    "group memory": "the kernel's own limit on all processes together; the watch ends them instead",
    "memory watch": "many processes, each within its limit, could fill the machine",
    "pidfd": "a submission could not be ended for sure, nor its end be noticed",
    "self-test": "the full level: all layers together, tried from inside",
    "reduced level": "grading with --allow-reduced",
}


@contextmanager
def layer(name: str) -> Iterator[None]:
    """Turn a failure of the layer ``name`` into a ConfinementError that names it and its mend."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfinementError(refusal(name, reason)) from error
    except ValueError as error:
        raise ConfinementError(refusal(name, str(error))) from error


def refusal(name: str, reason: str) -> str:
    """One sentence: which layer failed, why, and what would mend it."""
    return f"cannot confine student code here: {name} failed ({reason}); needed: {MENDS[name]}"
