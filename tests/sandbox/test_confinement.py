"""Each layer is refused by name when it cannot be set up. Nothing here is really confined."""

import errno
import os
import struct

import pytest

from autograder.errors import ConfinementError
from autograder.sandbox import confinement, landlock, namespaces, seccomp
from autograder.sandbox.layers import MENDS

LAYERS = {
    "enter_fork_namespaces": "namespaces",
    "mount_scratch": "file view",
    "mount_processes": "process view",
    "raise_loopback": "network",
    "_settle_in": None,
    "limit_resources": "limits",
    "become_student": "identity",
    "restrict_files": "landlock",
    "install_seccomp": "seccomp",
    "test_confinement": "self-test",
}
NAMED = {function: name for function, name in LAYERS.items() if name}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace every layer by a note that it was called."""
    called: list[str] = []
    for name in LAYERS:
        monkeypatch.setattr(confinement, name, lambda *_, _name=name, **__: called.append(_name))
    return called


def test_order(calls: list[str]) -> None:
    """It is true that every layer is set up, the self-test last."""
    confinement.confine(limits={}, uid=1, surroundings=confinement.Surroundings())
    assert calls == list(LAYERS)


@pytest.mark.parametrize(("function", "name"), NAMED.items())
def test_refusal(
    calls: list[str], monkeypatch: pytest.MonkeyPatch, function: str, name: str
) -> None:
    """It is true that a failing layer ends it, named, with its reason and what would mend it."""

    def fail(*_arguments: object, **_keywords: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(confinement, function, fail)
    with pytest.raises(ConfinementError) as refused:
        confinement.confine(limits={}, uid=1, surroundings=confinement.Surroundings())
    assert f"{name} failed (Operation not permitted); needed: {MENDS[name]}" in str(refused.value)
    assert calls == list(LAYERS)[: list(LAYERS).index(function)]


def test_no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a kernel without Landlock is refused."""
    monkeypatch.setattr(landlock, "landlock_abi", lambda: 0)
    with pytest.raises(ValueError, match="no Landlock"):
        landlock.restrict_files(readable=[], writable=[], devices=[])


def test_root_without_administration(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that root which could only map itself is refused: students would be user 0."""
    monkeypatch.setattr(namespaces, "can_administer", lambda: False)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    with pytest.raises(ValueError, match="as user 0"):
        namespaces.enter_zygote_namespaces()


def test_unknown_architecture() -> None:
    """It is true that no filter is made for an architecture whose calls are not known."""
    with pytest.raises(ValueError, match="no system call table for riscv64"):
        seccomp.build_filter("riscv64")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_filter_is_well_formed(machine: str) -> None:
    """It is true that every jump lands inside the program and every path ends in a verdict."""
    program = list(struct.iter_unpack("=HBBI", seccomp.build_filter(machine)))
    is_return = [code == 0x06 for code, _, _, _ in program]
    for place, (code, yes, no, _) in enumerate(program):
        if code & 0x07 == 0x05:
            assert place + 1 + max(yes, no) < len(program)
    assert is_return[-1]
    assert len(program) < 4096
