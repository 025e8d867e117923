"""Workers that die, and executors of every kind."""

import contextlib
import json
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from autograder.errors import ConfinementError, SandboxError
from autograder.grading.executors import grade_all, process_pool
from autograder.grading.run import _open_pool
from autograder.grading.worker import Equipment, Graded, Station, grade_submission, prepare
from autograder.grading.workspace import Handed
from autograder.sandbox.sandbox import KernelSandbox
from tests.grading.fakes import EXERCISES, answered, cell
from tests.sandbox.waiting import wait_until

KILLER = "import os\nos._exit(3)"


def handed(student: str, *, kills: bool = False) -> Handed:
    """A submission, perhaps one that ends the worker's process."""
    document = answered()
    if kills:
        document["cells"].append(cell("code", KILLER))
    return Handed(student, json.dumps(document).encode())


def opened(equip: Callable[[], Equipment], folder: Path) -> Equipment:
    """The equipment, and a file for each time that it was opened."""
    tempfile.mkstemp(dir=folder)
    return equip()


class Refused:
    """A sandbox on a machine that cannot have one."""

    def await_ready(self) -> None:
        """Say so."""
        raise ConfinementError("cannot confine student code here")


def cannot_equip() -> Equipment:
    """A station where nothing can be opened."""
    raise SandboxError("the zygote has gone")


def test_a_worker_that_dies_costs_one_submission(station: Station) -> None:
    """whoever was in flight with it is graded all the same."""
    batch = [handed(f"s{n}", kills=n == 2) for n in range(6)]
    verdicts = {
        one.student: verdict
        for one, verdict in grade_all(batch, partial(process_pool, station), jobs=2)
    }
    assert sorted(verdicts) == [f"s{n}" for n in range(6)]
    died = verdicts.pop("s2")
    assert isinstance(died, Exception)
    assert all(isinstance(v, Graded) and v.result.score == 10.0 for v in verdicts.values())


def test_what_no_worker_can_open_ends_the_run(station: Station) -> None:
    """a fault that every submission would meet is told once."""
    broken = Station(station.source, EXERCISES, station.limits, cannot_equip)
    with pytest.raises(SandboxError, match="has gone"):
        list(grade_all([handed("s1")], partial(process_pool, broken), jobs=1))


def test_workers_are_ready_before_the_first_submission(station: Station, tmp_path: Path) -> None:
    """every worker has opened its equipment by then, and opens it once."""
    folder = tmp_path / "opened"
    folder.mkdir()
    counted = replace(station, equip=partial(opened, station.equip, folder))
    with process_pool(counted, 2) as pool:
        wait_until(lambda: len(list(folder.iterdir())) == 2)
        graded = pool.map(grade_submission, [None] * 6, [handed(f"s{n}") for n in range(6)])
        assert [verdict.result.score for verdict in graded] == [10.0] * 6
    assert len(list(folder.iterdir())) == 2


def test_a_sandbox_that_is_refused_ends_the_run_and_its_workers(station: Station) -> None:
    """workers start before it is known whether there is a sandbox, and none of them stays."""
    before = set(multiprocessing.active_children())
    refused = cast("KernelSandbox", Refused())
    with pytest.raises(ConfinementError, match="cannot confine"):
        list(grade_all([handed("s1")], partial(_open_pool, station, refused), jobs=2))
    assert set(multiprocessing.active_children()) == before


def test_any_executor_will_do(station: Station) -> None:
    """threads of this process, for one, with the station sent along."""

    @contextmanager
    def threads(jobs: int) -> Iterator[Executor]:
        with ThreadPoolExecutor(jobs) as pool:
            yield pool

    batch = [handed(f"s{n}") for n in range(5)]
    verdicts = list(grade_all(batch, threads, jobs=3, station=station))
    assert sorted(one.student for one, _ in verdicts) == [f"s{n}" for n in range(5)]
    assert {isinstance(verdict, Graded) for _, verdict in verdicts} == {True}


def test_submissions_are_read_as_workers_become_free(station: Station) -> None:
    """a class of thousands is not held in memory."""
    prepare(station)
    read = 0

    def reading() -> Iterator[Handed]:
        nonlocal read
        for number in range(20):
            read += 1
            yield handed(f"s{number}")

    @contextmanager
    def one_thread(jobs: int) -> Iterator[Executor]:
        with ThreadPoolExecutor(jobs) as pool:
            yield pool

    verdicts = grade_all(reading(), one_thread, jobs=1)
    next(verdicts)
    assert read <= 3
    assert len(list(verdicts)) == 19


def test_a_run_that_is_broken_off_leaves_no_process(station: Station) -> None:
    """workers are ended at once, not after what they are at."""
    before = set(multiprocessing.active_children())
    with contextlib.suppress(KeyboardInterrupt), process_pool(station, 2) as pool:
        pool.submit(print).result()
        raise KeyboardInterrupt
    assert set(multiprocessing.active_children()) == before
