"""The system calls that student code may not make, as a classic BPF filter.

Runs in each fork. A deny-list of what widens the kernel's surface or reaches other processes,
an allow-list of socket families. *Source:* seccomp(2), linux/filter.h, the kernel's unistd
tables of x86-64 and of 64-bit ARM.
"""

import errno
import platform
import struct

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT = 0x15, 0x35, 0x45
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32

# name: (x86-64, 64-bit ARM); -1 where the architecture has no such call.
_DENIED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Asynchronous requests are counted for the whole machine.
    "io_setup": (206, 0),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "personality": (135, 92),
    "vmsplice": (278, 75),
    "open_tree_attr": (467, 467),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "quotactl_fd": (443, 443),
    "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
    "modify_ldt": (154, -1),
    "uselib": (134, -1),
    "iopl": (172, -1),
    "ioperm": (173, -1),
}
# Without namespaces these reach the operator's files and processes, where student code may have
# the same user id: Landlock knows neither owners, modes and times nor priorities.
_DENIED_WITHOUT_NAMESPACES = {
    "connect": (42, 203),
    "bind": (49, 200),
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "truncate": (76, 45),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "process_mrelease": (448, 448),
}
# Calls whose first or second argument must be 0: the process itself, the ordinary scheduler.
_ZERO_WITHOUT_NAMESPACES = {
    "prlimit64": (302, 261, _FIRST),
    "sched_setaffinity": (203, 122, _FIRST),
    # libzmq sets each of its threads to the scheduler it has, and aborts when it may not.
    "sched_setscheduler": (144, 119, _SECOND),
}
_WHICH = 2
_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKET, _SOCKETPAIR, _IOCTL = (41, 198), (53, 199), (16, 29)
_AUDIT = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_X32_BIT = 0x4000_0000
# NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
_NAMESPACE_FLAGS = 0x7E02_0000
_UNIX, _INET, _INET6, _NETLINK, _NETLINK_ROUTE = 1, 2, 10, 16, 0
_STREAM, _DGRAM, _TYPE_MASK = 1, 2, 0xF
_TERMINAL_INJECTION = (0x5412, 0x541C)


def build_filter(machine: str | None = None, *, is_reduced: bool = False) -> bytes:
    """The filter for this machine's architecture; ValueError where none is known.

    Args:
        machine: As ``platform.machine`` names it; by default this one.
        is_reduced: Whether it has to stand in for the namespaces as well.
    """
    machine = machine or platform.machine()
    if machine not in _AUDIT:
        message = f"no system call table for {machine}"
        raise ValueError(message)
    column = 0 if machine == "x86_64" else 1
    lines = [
        _line(_LOAD, _ARCH),
        _line(_IF_EQUAL, _AUDIT[machine], yes=1),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER),
        *_deny_if(_IF_AT_LEAST, _X32_BIT, errno.ENOSYS),
    ]
    denied = _DENIED | (_DENIED_WITHOUT_NAMESPACES if is_reduced else {})
    for numbers in denied.values():
        if numbers[column] >= 0:
            lines += _deny_if(_IF_EQUAL, numbers[column], errno.EPERM)
    # The C library falls back to clone, whose flags can be read.
    lines += _deny_if(_IF_EQUAL, _CLONE3[column], errno.ENOSYS)
    lines += _only_for(
        _CLONE[column],
        [_line(_LOAD, _FIRST), *_deny_if(_IF_ANY_BIT, _NAMESPACE_FLAGS, errno.EPERM)],
    )
    rules = _unix_stream_rules() if is_reduced else _socket_rules()
    for numbers in (_SOCKET, _SOCKETPAIR):
        lines += _only_for(numbers[column], rules)
    for call in _ZERO_WITHOUT_NAMESPACES.values() if is_reduced else ():
        deny = _line(_RETURN, _ERRNO | errno.EPERM)
        rules = [_line(_LOAD, call[_WHICH]), _line(_IF_EQUAL, 0, yes=1), deny]
        lines += _only_for(call[column], rules)
    injection = [_line(_LOAD, _SECOND)]
    for request in _TERMINAL_INJECTION:
        injection += _deny_if(_IF_EQUAL, request, errno.EPERM)
    lines += _only_for(_IOCTL[column], injection)
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _socket_rules() -> list[bytes]:
    """UNIX, IPv4 and IPv6 streams and datagrams; of netlink only what lists addresses."""
    deny = _line(_RETURN, _ERRNO | errno.EAFNOSUPPORT)
    netlink = [
        _line(_LOAD, _THIRD),
        _line(_IF_EQUAL, _NETLINK_ROUTE, yes=1),
        deny,
        _line(_RETURN, _ALLOW),
    ]
    plain = [
        _line(_LOAD, _SECOND),
        _line(_AND, _TYPE_MASK),
        _line(_IF_EQUAL, _STREAM, yes=2),
        _line(_IF_EQUAL, _DGRAM, yes=1),
        deny,
    ]
    return [
        _line(_LOAD, _FIRST),
        _line(_IF_EQUAL, _NETLINK, no=len(netlink)),
        *netlink,
        _line(_IF_EQUAL, _UNIX, yes=3),
        _line(_IF_EQUAL, _INET, yes=2),
        _line(_IF_EQUAL, _INET6, yes=1),
        deny,
        *plain,
    ]


def _unix_stream_rules() -> list[bytes]:
    """UNIX streams: without an address, and without ``connect``, they lead nowhere."""
    deny = _line(_RETURN, _ERRNO | errno.EAFNOSUPPORT)
    return [
        _line(_LOAD, _FIRST),
        _line(_IF_EQUAL, _UNIX, yes=1),
        deny,
        _line(_LOAD, _SECOND),
        _line(_AND, _TYPE_MASK),
        _line(_IF_EQUAL, _STREAM, yes=1),
        deny,
    ]


def _only_for(number: int, rules: list[bytes]) -> list[bytes]:
    """The rules for one call; afterwards the call's number is loaded again."""
    return [_line(_IF_EQUAL, number, no=len(rules) + 1), *rules, _line(_LOAD, _NUMBER)]


def _deny_if(test: int, operand: int, error: int) -> list[bytes]:
    return [_line(test, operand, no=1), _line(_RETURN, _ERRNO | error)]


def _line(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, operand)
