"""A zygote that dies is started again, and costs nobody a verdict."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest

from autograder.errors import NoSandboxError, SandboxError
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.model.verdict import Confinement, Outcome
from autograder.sandbox.inside.zygote import Zygote
from autograder.sandbox.launch import ZygoteProcess
from autograder.sandbox.sandbox import KernelSandbox
from tests.sandbox.processes import children, descendants
from tests.sandbox.reading import printed
from tests.sandbox.waiting import wait_until

pytestmark = pytest.mark.kernel

HELLO = Program((Cell("print('hello')"),))
WAITS = Program((Cell("import time\ntime.sleep(60)"),))


class Watched:
    """A sandbox that can be killed, and what it told."""

    def __init__(self, sandbox: KernelSandbox, told: list[str]) -> None:
        self.sandbox = sandbox
        self.told = told

    @property
    def bootstrap(self) -> int:
        """Process id of the bootstrap process that is there now."""
        assert self.sandbox._zygote is not None
        return self.sandbox._zygote.pid

    def kill(self, what: str) -> None:
        """End the bootstrap process, or the zygote below it, as Linux does for lack of memory."""
        wait_until(lambda: children(self.bootstrap) != [])
        os.kill(
            self.bootstrap if what == "bootstrap" else children(self.bootstrap)[0], signal.SIGKILL
        )


@pytest.fixture(params=[Confinement.FULL, Confinement.REDUCED])
def watched(kit: Path, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """One that is starting."""
    told: list[str] = []
    with KernelSandbox.begin(kit=kit, level=request.param, say=told.append) as sandbox:
        yield Watched(sandbox, told)


@pytest.mark.parametrize("victim", ["zygote", "bootstrap"])
def test_kernels_can_be_had_again(watched: Watched, victim: str) -> None:
    """It is true that a request waits for the next zygote, here and in other processes."""
    other = KernelSandbox.connect(watched.sandbox.address)
    watched.sandbox.await_ready()
    watched.kill(victim)
    wait_until(lambda: len(watched.told) == 1)
    assert printed(other.run(HELLO, Limits())) == "hello\n"
    watched.kill(victim)
    wait_until(lambda: len(watched.told) == 2)
    assert printed(watched.sandbox.run(HELLO, Limits())) == "hello\n"
    assert all("the zygote has died" in sentence for sentence in watched.told)


@pytest.mark.parametrize("victim", ["zygote", "bootstrap"])
def test_a_run_that_was_in_flight_is_in_doubt(watched: Watched, victim: str) -> None:
    """It is true that it is not taken for the notebook's own death, and that none of it stays."""
    watched.sandbox.await_ready()
    with ThreadPoolExecutor(1) as pool:
        bootstrap = watched.bootstrap
        running = pool.submit(watched.sandbox.run, WAITS, Limits())
        # The zygote, the fork's first process, and the kernel.
        wait_until(lambda: len(descendants(bootstrap)) >= 3)
        family = [pid for pid in descendants(bootstrap) if pid not in children(bootstrap)]
        watched.kill(victim)
        run = running.result()
    wait_until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in family))
    assert run.doubt
    assert run.ended is Outcome.INTERNAL_ERROR
    assert run.problems == ()
    assert printed(watched.sandbox.run(HELLO, Limits())) == "hello\n"


def test_it_may_die_while_it_warms_up(watched: Watched) -> None:
    """It is true that the start goes on with another one."""
    watched.kill("zygote")
    watched.sandbox.await_ready()
    assert printed(watched.sandbox.run(HELLO, Limits())) == "hello\n"
    assert len(watched.told) == 1


@pytest.mark.parametrize("level", [Confinement.FULL, Confinement.REDUCED])
def test_the_rehearsal_may_be_killed(kit: Path, level: Confinement) -> None:
    """It is true that another one follows."""
    killed: list[int] = []
    # It is there for some milliseconds only.
    while not killed:
        with ZygoteProcess.begin(
            kit=kit, hidden=(), limits=Limits(), level=level, is_rehearsal=True
        ) as zygote:
            while not (killed or zygote._has_outcome.is_set()):
                for rehearsal in (pid for one in children(zygote.pid) for pid in children(one)):
                    with suppress(ProcessLookupError):
                        os.kill(rehearsal, signal.SIGKILL)
                        killed.append(rehearsal)
            zygote.await_ready()


def test_a_rehearsal_that_dies_each_time_has_outcome() -> None:
    """It is true that the zygote goes on with nothing that it has not seen confined."""
    control, listener = socket.socketpair()
    with control, listener, mock.patch.object(Zygote, "_rehearse_once", return_value="") as tried:
        zygote = Zygote(control, listener, mock.Mock(), None)
        with pytest.raises(SandboxError, match="died, each time, before it could report"):
            zygote.rehearse({})
    assert tried.call_count == 3


def test_one_that_dies_each_time_is_given_up(watched: Watched) -> None:
    """It is true that whoever waits is told in a sentence, the owner why and what to do."""
    address = watched.sandbox.address
    watched.sandbox.await_ready()
    stopped = threading.Event()

    def kill_each() -> None:
        # Without a pause it would take the processor from the one that is being started.
        while not stopped.wait(0.005):
            for pid in children(watched.bootstrap):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def run_until_refused() -> None:
        other = KernelSandbox.connect(address)
        while True:
            other.run(HELLO, Limits())

    killer = threading.Thread(target=kill_each)
    killer.start()
    try:
        with pytest.raises(NoSandboxError, match="does not answer"):
            run_until_refused()
        with pytest.raises(NoSandboxError, match=r"has died too often .* may be short of memory"):
            watched.sandbox.run(HELLO, Limits())
    finally:
        stopped.set()
        killer.join()
    assert len(watched.told) < 12


def test_one_that_fails_by_itself_has_outcome_at_once(
    kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that only what was ended from outside is tried again."""
    monkeypatch.setattr("autograder.sandbox.instructions._site_folders", list)
    told: list[str] = []
    with (
        ZygoteProcess.begin(kit=kit, hidden=(), limits=Limits(), say=told.append) as zygote,
        pytest.raises(SandboxError, match="No module named"),
    ):
        zygote.await_ready()
    assert told == []


def test_closing_ends_the_one_that_is_being_started(watched: Watched) -> None:
    """It is true that no process stays behind, and no folder."""
    watched.sandbox.await_ready()
    folder = Path(watched.sandbox.address).parent
    watched.kill("zygote")
    wait_until(lambda: len(watched.told) == 1 and children(watched.bootstrap) != [])
    family = [watched.bootstrap, *descendants(watched.bootstrap)]
    watched.sandbox.close()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
    assert not folder.exists()


def test_one_that_cannot_be_started_again_is_given_up(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that whoever asks is told why."""
    watched.sandbox.await_ready()

    def full(*_given: object) -> None:
        raise OSError("no process to be had")

    monkeypatch.setattr("autograder.sandbox.launch._start_bootstrap", full)
    watched.kill("zygote")
    wait_until(lambda: not watched.sandbox._zygote._watcher.is_alive())  # type: ignore[union-attr]
    with pytest.raises(NoSandboxError, match="could not be started: no process to be had"):
        watched.sandbox.run(HELLO, Limits())
