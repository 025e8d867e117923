"""Each run has user ids that no other living run, and no process of a killed one, has."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from autograder.sandbox.inside import user_ids
from autograder.sandbox.inside.user_ids import SLOTS, take_user_ids
from tests.sandbox.machines import PROJECT

FIRST = 2_100_000_000
# Takes the only block, leaves a process with one of its ids, and is killed.
_KILLED_RUN = """
import os, signal, sys
from autograder.sandbox.inside import user_ids
user_ids._FREE_IDS = range(int(sys.argv[1]), int(sys.argv[1]) + user_ids.SLOTS)
user_ids._used_ids = set
first, held = user_ids.take_user_ids()
ready, done = os.pipe()
if os.fork() == 0:
    if os.getuid() == 0: os.setresuid(first + 3, first + 3, first + 3)
    os.write(done, b"x")
    signal.pause()
os.read(ready, 1)
print("taken", flush=True)
signal.pause()
"""


@contextmanager
def killed_run(first: int) -> Iterator[None]:
    """What such a run leaves, until it is ended."""
    run = subprocess.Popen(
        [sys.executable, "-c", _KILLED_RUN, str(first)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == b"taken\n"
            run.kill()
            run.wait()
            yield
        finally:
            os.killpg(run.pid, signal.SIGKILL)


def test_two_runs_never_share_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that ids are taken once, given back, and refused when there are no more."""
    monkeypatch.setattr(user_ids, "_FREE_IDS", range(FIRST, FIRST + 2 * SLOTS))
    one, held = take_user_ids()
    other, held_too = take_user_ids()
    assert {one, other} == {FIRST, FIRST + SLOTS}
    with pytest.raises(ValueError, match="are mapped and free"):
        take_user_ids()
    held.close()
    again, held = take_user_ids()
    assert again == one
    for lock in (held, held_too):
        lock.close()


@pytest.mark.kernel
def test_ids_of_a_killed_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a killed run's ids are not given to another while it has processes."""
    # Where we are not root, its process has the id that we have ourselves.
    first = FIRST if os.getuid() == 0 else os.getuid() - 3
    monkeypatch.setattr(user_ids, "_FREE_IDS", range(first, first + SLOTS))
    with killed_run(first), pytest.raises(ValueError, match="mapped and free"):
        take_user_ids()
