"""The system calls that student code may not make, as a classic BPF filter.

Runs in each fork. A deny-list of what widens the kernel's surface or reaches other processes,
an allow-list of socket families. *Source:* seccomp(2), linux/filter.h.
"""

import errno
import platform
import struct
from functools import cache

from autograder.sandbox.inside.syscall_table import (
    DENIED,
    DENIED_WITHOUT_NAMESPACES,
    FIRST_UNKNOWN,
    FREE,
)

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT = 0x15, 0x35, 0x45
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD, _THIRD_HIGH = 0, 4, 16, 24, 32, 36
_AUDIT = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}

# Numbers on x86-64 and on 64-bit ARM of the calls whose arguments decide.
_CLONE, _CLONE3, _IOCTL, _PRCTL = (56, 220), (435, 435), (16, 29), (157, 167)
_SOCKET, _SOCKETPAIR, _SETSOCKOPT = (41, 198), (53, 199), (54, 208)
_SETRLIMIT, _PRLIMIT64 = (160, 164), (302, 261)
# Which argument must be 0: the process itself, the ordinary scheduler.
_ZERO_WITHOUT_NAMESPACES = (
    (_PRLIMIT64, _FIRST),
    ((203, 122), _FIRST),  # sched_setaffinity
    # libzmq, which a notebook may import, sets its threads to the scheduler they have, or aborts.
    ((144, 119), _SECOND),  # sched_setscheduler
)
# NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
_NAMESPACE_FLAGS = 0x7E02_0000
_UNIX, _INET, _INET6, _NETLINK, _NETLINK_ROUTE = 1, 2, 10, 16, 0
_STREAM, _DGRAM, _TYPE_MASK = 1, 2, 0xF
# The family's own, TCP and UDP: no other is needed, and each is little tried code of the kernel.
_PROTOCOLS = (0, 6, 17)
_SOL_SOCKET, _SOL_TCP, _TCP_ULP = 1, 6, 31
# SO_ATTACH_FILTER, _BPF, _REUSEPORT_CBPF and _REUSEPORT_EBPF.
_SOCKET_PROGRAMS = (26, 50, 51, 52)
# SO_SNDBUF, SO_RCVBUF and their FORCE; SO_LINGER.
_SOCKET_WISHES = (7, 8, 32, 33, 13)
_TERMINAL_INJECTION = (0x5412, 0x541C)
_SET_SECCOMP, _RLIMIT_CORE = 22, 4


