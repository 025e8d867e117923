"""What all processes of a submission use together is weighed, and too much ends it."""

import mmap
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import ConfinementError
from autograder.model.limits import MEBIBYTE, Limits
from autograder.model.verdict import Outcome
from autograder.sandbox import process_tree
from autograder.sandbox.cgroups import ControlGroup
from autograder.sandbox.process_tree import ProcessTree, descendants, process_id
from tests.sandbox.conftest import Execute
from tests.sandbox.reading import printed

LIMITS = Limits(group_bytes=700 * MEBIBYTE, scratch_bytes=500 * MEBIBYTE, cell_seconds=15)
SENTENCE = "the notebook used more than 700 MiB of memory; it was ended"
# Each stays within what one process, or one file, may have.
BOMBS = {
    "private": """
import os, time
for _ in range(12):
    if os.fork() == 0:
        hog = bytearray(b"x") * (150 << 20)
        time.sleep(60)
time.sleep(60)
""",
    "shared": """
import mmap, time
hogs = []
for _ in range(8):
    hogs.append(mmap.mmap(-1, 150 << 20))
    for page in range(0, 150 << 20, 4096): hogs[-1][page] = 1
time.sleep(60)
""",
    "tmpfs": """
import time
for folder in ("/tmp", "/dev/shm"):
    for name in range(8):
        with open(f"{folder}/{name}", "wb") as file: file.write(bytes(60 << 20))
time.sleep(60)
""",
    "sockets": """
import os, socket, time
for _ in range(40):
    if os.fork() == 0:
        pairs = [socket.socketpair() for _ in range(200)]
        time.sleep(60)
time.sleep(60)
""",
}


@pytest.fixture
def heavy() -> Iterator[int]:
    """A child that holds 64 MiB of private and 32 MiB of shared memory; its pidfd."""
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        private, shared = bytearray(b"x") * (64 * MEBIBYTE), mmap.mmap(-1, 32 * MEBIBYTE)
        for place in range(0, 32 * MEBIBYTE, 4096):
            shared[place] = 1
        os.write(done, private[:1])
        signal.pause()
    os.read(ready, 1)
    pidfd = os.pidfd_open(child)
    yield pidfd
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for descriptor in (pidfd, ready, done):
        os.close(descriptor)


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_of_many_parts_are_ended(execute: Execute, bomb: str) -> None:
    """It is true that memory is counted over all processes and files, and its excess is named."""
    run = execute("print('before')", bomb, "print('never')", limits=LIMITS)
    assert (run.ended, run.problems) == (Outcome.OUT_OF_MEMORY, (SENTENCE,))
    assert printed(run, 0) == "before\n"


@pytest.mark.kernel
def test_a_class_worth_of_workers_is_no_bomb(execute: Execute) -> None:
    """It is true that pages which forks share with their parent count once."""
    share = """
import os, time
weights = bytearray(b"x") * (200 << 20)
children = []
for _ in range(6):
    child = os.fork()
    if child == 0:
        time.sleep(0.5); os._exit(0)
    children.append(child)
for child in children: os.waitpid(child, 0)
print("done")
"""
    run = execute(share, limits=LIMITS)
    assert (printed(run), run.ended) == ("done\n", None)


def test_weight(heavy: int) -> None:
    """It is true that private and shared memory weigh, and files that are mapped do not."""
    one = ProcessTree(heavy, folder="/nowhere")
    assert one.may_exceed(90 * MEBIBYTE)
    assert one.exceeds(90 * MEBIBYTE)
    assert not one.exceeds(1024 * MEBIBYTE)


def test_sockets_of_several_processes() -> None:
    """It is true that an open socket counts once, however many descriptors lead to it."""
    before = process_tree._sockets([os.getpid()])
    with socket.socket(socket.AF_UNIX) as one, one.dup():
        child = os.fork()
        if child == 0:
            signal.pause()
        after = process_tree._sockets([child, os.getpid(), child])
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert len(after - before) == 1


