"""Grading on a real Dask cluster on loopback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.sandbox.waiting import wait_until

PROJECT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NOTEBOOK = PROJECT / "assignments/autograd/autograd.ipynb"
ONE_OF_EACH = {"s001": NOTEBOOK.read_bytes(), "s002": b"no notebook"}
# Has all the processes that it may have, for as long as it takes the other worker to grade some.
FORK_BOMB = """
import os, time
end = time.monotonic() + 8
while time.monotonic() < end:
    try: os.fork()
    except OSError: time.sleep(0.05)
"""


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
    handed = {"bomb": _bomb(), **dict.fromkeys(right, NOTEBOOK.read_bytes())}
    told = _grade(tmp_path / "workspace", handed, "--scheduler", scheduler)
    scores = {row["student"]: row["score"] for row in json.loads(told)["submissions"]}
    assert scores.pop("bomb") < 10.0
    assert scores == dict.fromkeys(right, 10.0)


def _bomb() -> bytes:
    """The notebook with a fork bomb in place of its first solution."""
    document = json.loads(NOTEBOOK.read_bytes())
    solution = next(
        cell
        for cell in document["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("-solution")
    )
    solution["source"] = FORK_BOMB
    return json.dumps(document).encode()
