"""Tries each layer of confinement by itself, by doing it. Linux only.

Each probe runs in a throw-away child of the doctor's process, which it may change as it likes. It
returns a few words about what it found; OSError or ValueError mean that the layer is missing.
"""

import contextlib
import errno
import os
import select
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict

from autograder.errors import AutograderError
from autograder.model.limits import MEBIBYTE, Limits
from autograder.sandbox.cgroups import ControlGroup
from autograder.sandbox.inside.landlock import restrict_files
from autograder.sandbox.inside.linux import (
    MS_NODEV,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    NEWIPC,
    NEWNET,
    NEWNS,
    NEWPID,
    NEWUSER,
    NEWUTS,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    install_seccomp,
    landlock_abi,
    make_readonly,
    mount,
    pivot_root,
    prctl,
    unshare,
)
from autograder.sandbox.inside.namespaces import mount_processes, raise_loopback
from autograder.sandbox.inside.privileges import (
    become_student,
    can_administer,
    limit_resources,
    make_user_namespace,
    status_field,
)
from autograder.sandbox.inside.seccomp import build_filter
from autograder.sandbox.inside.selftest import fail
from autograder.sandbox.inside.user_ids import take_user_ids
from autograder.sandbox.process_tree import ProcessTree

Probe = Callable[[Limits], str]
_SECONDS = 20.0
_WORDS_BYTES = 4096
_BALLAST_BYTES = 64 * MEBIBYTE
_SIGNALS_SINCE = 6


def user_namespace(_limits: Limits) -> str:
    """Make one; anybody but root has to."""
    if can_administer():
        with contextlib.suppress(OSError):
            make_user_namespace()
            return ""
        return "none can be made; started by root, each fork has a user id of its own instead"
    if os.getuid() == 0:
        fail("this is root without CAP_SYS_ADMIN; student code would run as user 0")
    make_user_namespace()
    return ""


def mount_namespace(_limits: Limits) -> str:
    """Make one, and mount in it."""
    _enter(NEWNS)
    mount("tmpfs", tempfile.gettempdir(), "tmpfs", flags=MS_NOSUID | MS_NODEV)
    return ""


def pid_namespace(_limits: Limits) -> str:
    """Make one, and be its first process."""
    _enter(NEWPID)
    return _in_child(lambda: "" if os.getpid() == 1 else fail("the first process is not number 1"))


def network_namespace(_limits: Limits) -> str:
    """Make one whose only way leads to itself."""
    _enter(NEWNET)
    raise_loopback()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        if datagram.connect_ex(("192.0.2.1", 53)) == 0:
            fail("there is a route to the outside")
    return ""


def ipc_namespace(_limits: Limits) -> str:
    """Make one."""
    _enter(NEWIPC)
    return ""


def uts_namespace(_limits: Limits) -> str:
    """Make one, and change its host name."""
    _enter(NEWUTS)
    socket.sethostname("sandbox")
    return ""


def file_view(_limits: Limits) -> str:
    """Make an empty, read-only folder the root."""
    _enter(NEWNS)
    place = tempfile.gettempdir()
    mount("tmpfs", place, "tmpfs", flags=MS_NOSUID | MS_NODEV)
    make_readonly(place)
    pivot_root(place)
    if os.listdir("/"):  # noqa: PTH208 - the root, and nothing else
        fail("something is left in the new root")
    return ""


def process_view(_limits: Limits) -> str:
    """Mount a /proc of its own."""
    _enter(NEWPID | NEWNS)

    def look() -> str:
        mount_processes()
        return "" if os.path.exists("/proc/1") else fail("/proc is empty")  # noqa: PTH110

    return _in_child(look)


def identity(_limits: Limits) -> str:
    """Become the student, for good."""
    uid, _held = _free_id()
    become_student(uid)
    try:
        os.setuid(0)
    except OSError:
        return f"user id {uid}"
    return fail("user 0 can be had back")


def capabilities(_limits: Limits) -> str:
    """Give all of them up, with every way to get new ones."""
    uid, _held = _free_id()
    become_student(uid, is_reduced=True)
    if int(status_field("CapEff"), 16) or status_field("NoNewPrivs") != "1":
        fail("capabilities are left")
    return ""


def resource_limits(limits: Limits) -> str:
    """Set the course's, and run into one."""
    limit_resources(asdict(limits))
    try:
        while True:
            os.dup(0)
    except OSError as error:
        if error.errno != errno.EMFILE:
            raise
    return ""


