"""Workers that die, and executors of every kind."""

import contextlib
import json
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from autograder.course.workspace import SubmittedFile
from autograder.errors import ConfinementError, NoSandboxError, SandboxError
from autograder.grading.executors import WarmsUp, Workers, grade_all, process_pool
from autograder.grading.worker import Equipment, Graded, WorkerSetup, grade_submission, prepare
from tests.grading.fakes import EXERCISES, answered, cell
from tests.sandbox.waiting import wait_until

KILLER = "import os\nos._exit(3)"


def submitted(student: str, *, kills: bool = False) -> SubmittedFile:
    """A submission, perhaps one that ends the worker's process."""
    document = answered()
    if kills:
        document["cells"].append(cell("code", KILLER))
    return SubmittedFile(student, json.dumps(document).encode())


def opened(equip: Callable[[], Equipment], folder: Path) -> Equipment:
    """The equipment, and a file for each time that it was opened."""
    tempfile.mkstemp(dir=folder)
    return equip()


class Ready:
    """A sandbox that needs no time."""

    def await_ready(self) -> None:
        """It is."""


def processes(worker_setup: WorkerSetup, *, jobs: int, sandbox: WarmsUp | None = None) -> Workers:
    """Worker processes, and a sandbox that they wait for."""
    pool = partial(process_pool, worker_setup, sandbox or Ready())
    return Workers(worker_setup, pool, jobs)


class Refused:
    """A sandbox on a machine that cannot have one."""

    def await_ready(self) -> None:
        """Say so."""
        raise ConfinementError("cannot confine student code here")


def cannot_equip() -> Equipment:
    """A setup with which nothing can be opened."""
    raise SandboxError("the zygote has gone")


def test_a_worker_that_dies_costs_one_submission(worker_setup: WorkerSetup) -> None:
    """whoever was in flight with it is graded all the same."""
    batch = [submitted(f"s{n}", kills=n == 2) for n in range(6)]
    verdicts = {
        one.student: verdict for one, verdict in grade_all(batch, processes(worker_setup, jobs=2))
    }
    assert sorted(verdicts) == [f"s{n}" for n in range(6)]
    died = verdicts.pop("s2")
    assert isinstance(died, Exception)
    assert all(isinstance(v, Graded) and v.result.score == 10.0 for v in verdicts.values())


def test_what_no_worker_can_open_ends_the_run(worker_setup: WorkerSetup) -> None:
    """a fault that every submission would meet is told once."""
    broken = WorkerSetup(worker_setup.source, EXERCISES, worker_setup.limits, cannot_equip)
    with pytest.raises(SandboxError, match="has gone"):
        list(grade_all([submitted("s1")], processes(broken, jobs=1)))


def test_workers_are_ready_before_the_first_submission(
    worker_setup: WorkerSetup, tmp_path: Path
) -> None:
    """every worker has opened its equipment by then, and opens it once."""
    folder = tmp_path / "opened"
    folder.mkdir()
    counted = replace(worker_setup, equip=partial(opened, worker_setup.equip, folder))
    with process_pool(counted, Ready(), 2) as pool:
        wait_until(lambda: len(list(folder.iterdir())) == 2)
        graded = pool.map(grade_submission, [None] * 6, [submitted(f"s{n}") for n in range(6)])
        assert [verdict.result.score for verdict in graded] == [10.0] * 6
    assert len(list(folder.iterdir())) == 2


def test_a_sandbox_that_is_refused_ends_the_run_and_its_workers(worker_setup: WorkerSetup) -> None:
    """workers start before it is known whether there is a sandbox, and none of them stays."""
    before = set(multiprocessing.active_children())
    refused = processes(worker_setup, jobs=2, sandbox=Refused())
    with pytest.raises(ConfinementError, match="cannot confine"):
        list(grade_all([submitted("s1")], refused))
    assert set(multiprocessing.active_children()) == before


def test_any_executor_will_do(worker_setup: WorkerSetup) -> None:
    """threads of this process, for one, with the setup sent along."""

    @contextmanager
    def threads(jobs: int) -> Iterator[Executor]:
        with ThreadPoolExecutor(jobs) as pool:
            yield pool

    batch = [submitted(f"s{n}") for n in range(5)]
    verdicts = list(grade_all(batch, Workers(worker_setup, threads, 3, sent=worker_setup)))
    assert sorted(one.student for one, _ in verdicts) == [f"s{n}" for n in range(5)]
    assert {isinstance(verdict, Graded) for _, verdict in verdicts} == {True}


