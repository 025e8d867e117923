"""Builds the file tree that student code sees: the runtime read-only, and nothing else.

Runs in the bootstrap process, before the zygote: once a machine, not once a submission. It is an
allow-list: what is not named here does not exist for a student.
"""

from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox.inside.linux import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    make_readonly,
    mount,
    pivot_root,
)

KIT = "/opt/kit"
HOME = "/scratch"
# Where every kernel mounts a fresh, limited tmpfs of its own.
WRITABLE = ("/tmp", "/dev/shm", HOME)  # noqa: S108 - paths inside the sandbox

SYSTEM = (
    *(f"/usr/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64", "libexec", "share")),
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64"),
    *("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"),
    *("/etc/localtime", "/etc/mime.types"),
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
TERMINALS = "/dev/pts"
_ETC = {
    "passwd": "root:x:0:0::/:/bin/false\nstudent:x:{uid}:{uid}::{home}:/bin/sh\n",
    "group": "root:x:0:\nstudent:x:{uid}:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost sandbox\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def enter_view(
    base: str, *, kit: str, runtime: Iterable[str], masked: Iterable[str], uid: int
) -> None:
    """Make a new tree at ``base`` this process's root.

    Args:
        base: An existing empty folder, used as a mount point only.
        kit: Folder that student code sees as ``/opt/kit``.
        runtime: Folders seen at their own path, read-only.
        masked: Folders inside these that are shown empty.
        uid: User id that the account database gives the student.
    """
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("tmpfs", base, "tmpfs", flags=MS_NOSUID | MS_NODEV, options="size=4m,mode=755")
    for path in (*WRITABLE, TERMINALS):
        Path(base + path).mkdir(parents=True, exist_ok=True)
    # The zygote's own, for imports that want a temporary folder; each fork mounts over it.
    mount("tmpfs", base + WRITABLE[0], "tmpfs", flags=MS_NOSUID | MS_NODEV, options="size=16m")
    for path in _outermost([*SYSTEM, *runtime]):
        _show(path, base)
    _bind(kit, base + KIT)
    for path in masked:
        mount("tmpfs", base + path, "tmpfs", flags=MS_NOSUID | MS_NODEV, options="size=4k,mode=755")
        make_readonly(base + path)
    _make_etc(base, uid)
    _make_devices(base)
    Path(base, "proc").mkdir()
    mount("proc", base + "/proc", "proc", flags=MS_NOSUID | MS_NODEV | MS_NOEXEC)
    make_readonly(base, recursive=False)
    pivot_root(base)


def overmounted(runtime: Iterable[str]) -> list[str]:
    """The folders of the runtime that a fork's own tmpfs would hide: it shows them again."""
    return [p for p in _outermost(runtime) if any(Path(p).is_relative_to(w) for w in WRITABLE)]


def readable_parts(paths: Iterable[str], masked: Iterable[str]) -> list[str]:
    """The paths without what is masked inside them, for rules that can only allow."""
    hidden = [Path(path) for path in masked]
    parts: list[str] = []
    left = [Path(path) for path in _outermost(paths)]
    while left:
        path = left.pop()
        if path in hidden or not path.exists():
            continue
        if any(one.is_relative_to(path) for one in hidden):
            left += path.iterdir()
        else:
            parts.append(str(path))
    return sorted(parts)


def _show(path: str, base: str) -> None:
    source = Path(path)
    if not source.exists() or Path(base + path).exists():
        return
    if source.is_symlink():
        target = Path(base + path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source.readlink())
        return
    _bind(path, base + path)


def _bind(source: str, target: str) -> None:
    if Path(source).is_dir():
        Path(target).mkdir(parents=True, exist_ok=True)
    else:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).touch()
    mount(source, target, flags=MS_BIND | MS_REC)
    make_readonly(target)


def _make_etc(base: str, uid: int) -> None:
    folder = Path(base, "etc")
    folder.mkdir(exist_ok=True)
    for name, text in _ETC.items():
        (folder / name).write_text(text.format(uid=uid, home=HOME), encoding="utf-8")


def _make_devices(base: str) -> None:
    folder = Path(base, "dev")
    for name in _DEVICES:
        (folder / name).touch()
        mount(f"/dev/{name}", str(folder / name), flags=MS_BIND)
    for name, target in _DEVICE_LINKS.items():
        (folder / name).symlink_to(target)


def _outermost(paths: Iterable[str]) -> list[str]:
    """The paths without those inside another one of them, outermost first."""
    kept: list[str] = []
    for path in sorted(set(paths), key=len):
        if not any(path.startswith(outer + "/") and not Path(outer).is_symlink() for outer in kept):
            kept.append(path)
    return kept