def landlock(_limits: Limits) -> str:
    """Allow one folder and open another."""
    version = landlock_abi()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    restrict_files(readable=["/usr"], writable=[], devices=[])
    with contextlib.suppress(PermissionError):
        os.listdir("/")  # noqa: PTH208 - the call that must fail
        fail("a folder that is not allowed can be read")
    signals = "" if version >= _SIGNALS_SINCE else ", which does not keep signals inside"
    return f"version {version}{signals}"


def seccomp(_limits: Limits) -> str:
    """Install the filter and make calls that it denies."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    install_seccomp(build_filter())
    with contextlib.suppress(PermissionError):
        unshare(NEWUSER)
        fail("a denied call succeeded")
    with contextlib.suppress(OSError):
        socket.socket(getattr(socket, "AF_VSOCK", 40)).close()
        fail("a denied family of sockets can be had")
    return ""


def control_group(limits: Limits) -> str:
    """Make a control group with limits, enter it and leave nothing behind."""
    group = ControlGroup.make(limits)
    if group is None:
        fail("no control group (version 2) with memory and pids can be made here")
    else:
        _in_child(lambda: f"{os.write(group.entrance, b'0')} byte")
        group.close()
    return ""


def memory_watch(_limits: Limits) -> str:
    """Weigh a child that holds memory."""
    ready, done = os.pipe()

    def hold() -> bytearray:
        ballast = bytearray(b"x") * _BALLAST_BYTES
        os.write(done, ballast[:1])
        return ballast

    child = _start(hold)
    os.read(ready, 1)
    tree = ProcessTree(os.pidfd_open(child))
    is_heavy = tree.may_exceed(_BALLAST_BYTES // 2) and tree.exceeds(_BALLAST_BYTES // 2)
    os.kill(child, signal.SIGKILL)
    return "" if is_heavy else fail("memory that a process holds was not seen")


def process_descriptor(_limits: Limits) -> str:
    """End a child by its descriptor, and see it end."""
    child = _start(lambda: None)
    descriptor = os.pidfd_open(child)
    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    ended, _, _ = select.select([descriptor], [], [], _SECONDS)
    return "" if ended else fail("the end of a process was not reported")


PROBES: Mapping[str, Probe] = {
    "user namespace": user_namespace,
    "mount namespace": mount_namespace,
    "pid namespace": pid_namespace,
    "network namespace": network_namespace,
    "ipc namespace": ipc_namespace,
    "uts namespace": uts_namespace,
    "file view": file_view,
    "process view": process_view,
    "identity": identity,
    "capabilities": capabilities,
    "limits": resource_limits,
    "landlock": landlock,
    "seccomp": seccomp,
    "group memory": control_group,
    "memory watch": memory_watch,
    "pidfd": process_descriptor,
}


def tried(name: str, limits: Limits) -> tuple[bool, str]:
    """Whether a layer works here, and a few words: what was found, or why it does not."""
    try:
        return True, _in_child(lambda: PROBES[name](limits))
    except (OSError, ValueError) as error:
        return False, str(error)


def _start(work: Callable[[], object]) -> int:
    """Start a child that works and then waits; it ends with this process."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            kept = work()
            signal.pause()
            del kept
        os._exit(0)
    return child


def _in_child(probe: Callable[[], str]) -> str:
    """What ``probe`` returns, run in a child; ValueError with its reason if it fails."""
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        _report(probe, ours)
    os.close(ours)
    try:
        answered, _, _ = select.select([theirs], [], [], _SECONDS)
        words = os.read(theirs, _WORDS_BYTES).decode(errors="replace") if answered else "-no answer"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(theirs)
    if not words.startswith("+"):
        fail(words[1:] or "the process that tried it was killed")
    return words[1:]


def _report(probe: Callable[[], str], answer: int) -> None:
    words = "-it failed unexpectedly"
    try:
        words = "+" + probe()
    except OSError as error:
        words = "-" + (error.strerror or str(error))
    except (ValueError, AutograderError) as error:
        words = f"-{error}"
    finally:
        os.write(answer, words.encode()[:_WORDS_BYTES])
        os._exit(0)


def _free_id() -> tuple[int, object]:
    """A user id to become, and what keeps it from others."""
    return take_user_ids() if os.getuid() == 0 else (os.getuid(), None)


def _enter(flags: int) -> None:
    """Enter new namespaces, as the zygote does it."""
    if not can_administer():
        user_namespace(Limits())
    unshare(flags)
    if flags & NEWNS:
        mount("none", "/", flags=MS_REC | MS_PRIVATE)