def test_submissions_are_read_as_workers_become_free(worker_setup: WorkerSetup) -> None:
    """a class of thousands is not held in memory."""
    prepare(worker_setup)
    read = 0

    def reading() -> Iterator[SubmittedFile]:
        nonlocal read
        for number in range(20):
            read += 1
            yield submitted(f"s{number}")

    @contextmanager
    def one_thread(jobs: int) -> Iterator[Executor]:
        with ThreadPoolExecutor(jobs) as pool:
            yield pool

    verdicts = grade_all(reading(), Workers(worker_setup, one_thread, 1))
    next(verdicts)
    assert read <= 3
    assert len(list(verdicts)) == 19


def test_a_run_that_is_broken_off_leaves_no_process(worker_setup: WorkerSetup) -> None:
    """workers are ended at once, not after what they are at."""
    before = set(multiprocessing.active_children())
    with contextlib.suppress(KeyboardInterrupt), process_pool(worker_setup, Ready(), 2) as pool:
        pool.submit(print).result()
        raise KeyboardInterrupt
    assert set(multiprocessing.active_children()) == before


class Exhausted:
    """A sandbox whose zygote dies too often, once the run has begun."""

    def __init__(self) -> None:
        self._asked = 0

    def await_ready(self) -> None:
        """All is well at first."""
        self._asked += 1
        if self._asked > 1:
            raise NoSandboxError("it has died too often")


def no_sandbox() -> Equipment:
    """What a worker knows: nobody answers."""
    raise NoSandboxError("the zygote does not answer")


def test_the_operator_learns_why_there_is_no_sandbox(worker_setup: WorkerSetup) -> None:
    """workers know only that nobody answers; the process that owned it knows more."""
    gone = processes(replace(worker_setup, equip=no_sandbox), jobs=1, sandbox=Exhausted())
    with pytest.raises(NoSandboxError, match="died too often"):
        list(grade_all([submitted("s1")], gone))


class Broken(ThreadPoolExecutor):
    """An executor whose worker has died before anything was sent to it."""

    def submit(self, *_given: object, **_named: object) -> NoReturn:
        """Say so."""
        raise BrokenExecutor("a worker has died")


@contextmanager
def broken_first(times: list[bool], _jobs: int) -> Iterator[Executor]:
    """Executors of which so many are broken."""
    with (Broken if times and times.pop() else ThreadPoolExecutor)(1) as executor:
        yield executor


def test_a_worker_that_dies_before_its_work_costs_nobody_anything(
    worker_setup: WorkerSetup,
) -> None:
    """what was never tried is sent to the next one."""
    broken = Workers(worker_setup, partial(broken_first, [True] * 3), 1, sent=worker_setup)
    verdicts = list(grade_all([submitted("s1")], broken))
    assert [isinstance(v, Graded) and v.result.score for _, v in verdicts] == [10.0]


def test_workers_that_always_die_end_the_run(worker_setup: WorkerSetup) -> None:
    """in a sentence, after some tries."""
    broken = Workers(worker_setup, partial(broken_first, [True] * 9), 1, sent=worker_setup)
    with pytest.raises(SandboxError, match="no worker process stays alive: a worker has died"):
        list(grade_all([submitted("s1")], broken))


def test_a_server_that_dies_while_workers_start_is_replaced(
    worker_setup: WorkerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the pool is opened again, and the run ends with a sentence where that never helps."""
    submit = ProcessPoolExecutor.submit
    fails = [ConnectionRefusedError("refused"), EOFError("gone"), *[None] * 9]

    def dying(pool: ProcessPoolExecutor, *given: Any) -> object:
        error = fails.pop(0)
        if error is not None:
            raise error
        return submit(pool, *given)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", dying)
    with process_pool(worker_setup, Ready(), 1) as pool:
        assert pool.submit(grade_submission, None, submitted("s1")).result().result.score == 10.0
    fails[:] = [EOFError("gone")] * 3
    with (
        pytest.raises(SandboxError, match="no worker process could be started: gone"),
        process_pool(worker_setup, Ready(), 1),
    ):
        pass
