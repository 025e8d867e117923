"""Both levels, on machines that really lack what they lack, as root and as an ordinary user."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.confinement_level import REDUCED_SENTENCE
from autograder.sandbox.inside.confinement_layers import MENDS
from autograder.sandbox.inside.syscall_table import DENIED, DENIED_WITHOUT_NAMESPACES
from tests.grading import prepared
from tests.sandbox.machines import PROJECT, USER, on
from tests.sandbox.reading import denials

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

MACHINES = {
    "root in a container": ("container",),
    "ordinary user": ("ordinary", "no-namespaces"),
}
# Runs cells, each list with limits of its own, and prints what came of them, as JSON.
_RUN = """
import json, os, sys
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.model.verdict import Confinement
from autograder.sandbox.sandbox import KernelSandbox

with KernelSandbox.start(level=Confinement.REDUCED, hidden=[]) as sandbox:
    for name, (cells, limits) in json.loads(os.environ["ORDER"]).items():
        run = sandbox.run(Program(tuple(map(Cell, cells))), Limits(**limits))
        outputs = ["".join(o.get("text", o.get("ename", "")) for o in one) for one in run.outputs]
        came = {"outputs": outputs, "problems": run.problems, "ended": run.ended}
        print(json.dumps([name, came]))
"""
_REACH = """
import os, signal, socket
def refused(call):
    try: call()
    except (OSError, AttributeError): return True
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
    lambda: open("/proc/cmdline"),
    lambda: open("/proc/keys"),
    lambda: __import__("resource").prlimit(parent, 7),
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


_HEAVY = """
import os, time
for _ in range(3): os.fork()
x = bytearray(b"x") * (150 << 20)
time.sleep(60)
"""
# 5,000 sockets in 13 processes, each of which may have 512 descriptors.
_SOCKETS = """
import os, socket, time
for _ in range(13):
    if os.fork() == 0:
        pairs = [socket.socketpair() for _ in range(200)]
        time.sleep(60)
time.sleep(60)
"""
_FULL = """
import time
for number in range(40): open(str(number), "wb").write(bytes(4 << 20))
time.sleep(60)
"""
_MEBIBYTE = 1 << 20
_TIGHT: dict[str, float] = {
    "cell_seconds": 6,
    "group_bytes": 800 * _MEBIBYTE,
    "scratch_bytes": 64 * _MEBIBYTE,
}
_CELLS = {
    "train": "import torch\nprint(torch.nn.Linear(1, 1, bias=False)(torch.zeros(1)).item())",
    "plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('drawn')",
    "scratch": (
        "import os\nopen('x', 'w').write('mine')\nprint(os.environ['HOME'] == os.getcwd())"
    ),
    "bars": "from tqdm.notebook import tqdm\nlist(tqdm([1]))\nprint('done')",
    "shell": "!echo from a shell; false\nprint(_exit_code)",
    "reach": _REACH,
    "calls": denials(DENIED | DENIED_WITHOUT_NAMESPACES),
}
# One zygote runs them all: name, cells, limits.
_RUNS: dict[str, tuple[list[str], dict[str, float]]] = {
    "holds": (list(_CELLS.values()), {}),
    "litter": ([_LITTER], {"cell_seconds": 3}),
    "after": (["import os\nprint(os.listdir('.'), os.listdir('/proc/self/task') != [])"], {}),
    "endless": (["import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass"], _TIGHT),
    "heavy": ([_HEAVY], _TIGHT),
    "sockets": ([_SOCKETS], _TIGHT),
    "full": ([_FULL], _TIGHT),
}


