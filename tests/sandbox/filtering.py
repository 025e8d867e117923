"""Says what a filter answers to a system call of any architecture: classic BPF, interpreted."""

import errno
import operator
import struct

ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_TESTS = {0x15: operator.eq, 0x35: operator.ge, 0x45: operator.and_}
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000


def verdict(program: bytes, machine: str, number: int, *arguments: int) -> str:
    """``allowed``, ``killed``, ``pretended``, or the name of the error."""
    padded = [one & 0xFFFF_FFFF_FFFF_FFFF for one in (*arguments, *[0] * 6)][:6]
    call = struct.pack("=iIQ6Q", number, ARCHITECTURES[machine], 0, *padded)
    answer = _run([*struct.iter_unpack("=HBBI", program)], call)
    if answer in {_ALLOW, _KILL}:
        return "allowed" if answer == _ALLOW else "killed"
    assert answer & 0xFFFF_0000 == _ERRNO
    return errno.errorcode[answer & 0xFFFF] if answer & 0xFFFF else "pretended"


def _run(lines: list[tuple[int, int, int, int]], call: bytes) -> int:
    """What the program returns; an unknown instruction is a KeyError."""
    place = loaded = 0
    while True:
        code, yes, no, operand = lines[place]
        place += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", call, operand)
        elif code == 0x54:
            loaded &= operand
        else:
            place += yes if _TESTS[code](loaded, operand) else no
