"""A run that was killed leaves no process, and its folder goes with the next run."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.model.limits import Limits
from autograder.sandbox.launch import ZygoteProcess
from autograder.sandbox.leftovers import LOCK_NAME, OwnFolder, remove_leftovers, remove_tree
from autograder.sandbox.process_tree import descendants
from tests.sandbox.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
_GRADE_FOR_EVER = """
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.sandbox.sandbox import KernelSandbox
with KernelSandbox.start() as sandbox:
    print("ready", flush=True)
    stubborn = '''
import os, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
for _ in range(3):
    os.fork()
os.setsid()
while True: pass
'''
    sandbox.run(Program((Cell(stubborn),)), Limits())
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of this test and of what it starts."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.mark.kernel
@pytest.mark.slow
def test_a_killed_driver(temporary: Path, kit: Path) -> None:
    """It is true that after SIGKILL nothing runs on, and the next start removes the folder."""
    with (
        OwnFolder() as living,
        subprocess.Popen(
            [sys.executable, "-c", _GRADE_FOR_EVER], cwd=PROJECT, stdout=subprocess.PIPE
        ) as driver,
    ):
        assert driver.stdout is not None
        assert driver.stdout.readline() == b"ready\n"
        # The bootstrap, the zygote, a kernel's two first processes, and seven that it started.
        wait_until(lambda: len(set(descendants(driver.pid))) >= 1 + 2 + 2 + 7)
        family = set(descendants(driver.pid)) - {driver.pid}
        driver.kill()
        driver.wait()
        wait_until(lambda: not any(_runs(pid) for pid in family))
        assert len(list(temporary.iterdir())) == 2
        # A rehearsal starts as any run does, and need not warm up.
        with ZygoteProcess.begin(kit=kit, hidden=[], limits=Limits(), is_rehearsal=True) as second:
            second.await_ready()
            own = Path(second.address).parent
            assert sorted(temporary.iterdir()) == sorted([living.path, own])
    assert list(temporary.iterdir()) == []


def test_living_folders_are_kept(temporary: Path) -> None:
    """It is true that a folder whose owner lives is kept, and one whose lock is free is not."""
    dead = temporary / "ag-dead"
    dead.mkdir()
    (dead / LOCK_NAME).touch()
    for name in ("ag-new", "elsewhere"):
        (temporary / name).mkdir()
    (temporary / "ag-link").symlink_to(temporary / "elsewhere")
    (temporary / "ag-file").touch()
    with OwnFolder() as own:
        assert remove_leftovers() == [dead]
        assert own.path.is_dir()
    kept = {"ag-new", "elsewhere", "ag-link", "ag-file"}
    assert {path.name for path in temporary.iterdir()} == kept


def test_old_folders_without_a_lock(temporary: Path) -> None:
    """It is true that a folder that nobody locked within an hour was abandoned."""
    old = temporary / "ag-old"
    old.mkdir()
    os.utime(old, (0, 0))
    assert remove_leftovers() == [old]
    assert not old.exists()


def test_a_folder_that_cannot_be_locked(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a folder which could not be locked is not left behind."""

    def refuse(*_arguments: object) -> None:
        raise OSError

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(OSError):  # noqa: PT011 - it has no text
        OwnFolder()
    assert list(temporary.iterdir()) == []


def test_deep_folders(temporary: Path) -> None:
    """It is true that a folder nested deeper than Python recurses is removed all the same."""
    top = temporary / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove_tree(top)
    assert not top.exists()


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
