"""Both levels, on machines that really lack what they lack, as root and as an ordinary user."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.model.verdict import Confinement
from autograder.sandbox.layers import MENDS
from autograder.sandbox.level import REDUCED_SENTENCE
from autograder.sandbox.seccomp import _DENIED, _DENIED_WITHOUT_NAMESPACES
from tests.grading import prepared
from tests.sandbox.machines import PROJECT, USER, on

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

_BOTH = pytest.mark.parametrize(
    "traits",
    [("container",), ("ordinary", "no-namespaces")],
    ids=["root in a container", "ordinary user"],
)
# Runs cells, given on standard input as JSON, and prints what came of them as JSON.
_RUN = """
import json, os, sys
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.model.verdict import Confinement
from autograder.sandbox.sandbox import KernelSandbox

order = json.loads(os.environ["ORDER"])
with KernelSandbox.start(level=Confinement(order["level"]), hidden=[]) as sandbox:
    for cells in order["runs"]:
        run = sandbox.run(Program(tuple(map(Cell, cells))), Limits(**order["limits"]))
        outputs = [["".join(o.get("text", o.get("ename", "")) for o in one)] for one in run.outputs]
        print(json.dumps([outputs, run.problems, run.ended]))
"""
_DENIALS = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
column = 0 if os.uname().machine == "x86_64" else 1
wrong = {{}}
for name, numbers in {calls!r}.items():
    if numbers[column] >= 0:
        failed = libc.syscall(numbers[column], -1, -1, -1, -1, -1, -1)
        if (failed, ctypes.get_errno()) != (-1, errno.EPERM):
            wrong[name] = (failed, ctypes.get_errno())
clone3 = libc.syscall(435, None, 0), ctypes.get_errno()
print(wrong, clone3 == (-1, errno.ENOSYS))
"""
_REACH = """
import os, signal, socket
def refused(call):
    try: call()
    except (OSError, AttributeError) as error: return True
    return False
parent = os.getppid()
tries = [
    lambda: socket.socket(socket.AF_INET),
    lambda: socket.socket(socket.AF_INET6),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
    lambda: socket.socket(socket.AF_UNIX).connect("/run/host.sock"),
    lambda: os.kill(parent, 0),
    lambda: os.kill(1, 0),
    lambda: open("/etc/passwd"),
    lambda: open("/etc/hostname"),
    lambda: os.listdir("/"),
    lambda: os.listdir("/tmp"),
    lambda: os.listdir("/proc"),
    lambda: open(f"/proc/{parent}/cmdline"),
    lambda: open(f"/proc/{parent}/mem"),
    lambda: os.listdir(os.path.dirname(os.getcwd())),
    lambda: open("../left", "w"),
    lambda: open("/tmp/left", "w"),
    lambda: open("/dev/shm/left", "w"),
    lambda: os.chmod(".", 0o777),
    lambda: os.utime("."),
    lambda: os.setxattr(".", "user.x", b""),
    lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
    lambda: os.sched_setaffinity(parent, {0}),
    lambda: os.symlink("/", "../link"),
    lambda: os.rename("../kit", "../other"),
]
print([number for number, call in enumerate(tries) if not refused(call)])
"""
_LITTER = """
import os, signal, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
for _ in range(3): os.fork()
os.setsid() if os.getpgrp() != os.getpid() else None
open("litter", "w").write("me")
print("left", flush=True)
if os.getppid() != 0: time.sleep(0.2)
os.execvp("sleep", ["sleep", "98765"]) if os.getpgrp() == os.getpid() else None
"""


def sandboxed(
    traits: tuple[str, ...], level: Confinement, *runs: list[str], **limits: float
) -> list[list[Any]]:
    """For each run its outputs' texts, its problems, and how it ended."""
    order = json.dumps({"level": level, "runs": runs, "limits": limits})
    done = on(traits, "-c", _RUN, ORDER=order)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def denials(calls: dict[str, tuple[int, int]]) -> str:
    """A cell that makes every one of the calls and prints those that were not denied."""
    return _DENIALS.format(calls=calls)


@_BOTH
def test_the_reduced_level_holds(traits: tuple[str, ...]) -> None:
    """It is true that without namespaces nothing outside is read, written, signalled or reached."""
    calls = _DENIED | _DENIED_WITHOUT_NAMESPACES
    train = "import torch\nprint(torch.nn.Linear(1, 1, bias=False)(torch.zeros(1)).item())"
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('drawn')"
    scratch = "import os\nopen('x', 'w').write('mine')\nprint(os.environ['HOME'] == os.getcwd())"
    (run,) = sandboxed(traits, Confinement.REDUCED, [train, plot, scratch, _REACH, denials(calls)])
    outputs = [text for (text,) in run[0]]
    assert outputs == ["0.0\n", outputs[1], "True\n", "[]\n", "{} True\n"]
    assert "drawn" in outputs[1]
    assert run[1:] == [[], None]


