"""Grading on a Dask cluster, with a stand-in for Dask: it is not among our dependencies."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from autograder.course.workspace import SubmittedFile
from autograder.errors import UsageError
from autograder.grading.cluster import cluster_workers, connect
from autograder.grading.executors import grade_all
from autograder.grading.worker import Graded, WorkerSetup
from tests.grading.fakes import answered


class Client:
    """As much of ``distributed.Client`` as is used: threads of this process for workers."""

    closed = 0

    def __init__(self, address: str, timeout: float) -> None:
        if address == "tcp://nobody:1":
            raise OSError(f"Timed out trying to connect after {timeout} s")

    def scheduler_info(self) -> dict[str, Any]:
        """Three workers."""
        return {"workers": {"a": {}, "b": {}, "c": {}}}

    def scatter(self, data: Any, *, broadcast: bool) -> Any:
        """Dask hands a task what a future stands for; threads share it."""
        assert broadcast
        return data

    def get_executor(self, **_options: object) -> Executor:
        """An executor of some threads."""
        return ThreadPoolExecutor(3)

    def close(self) -> None:
        """Count it."""
        Client.closed += 1


@pytest.fixture(autouse=True)
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let ``distributed`` be the stand-in."""
    module = ModuleType("distributed")
    module.Client = Client  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "distributed", module)
    yield
    Client.closed = 0


def test_a_cluster_is_an_executor(worker_setup: WorkerSetup) -> None:
    """submissions are graded by its workers, to which the setup was sent."""
    batch = [SubmittedFile(f"s{n}", json.dumps(answered()).encode()) for n in range(5)]
    with connect("tcp://there:8786") as client:
        workers = cluster_workers(client, worker_setup)
        assert workers.jobs == 3
        verdicts = [v for _, v in grade_all(batch, workers)]
    assert Client.closed == 1
    assert [isinstance(v, Graded) and v.result.score for v in verdicts] == [10.0] * 5


def test_a_scheduler_that_does_not_answer_is_told() -> None:
    """with its address and what to do."""
    with (
        pytest.raises(
            UsageError, match=r"No Dask scheduler answers at tcp://nobody:1.*dask scheduler"
        ),
        connect("tcp://nobody:1"),
    ):
        pass
