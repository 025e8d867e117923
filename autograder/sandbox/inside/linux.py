"""The Linux calls that Python 3.11 lacks, checked: a failure raises OSError naming the call.

Runs on the far side of the sandbox, before student code. Thin wrappers around system calls, which
decide nothing.
"""

import ctypes
import os
import platform
from ctypes import c_char_p, c_int, c_long, c_size_t, c_uint, c_uint64, c_ulong, c_void_p

NEWNS = 0x0002_0000
NEWUTS = 0x0400_0000
NEWIPC = 0x0800_0000
NEWUSER = 0x1000_0000
NEWPID = 0x2000_0000
NEWNET = 0x4000_0000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_SET_SECCOMP, PR_CAPBSET_DROP = 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MADV_COLLAPSE = 25
_LANDLOCK_PATH_BENEATH = 1
# The same on every architecture since Linux 5.12; two calls are older than that rule.
_SYS_MOUNT_SETATTR, _SYS_LANDLOCK = 442, 444
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_KEYCTL = {"x86_64": 250, "aarch64": 219}

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = c_long
_LIBC.mount.argtypes = (c_char_p, c_char_p, c_char_p, c_ulong, c_char_p)
_LIBC.prctl.argtypes = (c_int, c_ulong, c_ulong, c_ulong, c_ulong)
_LIBC.madvise.argtypes = (c_void_p, c_size_t, c_int)


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("attr_set", c_uint64),
        ("attr_clr", c_uint64),
        ("propagation", c_uint64),
        ("userns_fd", c_uint64),
    )


def unshare(flags: int) -> None:
    """Leave the namespaces of ``flags`` for new ones; NEWPID takes effect at the next fork."""
    _checked(_LIBC.unshare(c_int(flags)), f"unshare({flags:#x})")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that ``descriptor`` refers to."""
    _checked(_LIBC.setns(c_int(descriptor), c_int(kind)), f"setns({kind:#x})")


def mount(source: str, target: str, kind: str = "", *, flags: int = 0, options: str = "") -> None:
    """Mount ``source`` on ``target``; ``kind`` is the file system, ``options`` its own words."""
    result = _LIBC.mount(
        source.encode(),
        target.encode(),
        kind.encode() or None,
        flags,
        options.encode() or None,
    )
    _checked(result, f"mount {source} on {target}")


def make_readonly(path: str, *, recursive: bool = True) -> None:
    """Make the mount at ``path`` read-only, without setuid and devices."""
    flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
    attributes = _MountAttributes(attr_set=flags)
    result = _LIBC.syscall(
        c_long(_SYS_MOUNT_SETATTR),
        c_int(_AT_FDCWD),
        c_char_p(path.encode()),
        c_uint(_AT_RECURSIVE if recursive else 0),
        ctypes.byref(attributes),
        c_size_t(ctypes.sizeof(attributes)),
    )
    _checked(result, f"mount_setattr {path}")


def pivot_root(path: str) -> None:
    """Make the mount at ``path`` the root and let go of the old one."""
    os.chdir(path)
    number = _SYS_PIVOT_ROOT.get(platform.machine())
    if number is None:
        message = f"pivot_root: no system call number known for {platform.machine()}"
        raise OSError(message)
    _checked(_LIBC.syscall(c_long(number), c_char_p(b"."), c_char_p(b".")), "pivot_root")
    _checked(_LIBC.umount2(c_char_p(b"."), c_int(MNT_DETACH)), "umount of the old root")
    os.chdir("/")


def leave_keyring() -> None:
    """Take an empty keyring in place of the session's, with the operator's keys in it.

    Where keyrings are denied, as in a default container, they are denied to student code as well.
    """
    join_session_keyring = 1
    number = _SYS_KEYCTL.get(platform.machine(), -1)
    _LIBC.syscall(c_long(number), c_int(join_session_keyring), None)


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    """Set one attribute of this process."""
    _checked(_LIBC.prctl(option, first, second, 0, 0), f"prctl({option})")


def set_capabilities(mask: int) -> None:
    """Make ``mask`` the effective, permitted and inheritable set."""
    version_3 = 0x20080522
    header = (c_uint * 2)(version_3, 0)
    low, high = mask & 0xFFFF_FFFF, mask >> 32
    _checked(_LIBC.capset(header, (c_uint * 6)(low, low, low, high, high, high)), "capset")


def install_seccomp(program: bytes) -> None:
    """Filter this process's system calls, for good; ``program`` is classic BPF."""
    buffer = ctypes.create_string_buffer(program, len(program))

    class _Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", c_void_p))

    header = _Program(len(program) // 8, ctypes.cast(buffer, c_void_p))
    filter_mode = 2
    prctl(PR_SET_SECCOMP, filter_mode, ctypes.addressof(header))


def landlock_abi() -> int:
    """Version of Landlock that the kernel offers; 0 when there is none."""
    version_flag = 1
    result: int = _LIBC.syscall(c_long(_SYS_LANDLOCK), None, c_size_t(0), c_uint(version_flag))
    return max(result, 0)


def landlock_create(attributes: bytes) -> int:
    """A descriptor of a new ruleset; ``attributes`` is a packed landlock_ruleset_attr."""
    result = _LIBC.syscall(
        c_long(_SYS_LANDLOCK), c_char_p(attributes), c_size_t(len(attributes)), c_uint(0)
    )
    return _checked(result, "landlock_create_ruleset")


def landlock_allow(ruleset: int, rule: bytes) -> None:
    """Add a packed landlock_path_beneath_attr to the ruleset."""
    result = _LIBC.syscall(
        c_long(_SYS_LANDLOCK + 1),
        c_int(ruleset),
        c_int(_LANDLOCK_PATH_BENEATH),
        c_char_p(rule),
        c_uint(0),
    )
    _checked(result, "landlock_add_rule")


def landlock_restrict(ruleset: int) -> None:
    """Hold this process, and all that it forks, to the ruleset for good."""
    result = _LIBC.syscall(c_long(_SYS_LANDLOCK + 2), c_int(ruleset), c_uint(0))
    _checked(result, "landlock_restrict_self")


def collapse_memory(address: int, size: int) -> bool:
    """Whether the kernel put this memory on huge pages (Linux 6.1 and later)."""
    return bool(_LIBC.madvise(address, size, _MADV_COLLAPSE) == 0)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