def test_gone(heavy: int) -> None:
    """It is true that a process that has ended, or is none, weighs nothing."""
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    pidfd = os.pidfd_open(gone)
    os.waitpid(gone, 0)
    assert process_id(pidfd) == -1
    assert not ProcessTree(pidfd, folder="/nowhere").may_exceed(0)
    assert process_id(heavy) in set(descendants(os.getpid()))
    os.close(pidfd)


def test_folder_on_disk(heavy: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that bytes, files and depth of a folder on disk have a limit."""
    one = ProcessTree(heavy, folder=str(tmp_path))
    (tmp_path / "small").write_bytes(bytes(8192))
    (tmp_path / "link").symlink_to("/usr")
    assert not one.fills_folder_beyond(MEBIBYTE)
    assert one.fills_folder_beyond(4096)
    monkeypatch.setattr(process_tree, "_MOST_FILES", 1)
    assert one.fills_folder_beyond(MEBIBYTE)
    monkeypatch.undo()
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        deep = os.open(place, os.O_RDONLY)
        for _ in range(50):
            os.mkdir("d" * 200, dir_fd=deep)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=deep)
            os.close(deep)
            deep = below
        os.close(deep)
        assert one.fills_folder_beyond(MEBIBYTE)


def test_no_watching(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a machine where children cannot be told is refused, by name."""
    monkeypatch.setattr(
        process_tree, "proc_text", lambda path: Path(path, "none").read_text(encoding="ascii")
    )
    with pytest.raises(ConfinementError, match=r"memory watch failed .*CONFIG_PROC_CHILDREN"):
        process_tree.require_watching()


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which each new folder has the files that a control group has."""
    make = tempfile.mkdtemp

    def mkdtemp(**options: object) -> str:
        folder = make(**options)  # type: ignore[call-overload]
        for name in ("cgroup.procs", "memory.max", "pids.max", "memory.oom.group"):
            Path(folder, name).touch()
        Path(folder, "memory.events").write_text("low 0\nmax 3\noom_kill 0\n", encoding="ascii")
        return str(folder)

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    return tmp_path


def test_control_group(hierarchy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a control group gets its limits, tells of a kill, and is removed."""
    made = ControlGroup.make(Limits(group_bytes=5 * MEBIBYTE, processes=7), hierarchy)
    assert made is not None
    (folder,) = hierarchy.iterdir()
    kept = {name: (folder / name).read_text() for name in ("memory.max", "pids.max")}
    assert kept == {"memory.max": str(5 * MEBIBYTE), "pids.max": "7"}
    assert not made.ran_out()
    (folder / "memory.events").write_text("oom 1\noom_kill 2\n", encoding="ascii")
    assert made.ran_out()
    removed: list[Path] = []

    def remove(folder: Path) -> None:
        removed.append(folder)

    monkeypatch.setattr(Path, "rmdir", remove)
    made.close()
    assert removed == [folder]


def test_no_control_group(tmp_path: Path) -> None:
    """It is true that where no control group can be made there is none, and no error."""
    assert ControlGroup.make(Limits(), tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert ControlGroup.make(Limits(), tmp_path / "missing") is None


@pytest.mark.parametrize(
    ("pressure", "is_short"),
    [
        ("some avg10=87.50 avg60=3.00 avg300=0.20 total=1\n", True),
        ("some avg10=0.00 avg60=90.00 avg300=0.20 total=1\n", False),
    ],
)
def test_whether_processors_are_short(
    pressure: str, monkeypatch: pytest.MonkeyPatch, *, is_short: bool
) -> None:
    """It is true that the kernel's own measure of the last ten seconds decides."""
    monkeypatch.setattr(process_tree, "proc_text", lambda _path: pressure)
    assert process_tree.processors_are_short() is is_short


@pytest.mark.parametrize(("load", "is_short"), [(0.0, False), (1000.0, True)])
def test_whether_processors_are_short_on_an_old_machine(
    load: float, monkeypatch: pytest.MonkeyPatch, *, is_short: bool
) -> None:
    """It is true that without that measure the load average decides."""
    monkeypatch.setattr(
        process_tree, "proc_text", lambda path: Path(f"{path}/not here").read_text()
    )
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert process_tree.processors_are_short() is is_short
