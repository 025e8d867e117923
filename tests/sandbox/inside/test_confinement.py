"""Each layer is refused by name when it cannot be set up. Nothing here is really confined."""

import errno
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import ConfinementError
from autograder.sandbox.inside import confinement, landlock, namespaces
from autograder.sandbox.inside.confinement_layers import MENDS

PROJECT = Path(__file__).parents[3]
LAYERS = {
    "enter_fork_namespaces": "namespaces",
    "mount_scratch": "file view",
    "mount_processes": "process view",
    "raise_loopback": "network",
    "bound_queues": "network",
    "_settle_in": None,
    "become_student": "identity",
    "limit_resources": "limits",
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
    confinement.confine(limits={}, uid=1, paths=confinement.SandboxPaths())
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
        confinement.confine(limits={}, uid=1, paths=confinement.SandboxPaths())
    assert f"{name} failed (Operation not permitted); needed: {MENDS[name]}" in str(refused.value)
    assert calls == list(LAYERS)[: list(LAYERS).index(function)]


def test_no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a kernel without Landlock is refused."""
    monkeypatch.setattr(landlock, "landlock_abi", lambda: 0)
    with pytest.raises(ValueError, match="no Landlock"):
        landlock.restrict_files(readable=[], writable=[], devices=[])


def test_root_under_another_name_is_refused() -> None:
    """It is true that who is user 0 around its own user namespace is refused as user 0."""
    program = (
        "from autograder.sandbox.inside.privileges import make_user_namespace; "
        "from autograder.sandbox.inside.selftest import refuse_identity; import os; "
        "make_user_namespace(inside=0); make_user_namespace(inside=1000); "
        "print(os.getuid()); refuse_identity(sets=())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "1000\n"
    assert "student code would run as user 0" in done.stderr


def test_the_keyring_is_left() -> None:
    """It is true that the keys of the operator's session stay behind, where there are keyrings."""
    number = 219 if platform.machine() == "aarch64" else 250
    program = (
        "import ctypes; from autograder.sandbox.inside.linux import leave_keyring; "
        f"own = lambda: ctypes.CDLL(None).syscall({number}, 0, -3, 0); "
        "print(before := own(), leave_keyring(), after := own(), before != after or before == -1)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.split()[-1] == "True"


def test_root_without_administration(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that root which could only map itself is refused: students would be user 0."""
    monkeypatch.setattr(namespaces, "can_administer", lambda: False)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    with pytest.raises(ValueError, match="as user 0"):
        namespaces.enter_zygote_namespaces()
