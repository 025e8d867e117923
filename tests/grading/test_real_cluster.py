"""Grading on a real Dask cluster on loopback."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with one worker process."""
    answer = tmp_path / "scheduler.json"
    place = ["--scheduler-file", str(answer)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    work = [BIN / "dask", "worker", "--nworkers", "1", "--nthreads", "1", "--no-dashboard"]
    work += ["--host", "127.0.0.1", "--local-directory", str(tmp_path / "dask")]
    with (
        subprocess.Popen([*start, *place], **quiet) as first,  # type: ignore[call-overload]
        subprocess.Popen([*work, *place], **quiet) as second,  # type: ignore[call-overload]
    ):
        # The worker waits for the file as well: it is whole once a worker could be started.
        while not answer.exists():
            assert first.poll() is None, "the scheduler ended"
        while not (text := answer.read_text("utf-8")).endswith("}"):
            assert first.poll() is None, "the scheduler ended"
        yield json.loads(text)["address"]
        second.terminate()
        first.terminate()


def _grade(workspace: Path, *options: str) -> str:
    notebook = (PROJECT / "assignments/autograd/autograd.ipynb").read_bytes()
    for student, content in (("s001", notebook), ("s002", b"no notebook")):
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
    here = _grade(tmp_path / "here")
    there = _grade(tmp_path / "there", "--scheduler", scheduler)
    assert there == here
    assert [row["score"] for row in json.loads(here)["submissions"]] == [10.0, 0.0]
