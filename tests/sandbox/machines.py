"""Runs a program as another machine would: as another user, or with a layer really taken away.

``python -m tests.sandbox.machines TRAIT... -- PROGRAM ARGUMENT...`` changes itself, for good, and
becomes the program. Nothing is patched: what is missing is missing to everything that it starts.
"""

import errno
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from autograder.sandbox.inside.linux import (
    MS_BIND,
    MS_PRIVATE,
    MS_REC,
    NEWNS,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    install_seccomp,
    mount,
    prctl,
    set_capabilities,
    unshare,
)
from autograder.sandbox.inside.privileges import can_administer

PROJECT = Path(__file__).parents[2]
USER = 65_100
_FIRST_SUBID = 1_000_000
_X86 = os.uname().machine == "x86_64"
_UNSHARE, _CLONE = (272, 56) if _X86 else (97, 220)
_SECCOMP, _PRCTL, _LANDLOCK = (317, 157, 444) if _X86 else (277, 167, 444)
_PIDFD_OPEN, _SYSTEM_CALL_MISSING = 434, errno.ENOSYS
# Of capability(7), what a container gets when nobody asks for more.
_DEFAULT_CONTAINER = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)


def on(traits: Iterable[str], *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of this Python with these traits; variables are added to its environment."""
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        if os.getuid() == 0 and {"ordinary", "rootless"} & set(traits):
            owner = USER if "ordinary" in traits else _FIRST_SUBID
            os.chown(home, owner, owner)
            more = {"HOME": home, "TMPDIR": home, **more}
        return subprocess.run(
            [sys.executable, "-m", "tests.sandbox.machines", *traits, "--", *command],
            cwd=PROJECT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "AUTOGRADER_CACHE": "", **more},
            capture_output=True,
            text=True,
            check=False,
        )


def _be_readable() -> None:
    """Let every user read the runtime and the project, wherever they lie, and nothing beside."""
    needed = [Path(p).resolve() for p in (sys.base_prefix, sys.prefix, PROJECT)]
    closed = {path: top for path in needed if (top := _closed(path))}
    if not closed:
        return
    unshare(NEWNS)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    held = {path: os.open(path, os.O_PATH) for path in closed}
    for top in set(closed.values()):
        mount("tmpfs", str(top), "tmpfs", options="mode=755")
    for path, descriptor in held.items():
        path.mkdir(parents=True, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", str(path), flags=MS_BIND | MS_REC)


def _closed(path: Path) -> Path | None:
    """The outermost folder above ``path`` that other users may not pass through."""
    return next((p for p in [*path.parents][::-1] if not p.stat().st_mode & 1), None)


def _be_ordinary() -> None:
    """Be a user without any privilege."""
    if os.getuid() != 0:
        return
    _be_readable()
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    # As after a log-in; changing ids has made /proc/self belong to root.
    prctl(PR_SET_DUMPABLE, 1)


def _be_container() -> None:
    """Be root as a default container has it: no CAP_SYS_ADMIN, and no namespace can be made."""
    _be_readable()
    if can_administer():
        for capability in range(41):
            if capability not in _DEFAULT_CONTAINER:
                prctl(24, capability)
        set_capabilities(sum(1 << one for one in _DEFAULT_CONTAINER))
    _without_namespaces()


def _be_rootless() -> None:
    """Be root of a user namespace that has 65,536 ids, as in a rootless container."""
    if os.getuid() == 0:
        _be_readable()
        _enter_user_namespace(f"0 {_FIRST_SUBID} 65536")


def _be_only_root() -> None:
    """Be root of a user namespace that has no other id, as ``unshare -r`` gives."""
    _enter_user_namespace(f"0 {os.geteuid()} 1")


def _enter_user_namespace(ids: str) -> None:
    parent = os.getpid()
    wait, go = os.pipe()
    mapper = os.fork()
    if mapper == 0:
        # Only from outside may more than one id be mapped.
        os.read(wait, 1)
        for name in ("uid_map", "gid_map"):
            if name == "gid_map" and os.getuid() != 0:
                Path(f"/proc/{parent}/setgroups").write_text("deny", encoding="ascii")
            Path(f"/proc/{parent}", name).write_text(ids, encoding="ascii")
        os._exit(0)
    unshare(0x1000_0000)
    os.write(go, b"x")
    os.waitpid(mapper, 0)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def _without_namespaces() -> None:
    _refuse({_UNSHARE: errno.EPERM})


def _without_landlock() -> None:
    _refuse({_LANDLOCK: _SYSTEM_CALL_MISSING})


def _without_seccomp() -> None:
    _refuse({_SECCOMP: _SYSTEM_CALL_MISSING}, argument=(_PRCTL, 22, errno.EINVAL))


def _without_pidfd() -> None:
    _refuse({_PIDFD_OPEN: _SYSTEM_CALL_MISSING})


def _without_user_namespaces() -> None:
    """Forbid further user namespaces in one of its own, as an administrator does for all."""
    uid, gid = os.getuid(), os.getgid()
    unshare(0x1000_0000)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    prctl(47, 4)
    set_capabilities(0)


def _without_user_namespaces_at_all() -> None:
    """Forbid user namespaces, and no other ones, to everybody: root as well."""
    _refuse({}, argument=(_UNSHARE, 0x1000_0000, errno.ENOSPC))


def _with_few_files() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


TRAITS: Mapping[str, Callable[[], None]] = {
    "readable": _be_readable,
    "ordinary": _be_ordinary,
    "container": _be_container,
    "rootless": _be_rootless,
    "only-root": _be_only_root,
    "no-namespaces": _without_namespaces,
    "no-user-namespaces": _without_user_namespaces,
    "no-user-namespaces-at-all": _without_user_namespaces_at_all,
    "no-landlock": _without_landlock,
    "no-seccomp": _without_seccomp,
    "no-pidfd": _without_pidfd,
    "few-files": _with_few_files,
}


def _refuse(calls: Mapping[int, int], *, argument: tuple[int, int, int] | None = None) -> None:
    """Let these system calls fail with these errors, from now on.

    Args:
        calls: Number of a call → its error.
        argument: A call, the first argument with which alone it fails, and its error.
    """

    def line(code: int, operand: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, operand)

    program = line(0x20, 0)
    for number, error in calls.items():
        program += line(0x15, number, no=1) + line(0x06, 0x0005_0000 | error)
    if argument is not None:
        number, first, error = argument
        program += line(0x15, number, no=3) + line(0x20, 16)
        program += line(0x15, first, no=1) + line(0x06, 0x0005_0000 | error)
    program += line(0x06, 0x7FFF_0000)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    install_seccomp(program)


if __name__ == "__main__":
    split = sys.argv.index("--")
    for trait in sys.argv[1:split]:
        TRAITS[trait]()
    os.execv(sys.executable, [sys.executable, *sys.argv[split + 1 :]])
