"""The doctor tells what works on this machine, and on machines that lack something."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.inside.confinement_layers import LOST, MENDS
from tests.sandbox.machines import on

PROJECT = Path(__file__).parents[3]
NAMESPACES = {f"{one} namespace" for one in ("user", "mount", "pid", "network", "ipc", "uts")}
VIEWS = {"file view", "process view", "self-test"}


def doctor(*traits: str, arguments: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
    """Exit code of the doctor on such a machine, and what it found."""
    done = on(traits, "-m", "autograder", "doctor", "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def missing(found: dict[str, Any]) -> set[str]:
    """Names of the layers that are missing and needed; each says what is lost, and the mend."""
    layers = [one for one in found["layers"] if one["state"] == "missing"]
    assert all(one["lost"] and one["mend"] for one in layers)
    return {one["name"] for one in layers if not one["is_optional"]}


def test_every_layer_is_explained() -> None:
    """It is true that each layer has what is lost without it, and a mend."""
    assert set(LOST) <= set(MENDS)


@pytest.mark.kernel
@pytest.mark.parametrize("traits", [(), ("ordinary",)], ids=["as we are", "ordinary user"])
def test_a_machine_that_has_it_all(traits: tuple[str, ...]) -> None:
    """It is true that root and an ordinary user get the full level here, with exit code 0."""
    code, found = doctor(*traits)
    assert (code, found["level"], missing(found)) == (0, "full", set())


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("traits", "lacking"),
    [
        (("container",), NAMESPACES | VIEWS),
        (("ordinary", "no-namespaces"), NAMESPACES | VIEWS | {"identity"}),
        (("ordinary", "no-user-namespaces"), NAMESPACES | VIEWS | {"identity"}),
    ],
    ids=["default container", "unshare denied", "user namespaces switched off"],
)
def test_a_machine_without_namespaces(traits: tuple[str, ...], lacking: set[str]) -> None:
    """It is true that the missing namespaces are named, and that it may not grade."""
    code, found = doctor(*traits)
    assert (code, found["level"], missing(found)) == (1, "reduced", lacking)
    assert "namespaces failed" in found["reason"]


@pytest.mark.kernel
def test_a_machine_that_may_grade() -> None:
    """It is true that the flag lets a machine without namespaces grade."""
    code, found = doctor("container", arguments=("-", "--allow-reduced"))
    assert (code, found["level"]) == (0, "reduced")


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("traits", "layer"),
    [
        (("ordinary", "no-landlock"), "landlock"),
        (("ordinary", "no-seccomp"), "seccomp"),
        (("ordinary", "no-pidfd"), "pidfd"),
        (("ordinary", "few-files"), "limits"),
        (("container", "no-landlock"), "landlock"),
        (("only-root",), "identity"),
    ],
)
def test_a_machine_that_is_refused(traits: tuple[str, ...], layer: str) -> None:
    """It is true that a machine without one of these is refused by name, flag or not."""
    code, found = doctor(*traits, arguments=("-", "--allow-reduced"))
    assert (code, found["level"]) == (1, "refused")
    assert layer in missing(found)
    assert f"{layer} failed" in found["reason"]
    assert MENDS[layer] in found["reason"]


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems(system: str) -> None:
    """It is true that the doctor answers where nothing that is Linux's can be imported."""
    lacking = ["fcntl", "resource", "ctypes", "termios", "pwd", "grp"]
    program = (
        f"import sys; sys.platform = {system!r}; "
        f"sys.modules.update(dict.fromkeys({lacking!r})); "
        "from autograder.cli import main; raise SystemExit(main(['doctor', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert (found["level"], missing(found)) == ("refused", {"platform"})
    assert "Linux container or virtual machine" in found["reason"]


@pytest.mark.kernel
def test_the_table(tmp_path: Path) -> None:
    """It is true that a person gets a table with every layer, and what follows; a file as well."""
    file = tmp_path / "found.json"
    done = on((), "-m", "autograder", "doctor", "--json", str(file))
    assert done.returncode == 0, done.stderr
    for name in set(LOST) - {"platform", "reduced level"}:
        assert name in done.stdout
    assert "level: full" in done.stdout
    assert json.loads(file.read_text(encoding="utf-8"))["level"] == "full"
    done = on(("ordinary", "no-namespaces"), "-m", "autograder", "doctor")
    assert "level: reduced (refused without --allow-reduced)" in done.stdout
    assert "kernel.unprivileged_userns_clone=1" in done.stdout