@_BOTH
def test_the_reduced_level_leaves_nothing(traits: tuple[str, ...]) -> None:
    """It is true that what a run started, in whatever session, ends with it; its files as well."""
    look = "import os\nprint(os.listdir('.'), os.listdir('/proc/self/task') != [])"
    litter, after = sandboxed(traits, Confinement.REDUCED, [_LITTER], [look], cell_seconds=3)
    assert litter[0][0][0].startswith("left")
    assert after[0][0] == ["['.ipython'] True\n"]
    assert _sleepers() == []


@_BOTH
def test_the_reduced_level_has_limits(traits: tuple[str, ...]) -> None:
    """It is true that time, memory and files are bounded without namespaces as well."""
    mebibyte = 1 << 20
    endless = ["import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass"]
    heavy = ["import os, time\nfor _ in range(3): os.fork()\nx = bytearray(b'x') * (150 << 20)"]
    heavy[0] += "\ntime.sleep(60)"
    full = [
        "import time\nfor n in range(40): open(str(n), 'wb').write(bytes(4 << 20))\ntime.sleep(60)"
    ]
    runs = sandboxed(
        traits,
        Confinement.REDUCED,
        endless,
        heavy,
        full,
        cell_seconds=6,
        group_bytes=800 * mebibyte,
        scratch_bytes=64 * mebibyte,
    )
    assert [run[2] for run in runs] == ["TIMED_OUT", "OUT_OF_MEMORY", "OUT_OF_MEMORY"]
    assert runs[1][1] == ["the notebook used more than 800 MiB of memory; it was ended"]
    assert runs[2][1] == ["the notebook used more than 64 MiB of files; it was ended"]


def test_every_denied_call_at_the_full_level() -> None:
    """It is true that every call on the list is denied at the full level, as an ordinary user."""
    identity = "import os\nprint(os.getuid() != 0, os.getpid(), os.listdir('/proc')[:0])"
    (run,) = sandboxed(("ordinary",), Confinement.FULL, [denials(_DENIED), identity])
    assert [text for (text,) in run[0]] == ["{} True\n", "True 2 []\n"]


def test_the_walls_as_an_ordinary_user(tmp_path: Path) -> None:
    """It is true that all claims about the walls hold for an operator who is not root as well."""
    tests = ["tests/sandbox/test_walls.py", "tests/sandbox/test_observations.py"]
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = on(("ordinary",), *arguments, HYPOTHESIS_STORAGE_DIRECTORY=str(tmp_path))
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one submission, whose references have been observed."""
    course = prepared.make_course(tmp_path_factory.mktemp("levels") / "course")
    prepared.hand_in(course, "right")
    process = prepared.start(course, "check", "--assignment", prepared.ASSIGNMENT, _handed(course))
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return course


def grade(course: Path, place: Path, *traits: str, arguments: tuple[str, ...] = ()) -> Any:
    """``autograder grade`` in a copy of the course that the machine's user owns."""
    if not place.exists():
        shutil.copytree(course, place)
    owner = USER if "ordinary" in traits else os.getuid()
    for path in (place, *place.rglob("*")):
        os.chown(path, owner, owner)
    program = (
        f"import os; os.chdir({str(place)!r}); from autograder.cli import main; "
        f"raise SystemExit(main(['grade', {prepared.ASSIGNMENT!r}, *{arguments!r}]))"
    )
    return on(traits, "-c", program, AUTOGRADER_SECRET=prepared.SECRET, PYTHONPATH=str(PROJECT))


def results(place: Path) -> Any:
    """The results file."""
    path = place / "workspace/results" / f"{prepared.ASSIGNMENT}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_grading_as_an_ordinary_user(course: Path, place: Path) -> None:
    """It is true that somebody without any privilege grades at the full level."""
    done = grade(course, place, "ordinary")
    assert done.returncode == 0, done.stderr
    (row,) = results(place)["submissions"]
    assert row["score"] == row["max_score"]
    assert results(place)["confinement"] == "full"
    assert REDUCED_SENTENCE not in done.stdout


def test_grading_at_the_reduced_level(course: Path, place: Path) -> None:
    """It is true that it takes the flag, is said in the results, and is never kept as full."""
    refused = grade(course, place, "ordinary", "no-namespaces")
    assert refused.returncode == 3
    assert MENDS["namespaces"] in refused.stderr
    allowed = grade(course, place, "ordinary", "no-namespaces", arguments=("--allow-reduced",))
    assert allowed.returncode == 0, allowed.stderr
    assert REDUCED_SENTENCE in allowed.stdout
    (row,) = results(place)["submissions"]
    assert row["score"] == row["max_score"]
    assert results(place)["confinement"] == "reduced"
    again = grade(course, place, "ordinary", arguments=("--allow-reduced",))
    assert again.returncode == 0, again.stderr
    assert "graded before and kept" not in again.stderr
    assert results(place)["confinement"] == "full"


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a copy of the course may be put, in folders that others may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="levels-"))
    folder.chmod(0o711)
    yield folder / "course"
    shutil.rmtree(folder)


def _handed(course: Path) -> str:
    (path,) = course.glob("workspace/submitted/*/*/*.ipynb")
    return str(path)


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if b"98765" in path.read_bytes() else []
        except OSError:
            continue
    return found
