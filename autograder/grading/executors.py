"""Sends submissions to workers and hands verdicts back as they come. In the operator's process.

Any ``concurrent.futures.Executor`` will do. One worker that dies breaks a process pool. Each
submission that was in flight then is tried again alone, and is at fault only if its worker dies
again. A verdict that is in doubt is tried again in the same way, once all others are done.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import forkserver
from typing import Protocol

from autograder.course.workspace import SubmittedFile
from autograder.errors import AutograderError, NoSandboxError, SandboxError
from autograder.grading.worker import Graded, WorkerSetup, grade_submission, prepare_and_equip

# More than one a worker, so that none waits; few, so that a broken pool loses little.
IN_FLIGHT_PER_WORKER = 2
_STARTS = 3
CONTEXT = multiprocessing.get_context("forkserver")
WORKER_MODULES = (
    "autograder.grading.worker",
    "autograder.judge.judge",
    "autograder.sandbox.run",
    "autograder.sandbox.sandbox",
)


@dataclass(frozen=True, slots=True)
class Workers:
    """How submissions are sent to workers.

    Attributes:
        worker_setup: What each worker holds.
        open_executor: Opens an executor of so many workers; another one where one has broken.
        jobs: How many there are.
        sent: What goes along with each submission, where that is how workers get their setup.
    """

    worker_setup: WorkerSetup
    open_executor: Callable[[int], AbstractContextManager[Executor]]
    jobs: int
    sent: object = None


def start_fork_server() -> None:
    """Let one clean process import what every worker needs, while other things are done.

    Workers are forked from it: no fork copies this process's threads and locks, and none of them
    imports anything twice. Without this call the first worker starts it.
    """
    suites = [name for name in sys.modules if name.startswith("autograder.suites.")]
    CONTEXT.set_forkserver_preload([*WORKER_MODULES, *suites])
    forkserver.ensure_running()


class WarmsUp(Protocol):
    """The part of a sandbox that a pool of workers waits for."""

    def await_ready(self) -> None:
        """Return once it can be used; raise where it never can."""


@contextmanager
def process_pool(worker_setup: WorkerSetup, sandbox: WarmsUp, jobs: int) -> Iterator[Executor]:
    """Open ``jobs`` worker processes; they are ended at once when the run is broken off."""
    # The pool does not say which processes are its own: those that are new are.
    others = set(multiprocessing.active_children())
    pool = _started(worker_setup, jobs)
    try:
        # Only now: the workers start while it warms up.
        sandbox.await_ready()
        yield pool
    except BaseException as error:
        for child in set(multiprocessing.active_children()) - others:
            child.kill()
        pool.shutdown(cancel_futures=True)
        if isinstance(error, NoSandboxError):
            # A worker only sees that no zygote answers; this process knows why.
            sandbox.await_ready()
        raise
    pool.shutdown()


def _started(worker_setup: WorkerSetup, jobs: int, tries: int = _STARTS) -> ProcessPoolExecutor:
    """A pool whose processes have been asked for; the server that forks them may die meanwhile."""
    pool = ProcessPoolExecutor(
        jobs, CONTEXT, initializer=prepare_and_equip, initargs=(worker_setup,)
    )
    try:
        # A process starts only when there is something to do that none is free for.
        for _ in range(jobs):
            pool.submit(os.getpid)
    except (BrokenExecutor, OSError, EOFError) as error:
        pool.shutdown(wait=False, cancel_futures=True)
        if tries == 1:
            raise SandboxError(f"no worker process could be started: {error}") from error
        return _started(worker_setup, jobs, tries - 1)
    return pool


def grade_all(
    submitted: Iterable[SubmittedFile], workers: Workers
) -> Generator[tuple[SubmittedFile, Graded | Exception]]:
    """Verdicts in the order in which they come, or what went wrong on our side instead.

    Args:
        submitted: The submissions; read one by one, as workers become free.
        workers: Who grades them.

    Raises:
        AutograderError: Nothing can be graded at all.
    """
    doubtful = []
    for one, verdict in _each_once(iter(submitted), workers):
        if isinstance(verdict, Graded) and verdict.doubt:
            # It may have been the load of this machine: it waits until there is none.
            doubtful.append((one, verdict.doubt))
        else:
            yield one, verdict
    yield from _one_by_one(doubtful, workers)


def _each_once(
    waiting: Iterator[SubmittedFile], workers: Workers
) -> Iterator[tuple[SubmittedFile, Graded | Exception]]:
    """A verdict on each; where a worker dies, those in flight are tried again one by one."""
    suspects: list[SubmittedFile] = []
    while True:
        with workers.open_executor(workers.jobs) as executor:
            yield from _in_flight(waiting, executor, suspects, workers)
        if not suspects:
            return
        yield from _one_by_one([(one, "") for one in suspects], workers)
        # A new pool goes on with the rest of the class.
        suspects.clear()


def _in_flight(
    waiting: Iterator[SubmittedFile],
    executor: Executor,
    suspects: list[SubmittedFile],
    workers: Workers,
) -> Iterator[tuple[SubmittedFile, Graded | Exception]]:
    """Keep the executor busy until nothing waits, or it breaks: then ``suspects`` are left."""
    running: dict[Future[Graded], SubmittedFile] = {}
    while not suspects:
        for item in islice(waiting, workers.jobs * IN_FLIGHT_PER_WORKER - len(running)):
            try:
                running[executor.submit(grade_submission, workers.sent, item)] = item  # type: ignore[arg-type]
            except BrokenExecutor:
                suspects.append(item)
                break
        if not running:
            return
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            verdict = _verdict(future)
            item = running.pop(future)
            if isinstance(verdict, BrokenExecutor):
                suspects.append(item)
            else:
                yield item, verdict
    suspects.extend(running.values())


def _one_by_one(
    left: list[tuple[SubmittedFile, str]], workers: Workers
) -> Iterator[tuple[SubmittedFile, Graded | Exception]]:
    """Each with a worker to itself, which the next one inherits unless it died.

    Args:
        left: The submissions, each with what is in doubt about it.
        workers: Who grades them.
    """
    broken = 0
    while left:
        with workers.open_executor(1) as executor:
            verdict: Graded | Exception | None = None
            while left and not isinstance(verdict, BrokenExecutor):
                submitted, doubt = left[0]
                try:
                    future = executor.submit(grade_submission, workers.sent, submitted, doubt)  # type: ignore[arg-type]
                except BrokenExecutor as error:
                    # It has not been tried: the worker died before.
                    broken += 1
                    if broken == _STARTS:
                        raise SandboxError(f"no worker process stays alive: {error}") from error
                    break
                del left[0]
                verdict = _verdict(future)
                yield submitted, verdict


def _verdict(future: "Future[Graded]") -> Graded | Exception:
    try:
        return future.result()
    except AutograderError:
        raise
    # An executor or a worker may raise anything: it costs one submission, not the batch.
    except Exception as error:  # noqa: BLE001
        return error
