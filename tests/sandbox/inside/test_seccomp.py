"""What the filter answers on both architectures, of which only one can run here."""

import platform
import struct

import pytest

from autograder.sandbox.inside import seccomp, syscall_table
from autograder.sandbox.inside.seccomp import build_filter
from tests.sandbox.filtering import ARCHITECTURES, verdict

COLUMN = {"x86_64": 0, "aarch64": 1}
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
STREAM, DGRAM, RAW = 1, 2, 3
CLOEXEC, NONBLOCK = 0o2000000, 0o4000
HIGH_HALF = 1 << 32

_MACHINES = pytest.mark.parametrize("machine", ARCHITECTURES)
_LEVELS = pytest.mark.parametrize("is_reduced", [False, True], ids=["full", "reduced"])
# Call, its arguments, and what becomes of it at the full level.
ARGUMENTS = [
    ("_CLONE", (0x0120_0011,), "allowed"),
    ("_CLONE", (0x1000_0011,), "EPERM"),
    ("_CLONE3", (), "ENOSYS"),
    ("_PRCTL", (15, 0), "allowed"),
    ("_PRCTL", (22, 2), "EPERM"),
    ("_IOCTL", (0, 0x5413), "allowed"),
    ("_IOCTL", (0, 0x5412), "EPERM"),
    ("_IOCTL", (0, HIGH_HALF | 0x5412), "EPERM"),
    ("_SOCKET", (UNIX, STREAM, 0), "allowed"),
    ("_SOCKET", (UNIX, DGRAM | CLOEXEC, 0), "allowed"),
    ("_SOCKET", (UNIX, 5, 0), "EAFNOSUPPORT"),
    ("_SOCKET", (INET, STREAM | NONBLOCK, 6), "allowed"),
    ("_SOCKET", (INET6, DGRAM, 17), "allowed"),
    ("_SOCKET", (INET, DGRAM, 1), "EPROTONOSUPPORT"),
    ("_SOCKET", (INET, STREAM, 132), "EPROTONOSUPPORT"),
    ("_SOCKET", (INET6, STREAM, 262), "EPROTONOSUPPORT"),
    ("_SOCKET", (INET6, DGRAM, 136), "EPROTONOSUPPORT"),
    ("_SOCKET", (INET, RAW, 6), "EAFNOSUPPORT"),
    ("_SOCKET", (NETLINK, RAW, 0), "allowed"),
    ("_SOCKET", (NETLINK, RAW, 9), "EAFNOSUPPORT"),
    ("_SOCKET", (40, STREAM, 0), "EAFNOSUPPORT"),
    ("_SOCKETPAIR", (UNIX, STREAM, 0), "allowed"),
    *(("_SETSOCKOPT", (3, 1, option), "EPERM") for option in (26, 50, 51, 52)),
    *(("_SETSOCKOPT", (3, 1, option), "pretended") for option in (7, 8, 32, 33, 13)),
    ("_SETSOCKOPT", (3, 1, 9), "allowed"),
    ("_SETSOCKOPT", (3, 0, 7), "allowed"),
    ("_SETSOCKOPT", (3, 6, 1), "allowed"),
    ("_SETSOCKOPT", (3, 6, 31), "EPERM"),
    ("_SETRLIMIT", (7, 1), "allowed"),
    ("_SETRLIMIT", (4, 1), "EPERM"),
    ("_PRLIMIT64", (0, 7, 0x7FFF_0000), "allowed"),
    ("_PRLIMIT64", (0, 4, 0), "allowed"),
    ("_PRLIMIT64", (0, 4, 0x7FFF_0000), "EPERM"),
    ("_PRLIMIT64", (0, 4, HIGH_HALF), "EPERM"),
]


@_MACHINES
@_LEVELS
def test_is_well_formed(machine: str, *, is_reduced: bool) -> None:
    """It is true that every jump lands inside the program and every path ends in a verdict."""
    lines = list(struct.iter_unpack("=HBBI", build_filter(machine, is_reduced=is_reduced)))
    for place, (code, yes, no, _) in enumerate(lines):
        if code & 0x07 == 0x05:
            assert place + 1 + max(yes, no) < len(lines)
    assert lines[-1][0] == 0x06
    assert len(lines) < 4096


@_MACHINES
@_LEVELS
def test_denied_calls(machine: str, *, is_reduced: bool) -> None:
    """It is true that each call of the table is denied, on either architecture."""
    program = build_filter(machine, is_reduced=is_reduced)
    denied = syscall_table.DENIED | (syscall_table.DENIED_WITHOUT_NAMESPACES if is_reduced else {})
    numbers = {pair[COLUMN[machine]] for pair in denied.values()} - {-1}
    assert {verdict(program, machine, number) for number in numbers} == {"EPERM"}


@_MACHINES
@_LEVELS
def test_unknown_calls(machine: str, *, is_reduced: bool) -> None:
    """It is true that a number which this table does not know is no call, and others are."""
    program = build_filter(machine, is_reduced=is_reduced)
    free = syscall_table.FREE[COLUMN[machine]]
    unknown = [free[0], free[-1], syscall_table.FIRST_UNKNOWN, 1000, 0x4000_0000 | 101, -1]
    assert {verdict(program, machine, number) for number in unknown} == {"ENOSYS"}
    # The last old call, pidfd_send_signal, and file_getattr.
    known = [free[0] - 1, 424, 468]
    if machine == "aarch64":
        known.remove(free[0] - 1)  # kexec_file_load
    assert {verdict(program, machine, number) for number in known} == {"allowed"}


@_MACHINES
@pytest.mark.parametrize(("call", "arguments", "expected"), ARGUMENTS)
def test_arguments(machine: str, call: str, arguments: tuple[int, ...], expected: str) -> None:
    """It is true that calls which depend on their arguments are told apart by all their bits."""
    number = vars(seccomp)[call][COLUMN[machine]]
    assert verdict(build_filter(machine), machine, number, *arguments) == expected


@_MACHINES
@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("_SOCKET", (UNIX, STREAM, 0), "allowed"),
        ("_SOCKET", (UNIX, DGRAM, 0), "EAFNOSUPPORT"),
        ("_SOCKET", (INET, STREAM, 0), "EAFNOSUPPORT"),
        ("_SETSOCKOPT", (3, 1, 7), "pretended"),
        ("_PRLIMIT64", (0, 7, 0x7FFF_0000), "allowed"),
        ("_PRLIMIT64", (12, 7, 0), "EPERM"),
        ("_PRLIMIT64", (0, 4, 0x7FFF_0000), "EPERM"),
    ],
)
def test_arguments_without_namespaces(
    machine: str, call: str, arguments: tuple[int, ...], expected: str
) -> None:
    """It is true that the reduced level's filter stands in for the namespaces."""
    number = vars(seccomp)[call][COLUMN[machine]]
    program = build_filter(machine, is_reduced=True)
    assert verdict(program, machine, number, *arguments) == expected


def test_calls_of_another_architecture() -> None:
    """It is true that a 32-bit program's syscall_table, whose numbers mean others, end it."""
    ours = platform.machine() if platform.machine() in ARCHITECTURES else "x86_64"
    (other,) = ARCHITECTURES.keys() - {ours}
    assert verdict(build_filter(ours), other, 0) == "killed"


def test_unknown_architecture() -> None:
    """It is true that no filter is made for an architecture whose calls are not known."""
    with pytest.raises(ValueError, match="no system call table for riscv64"):
        build_filter("riscv64")
