"""The one door to Dask: grading on a cluster, with ``--scheduler``. In the operator's process.

Each worker of the cluster starts a zygote of its own with its first submission, so it needs this
package installed and a machine that can confine. Workers run one submission at a time: start them
with ``dask worker --nworkers=auto --nthreads=1``.
"""

import importlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from autograder.errors import UsageError
from autograder.grading.executors import Workers
from autograder.grading.worker import WorkerSetup

CONNECT_SECONDS = 10


@contextmanager
def connect(address: str) -> Iterator[Any]:
    """Connect to the scheduler at ``address``; the connection is a ``distributed.Client``.

    Raises:
        UsageError: Dask is not installed, or nothing answers there.
    """
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "--scheduler needs the package `distributed`, which is not installed; "
            "run `.venv/bin/pip install -e '.[cluster]'` in the project's folder, or leave "
            "--scheduler out to grade here."
        ) from error
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at {address} within {CONNECT_SECONDS} s; "
            "start one with `dask scheduler`, or leave --scheduler out."
        ) from error
    try:
        yield client
    finally:
        client.close()


def cluster_workers(client: Any, worker_setup: WorkerSetup) -> Workers:
    """The workers that the cluster has now; the setup is sent to each of them once."""

    @contextmanager
    def executor(_jobs: int) -> Iterator[Executor]:
        # How many workers it has is the cluster's own affair.
        yield client.get_executor(pure=False)

    jobs = max(1, len(client.scheduler_info()["workers"]))
    sent: object = client.scatter(worker_setup, broadcast=True)
    return Workers(worker_setup, executor, jobs, sent)