@cache
def build_filter(machine: str | None = None, *, is_reduced: bool = False) -> bytes:
    """The filter for this machine's architecture; ValueError where none is known.

    Args:
        machine: As ``platform.machine`` names it; by default this one.
        is_reduced: Whether it has to do the namespaces' work as well.
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
        *_unknown_calls(column),
    ]
    denied = DENIED | (DENIED_WITHOUT_NAMESPACES if is_reduced else {})
    for numbers in denied.values():
        if numbers[column] >= 0:
            lines += _deny_if(_IF_EQUAL, numbers[column], errno.EPERM)
    # The C library falls back to clone, whose flags can be read.
    lines += _deny_if(_IF_EQUAL, _CLONE3[column], errno.ENOSYS)
    for call, rules in _rules(is_reduced=is_reduced):
        lines += _only_for(call[column], rules)
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _unknown_calls(column: int) -> list[bytes]:
    """Numbers without a call that we know; those of x32 programs are among them."""
    return [
        *_deny_if(_IF_AT_LEAST, FIRST_UNKNOWN, errno.ENOSYS),
        _line(_IF_AT_LEAST, FREE[column].start, no=2),
        _line(_IF_AT_LEAST, FREE[column].stop, yes=1),
        _line(_RETURN, _ERRNO | errno.ENOSYS),
    ]


def _rules(*, is_reduced: bool) -> list[tuple[tuple[int, int], list[bytes]]]:
    """Each call that is allowed with some arguments only, and what says with which."""
    sockets = _unix_stream_rules() if is_reduced else _socket_rules()
    zero = [
        (call, [_line(_LOAD, which), *_one_of((0,), errno.EPERM)])
        for call, which in _ZERO_WITHOUT_NAMESPACES
    ]
    return [
        (_CLONE, [_line(_LOAD, _FIRST), *_deny_if(_IF_ANY_BIT, _NAMESPACE_FLAGS, errno.EPERM)]),
        (_PRCTL, [_line(_LOAD, _FIRST), *_deny_if(_IF_EQUAL, _SET_SECCOMP, errno.EPERM)]),
        (_IOCTL, [_line(_LOAD, _SECOND), *_none_of(_TERMINAL_INJECTION, errno.EPERM)]),
        (_SOCKET, sockets),
        (_SOCKETPAIR, sockets),
        (_SETSOCKOPT, _option_rules()),
        (_SETRLIMIT, [_line(_LOAD, _FIRST), *_deny_if(_IF_EQUAL, _RLIMIT_CORE, errno.EPERM)]),
        (_PRLIMIT64, _core_rules()),
        *(zero if is_reduced else ()),
    ]


def _core_rules() -> list[bytes]:
    """Let the limit of dumps be read, not set; a pointer to what it is set to has two halves."""
    setting = [
        *(_line(_LOAD, _THIRD), *_one_of((0,), errno.EPERM)),
        *(_line(_LOAD, _THIRD_HIGH), *_one_of((0,), errno.EPERM)),
    ]
    return [
        _line(_LOAD, _SECOND),
        _line(_IF_EQUAL, _RLIMIT_CORE, no=len(setting)),
        *setting,
    ]


def _option_rules() -> list[bytes]:
    """No program in a socket, no kernel TLS; sizes of queues and the time to close are as they are.

    Setting them seems to work, as they are wishes by their nature. What watches over memory counts
    sockets, and takes each for one of the usual size. Whoever is sent a socket that lingers, and
    drops it, waits in its closing.
    """
    socket = [
        _line(_LOAD, _THIRD),
        *_none_of(_SOCKET_PROGRAMS, errno.EPERM),
        *_none_of(_SOCKET_WISHES, 0),
    ]
    tcp = [_line(_LOAD, _THIRD), *_deny_if(_IF_EQUAL, _TCP_ULP, errno.EPERM)]
    return [
        *(_line(_LOAD, _SECOND), _line(_IF_EQUAL, _SOL_SOCKET, no=len(socket)), *socket),
        *(_line(_LOAD, _SECOND), _line(_IF_EQUAL, _SOL_TCP, no=len(tcp)), *tcp),
    ]


def _socket_rules() -> list[bytes]:
    """UNIX, IPv4 and IPv6 streams and datagrams; of netlink only what lists addresses."""
    netlink = [
        _line(_LOAD, _THIRD),
        *_one_of((_NETLINK_ROUTE,), errno.EAFNOSUPPORT),
        _line(_RETURN, _ALLOW),
    ]
    internet = [
        *_one_of((_INET, _INET6), errno.EAFNOSUPPORT),
        _line(_LOAD, _THIRD),
        *_one_of(_PROTOCOLS, errno.EPROTONOSUPPORT),
    ]
    return [
        _line(_LOAD, _FIRST),
        _line(_IF_EQUAL, _NETLINK, no=len(netlink)),
        *netlink,
        _line(_IF_EQUAL, _UNIX, yes=len(internet)),
        *internet,
        _line(_LOAD, _SECOND),
        _line(_AND, _TYPE_MASK),
        *_one_of((_STREAM, _DGRAM), errno.EAFNOSUPPORT),
    ]


def _unix_stream_rules() -> list[bytes]:
    """UNIX streams: without an address, and without ``connect``, they lead nowhere."""
    return [
        _line(_LOAD, _FIRST),
        *_one_of((_UNIX,), errno.EAFNOSUPPORT),
        _line(_LOAD, _SECOND),
        _line(_AND, _TYPE_MASK),
        *_one_of((_STREAM,), errno.EAFNOSUPPORT),
    ]


def _only_for(number: int, rules: list[bytes]) -> list[bytes]:
    """The rules for one call; afterwards the call's number is loaded again."""
    return [_line(_IF_EQUAL, number, no=len(rules) + 1), *rules, _line(_LOAD, _NUMBER)]


def _one_of(operands: tuple[int, ...], error: int) -> list[bytes]:
    """Go on if the loaded value is one of these, else fail with ``error``."""
    left = range(len(operands), 0, -1)
    tests = [_line(_IF_EQUAL, one, yes=skip) for one, skip in zip(operands, left, strict=True)]
    return [*tests, _line(_RETURN, _ERRNO | error)]


def _none_of(operands: tuple[int, ...], error: int) -> list[bytes]:
    """Fail with ``error`` if the loaded value is one of these; with 0, seem to succeed."""
    return [line for one in operands for line in _deny_if(_IF_EQUAL, one, error)]


def _deny_if(test: int, operand: int, error: int) -> list[bytes]:
    return [_line(test, operand, no=1), _line(_RETURN, _ERRNO | error)]


def _line(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, operand)
