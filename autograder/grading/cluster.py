"""The one door to Dask: grading on a cluster, with ``--scheduler``. In the operator's process.

Each worker of the cluster starts a zygote of its own with its first submission, so it needs this
package installed and a machine that can confine. Workers run one submission at a time: start them
with ``dask worker --nworkers=auto --nthreads=1``.
"""

import atexit
import importlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograder.errors import UsageError
from autograder.grading.worker import Equipment, WorkerSetup
from autograder.judge.assignment import Assignment
from autograder.judge.reference import References
from autograder.model.verdict import Confinement

CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class OwnZygote:
    """Equips a worker that shares no machine with the operator's process."""

    assignment: Assignment
    references: References
    confinement: Confinement

    def __call__(self) -> Equipment:
        """Start a zygote that lives as long as the worker."""
        from autograder.judge.judge import Judge
        from autograder.sandbox.sandbox import KernelSandbox

        sandbox = KernelSandbox.start(level=self.confinement)
        atexit.register(sandbox.close)
        return Equipment(sandbox, Judge(self.assignment, self.references))


class Cluster:
    """A connection to a Dask scheduler."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def workers(self) -> int:
        """How many workers there are now; at least 1."""
        return max(1, len(self._client.scheduler_info()["workers"]))

    def equipment(
        self, assignment: Assignment, references: References, confinement: Confinement
    ) -> OwnZygote:
        """What equips a worker of the cluster."""
        return OwnZygote(assignment, references, confinement)

    def send(self, worker_setup: WorkerSetup) -> object:
        """Send the setup to every worker once; returns the reference that a task carries."""
        sent: object = self._client.scatter(worker_setup, broadcast=True)
        return sent

    @contextmanager
    def executor(self, jobs: int) -> Iterator[Executor]:  # noqa: ARG002
        """The cluster as an executor; how many workers it has is the cluster's own affair."""
        yield self._client.get_executor(pure=False)


@contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """Connect to the scheduler at ``address``.

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
        yield Cluster(client)
    finally:
        client.close()
