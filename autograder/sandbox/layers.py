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
    "identity": "when root, CAP_SETUID and CAP_SETGID, and user ids 64000 and up mapped",
    "limits": "hard limits (ulimit -H) at least as high as those of the course",
    "landlock": "a kernel with Landlock switched on (CONFIG_SECURITY_LANDLOCK, lsm=landlock)",
    "seccomp": "a kernel with CONFIG_SECCOMP_FILTER, on x86-64 or 64-bit ARM",
    "self-test": "nothing to install: a layer did not hold; please report this machine",
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