@pytest.fixture(scope="module", params=[*MACHINES.values()], ids=[*MACHINES])
def runs(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What came of each of the runs at the reduced level, on a machine without namespaces."""
    done = on(request.param, "-c", _RUN, ORDER=json.dumps(_RUNS))
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())


def test_the_reduced_level_holds(runs: dict[str, Any]) -> None:
    """It is true that without namespaces nothing outside is read, written, signalled or reached."""
    outputs = dict(zip(_CELLS, runs["holds"]["outputs"], strict=True))
    assert "drawn" in outputs.pop("plot")
    assert outputs == {
        "train": "0.0\n",
        "scratch": "True\n",
        "bars": "done\n",
        "shell": "from a shell\n1\n",
        "reach": "[]\n",
        "calls": "{} True\n",
    }
    assert (runs["holds"]["problems"], runs["holds"]["ended"]) == ([], None)


def test_the_reduced_level_leaves_nothing(runs: dict[str, Any]) -> None:
    """It is true that what a run started, in whatever session, ends with it; its files as well."""
    assert runs["litter"]["outputs"][0].startswith("left")
    assert runs["after"]["outputs"] == ["[] True\n"]
    assert _sleepers() == []


@pytest.mark.parametrize(
    ("name", "ended", "words"),
    [
        ("endless", "TIMED_OUT", "ran longer than 6 s"),
        ("heavy", "OUT_OF_MEMORY", "the notebook used more than 800 MiB of memory; it was ended"),
        ("sockets", "OUT_OF_MEMORY", "the notebook used more than 800 MiB of memory; it was ended"),
        ("full", "OUT_OF_MEMORY", "the notebook used more than 64 MiB of files; it was ended"),
    ],
)
def test_the_reduced_level_has_limits(
    runs: dict[str, Any], name: str, ended: str, words: str
) -> None:
    """It is true that time, memory and files are bounded without namespaces as well."""
    assert runs[name]["ended"] == ended
    assert any(words in problem for problem in runs[name]["problems"])


def test_root_without_user_namespaces() -> None:
    """It is true that root's forks are held fully without user namespaces, by ids of their own."""
    look = "import os; print(os.getuid() == os.getgid() >= 20_000, os.listdir('/scratch'))"
    program = _RUN.replace("REDUCED", "FULL")
    done = on(
        ("no-user-namespaces-at-all",), "-c", program, ORDER=json.dumps({"look": ([look], {})})
    )
    if os.getuid() != 0:
        assert MENDS["namespaces"] in done.stderr
        return
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[1]["outputs"] == ["True []\n"]


def test_root_of_a_rootless_container() -> None:
    """It is true that 65,536 mapped ids are enough for forks with ids of their own."""
    look = "print(os.getuid(), *open('/proc/self/uid_map').read().split())"
    program = _RUN.replace("REDUCED", "FULL")
    order: dict[str, tuple[list[str], dict[str, object]]] = {"look": ([f"import os\n{look}"], {})}
    done = on(("rootless",), "-c", program, ORDER=json.dumps(order))
    assert done.returncode == 0, done.stderr
    own, inside, outside, count = json.loads(done.stdout)[1]["outputs"][0].split()
    assert (own, inside, count) == ("1000", "1000", "1")
    assert int(outside) in (range(20_000, 60_000) if os.getuid() == 0 else {os.getuid()})


def test_the_walls_as_an_ordinary_user(tmp_path: Path) -> None:
    """It is true that all claims about the walls hold for an operator who is not root as well."""
    observed = ("test_function_is_observed", "test_death_while_observed")
    files = ("test_walls.py", *(f"test_observations.py::{name}" for name in observed))
    tests = [f"tests/sandbox/{name}" for name in files]
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = on(("ordinary",), *arguments, HYPOTHESIS_STORAGE_DIRECTORY=str(tmp_path))
    assert done.returncode == 0, done.stdout


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one submission, on the assignment whose references are observed soonest."""
    monkeypatch.setattr(prepared, "ASSIGNMENT", "autograd")
    course = prepared.make_course(tmp_path / "course")
    prepared.hand_in(course, "right")
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
    """It is true that the full level needs no privilege, and the reduced one the flag.

    The results say so, and what was graded at the reduced level is not kept at the full one.
    """
    refused = grade(course, place, "ordinary", "no-namespaces")
    assert refused.returncode == 3
    assert MENDS["namespaces"] in refused.stderr
    allowed = grade(course, place, "ordinary", "no-namespaces", arguments=("--allow-reduced",))
    assert allowed.returncode == 0, allowed.stderr
    assert REDUCED_SENTENCE in allowed.stdout
    (row,) = results(place)["submissions"]
    assert row["score"] == row["max_score"]
    assert results(place)["confinement"] == "reduced"
    again = grade(course, place, "ordinary")
    assert again.returncode == 0, again.stderr
    assert "graded before and kept" not in again.stderr
    assert REDUCED_SENTENCE not in again.stdout
    (row,) = results(place)["submissions"]
    assert row["score"] == row["max_score"]
    assert results(place)["confinement"] == "full"


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a copy of the course may be put, in folders that others may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="levels-"))
    folder.chmod(0o711)
    yield folder / "course"
    shutil.rmtree(folder)


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if b"98765" in path.read_bytes() else []
        except OSError:
            continue
    return found
