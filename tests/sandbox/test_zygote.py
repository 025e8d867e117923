"""The zygote's life: it starts or refuses, serves several processes, and leaves nothing."""

import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from autograder.errors import ConfinementError, SandboxError
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program, Run
from autograder.sandbox.sandbox import KernelSandbox
from tests.sandbox.processes import descendants
from tests.sandbox.reading import printed
from tests.sandbox.waiting import wait_until

pytestmark = pytest.mark.kernel

PROJECT = Path(__file__).resolve().parents[2]
HELLO = Program((Cell("print('hello')"),))


def _run_there(address: str) -> Run:
    return KernelSandbox.connect(address).run(HELLO, Limits())


def test_other_processes(sandbox: KernelSandbox) -> None:
    """It is true that worker processes use one zygote by its address, and get picklable runs."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(_run_there, [sandbox.address] * 4))
    assert [printed(run) for run in runs] == ["hello\n"] * 4


def test_gone_after_close(kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that closing ends every process and removes every folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sandbox = KernelSandbox.start(kit=kit)
    assert printed(sandbox.run(HELLO, Limits())) == "hello\n"
    assert sandbox._zygote is not None
    bootstrap = sandbox._zygote.pid
    family = descendants(bootstrap)
    sandbox.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in (bootstrap, *family))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SandboxError, match="does not answer"):
        KernelSandbox.connect(sandbox.address).run(HELLO, Limits())


def test_a_request_waits_for_a_zygote_that_warms_up(kit: Path) -> None:
    """It is true that a kernel may be asked for before there can be one, from any process."""
    with KernelSandbox.begin(kit=kit) as sandbox:
        early = KernelSandbox.connect(sandbox.address).run(HELLO, Limits())
        assert printed(early) == printed(sandbox.run(HELLO, Limits())) == "hello\n"


def test_a_refusal_is_told_to_everybody_who_waits(kit: Path) -> None:
    """It is true that each run of a sandbox that cannot be had says why, and the start does not."""
    with KernelSandbox.begin(kit=kit, hidden=[Path("/usr/bin")]) as sandbox:
        for _ in range(2):
            with pytest.raises(ConfinementError, match="/usr/bin is visible"):
                sandbox.run(HELLO, Limits())


def test_a_zygote_that_warms_up_can_be_closed(
    kit: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that closing ends a zygote that is warming up, and leaves nothing of it."""
    # A short name: the folder holds a socket, whose path Linux allows 107 bytes.
    tmp_path = tmp_path_factory.mktemp("z")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sandbox = KernelSandbox.begin(kit=kit)
    assert sandbox._zygote is not None
    bootstrap = sandbox._zygote.pid
    wait_until(lambda: len(descendants(bootstrap)) > 0)
    family = [bootstrap, *descendants(bootstrap)]
    sandbox.close()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
    assert list(tmp_path.iterdir()) == []


def test_folders_of_runs_are_removed(sandbox: KernelSandbox) -> None:
    """It is true that a run leaves no folder and no descriptor in the trusted process."""
    sandbox.run(HELLO, Limits())
    folder, descriptors = Path(sandbox.address).parent, Path("/proc/self/fd")
    before = len(list(folder.iterdir())), len(list(descriptors.iterdir()))
    sandbox.run(HELLO, Limits())
    assert (len(list(folder.iterdir())), len(list(descriptors.iterdir()))) == before


def test_kernel_ends_with_its_owner(sandbox: KernelSandbox) -> None:
    """It is true that a kernel whose trusted process was killed is killed as well."""
    program = (
        "import sys; from autograder.sandbox.sandbox import KernelSandbox as K; "
        "from autograder.model.program import Cell, Program; "
        "from autograder.model.limits import Limits; "
        f"K.connect({sandbox.address!r}).run(Program((Cell('while True: pass'),)), Limits())"
    )
    assert sandbox._zygote is not None
    bootstrap = sandbox._zygote.pid
    idle = 1
    # The zygote alone: it may have to reap the kernel of another test yet.
    wait_until(lambda: len(descendants(bootstrap)) == idle)
    with subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT) as owner:
        wait_until(lambda: len(descendants(bootstrap)) == idle + 2)
        owner.kill()
    wait_until(lambda: len(descendants(bootstrap)) == idle)


def test_refuses_what_is_visible(kit: Path) -> None:
    """It is true that a machine where a hidden path can be seen is refused, by name."""
    with pytest.raises(ConfinementError, match=r"self-test failed \(/usr/bin is visible\)"):
        KernelSandbox.start(kit=kit, hidden=[Path("/usr/bin")])


def test_refuses_impossible_limits(kit: Path) -> None:
    """It is true that a layer that cannot be set up is refused, with what it needs."""
    with pytest.raises(ConfinementError, match=r"limits failed .*; needed: hard limits"):
        KernelSandbox.start(kit=kit, limits=Limits(open_files=10**9))


def test_no_zygote() -> None:
    """It is true that an address without a zygote is our error, in one sentence."""
    with pytest.raises(SandboxError, match="the zygote at /nowhere does not answer"):
        KernelSandbox.connect("/nowhere").run(HELLO, Limits())
