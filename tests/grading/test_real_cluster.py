"""Grading on a real Dask cluster on loopback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.model.limits import Limits
from tests.sandbox.processes import children, descendants
from tests.sandbox.waiting import wait_until

PROJECT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NOTEBOOK = PROJECT / "assignments/autograd/autograd.ipynb"
ONE_OF_EACH = {"s001": NOTEBOOK.read_bytes(), "s002": b"no notebook"}
# Has so many processes, or all that it may have, until somebody ends them.
CROWD = """
import os, signal
for _ in range({}):
    try: child = os.fork()
    except OSError: break
    if not child: signal.pause()
while True:
    try: os.wait()
    except ChildProcessError: break
"""
SMALL, MANY = 20, 0.75 * Limits().processes


@pytest.fixture
def scheduler(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a scheduler with one worker process, or as many as are asked for."""
    workers = getattr(request, "param", "1")
    answer = tmp_path / "scheduler.json"
    place = ["--scheduler-file", str(answer)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    work = [BIN / "dask", "worker", "--nworkers", workers, "--nthreads", "1", "--no-dashboard"]
    work += ["--host", "127.0.0.1", "--local-directory", str(tmp_path / "dask")]
    with (
        subprocess.Popen([*start, *place], **quiet) as first,  # type: ignore[call-overload]
        subprocess.Popen([*work, *place], **quiet) as second,  # type: ignore[call-overload]
    ):
        # The worker waits for the file as well: it is whole once a worker could be started.
        wait_until(
            lambda: (
                first.poll() is not None
                or (answer.exists() and answer.read_text("utf-8").endswith("}"))
            )
        )
        assert first.poll() is None, "the scheduler ended"
        yield json.loads(answer.read_text("utf-8"))["address"]
        second.terminate()
        first.terminate()


def _grade(workspace: Path, handed: Mapping[str, bytes], *options: str) -> str:
    for student, content in handed.items():
        place = workspace / "submitted" / student / "autograd"
        place.mkdir(parents=True)
        (place / "autograd.ipynb").write_bytes(content)
    command = [str(BIN / "autograder"), "grade", "autograd", "--workspace", str(workspace)]
    environment = {**os.environ, "AUTOGRADER_SECRET": "a secret of the tests"}
    done = subprocess.run(
        [*command, "--json", "-", *options],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.kernel
@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(tmp_path: Path, scheduler: str) -> None:
    """It is true that results do not depend on where they were made."""
    here = _grade(tmp_path / "here", ONE_OF_EACH)
    there = _grade(tmp_path / "there", ONE_OF_EACH, "--scheduler", scheduler)
    assert there == here
    assert [row["score"] for row in json.loads(here)["submissions"]] == [10.0, 0.0]


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("scheduler", ["2"], indirect=True)
def test_two_workers_on_one_machine(tmp_path: Path, scheduler: str) -> None:
    """It is true that a fork bomb in one worker costs right submissions in the other nothing."""
    right = [f"s{number:03}" for number in range(10)]
    # The gate holds its worker until the other one has all its processes.
    handed = {"bomb": _crowd(1000), "gate": _crowd(SMALL)}
    handed |= dict.fromkeys(right, NOTEBOOK.read_bytes())
    journal = tmp_path / "workspace/results/autograd.journal.jsonl"
    with ThreadPoolExecutor(1) as pool:
        grading = pool.submit(_grade, tmp_path / "workspace", handed, "--scheduler", scheduler)
        try:
            _wait(grading, lambda: [len(one) > MANY for one in _crowds()] == [False, True])
            assert not journal.exists() or not journal.read_bytes()
            _end(_crowds()[0])
            # One or two may wait for the bomb's worker.
            _wait(grading, lambda: journal.exists() and journal.read_bytes().count(b"\n") > 6)
            (bomb,) = _crowds()
            assert len(bomb) > MANY
        finally:
            while not grading.done():
                _end(*_crowds())
    scores = {row["student"]: row["score"] for row in json.loads(grading.result())["submissions"]}
    assert scores.pop("bomb") < 10.0
    assert scores.pop("gate") < 10.0
    assert scores == dict.fromkeys(right, 10.0)


def _wait(grading: "Future[str]", is_so: Callable[[], bool]) -> None:
    """Until it is so, which it is before all is graded."""
    while not is_so():
        assert not wait([grading], timeout=0.1).done, "it never came to be"


def _crowds() -> list[list[int]]:
    """The processes that each crowd has at this moment; the smallest one first."""
    found = map(children, descendants(os.getpid()))
    return sorted((one for one in found if len(one) >= SMALL), key=len)


def _end(*crowds: list[int]) -> None:
    for pid in (pid for crowd in crowds for pid in crowd):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _crowd(count: int) -> bytes:
    """The notebook with so many processes in place of its first solution."""
    document = json.loads(NOTEBOOK.read_bytes())
    solution = next(
        cell
        for cell in document["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("-solution")
    )
    solution["source"] = CROWD.format(count)
    return json.dumps(document).encode()
