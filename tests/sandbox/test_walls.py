"""What student code cannot reach, see or leave behind."""

import json
import os
import resource
import time
from pathlib import Path

import pytest

import autograder
from autograder.model.limits import Limits
from autograder.sandbox.inside.privileges import STUDENT_ID
from autograder.sandbox.inside.syscall_table import DENIED
from autograder.sandbox.process_tree import queue_bytes
from tests.sandbox.conftest import Execute
from tests.sandbox.reading import denials, printed, raised

pytestmark = pytest.mark.kernel

PROJECT = Path(autograder.__file__).resolve().parents[1]


def test_files_outside_are_invisible(execute: Execute, workspace: Path) -> None:
    """It is true that no file of the project, the workspace or the operator's home is there."""
    names = [PROJECT / "pyproject.toml", PROJECT / "autograder", workspace, Path.home() / ".bashrc"]
    names += [Path("/etc/shadow"), Path("/var/log"), Path("/boot"), Path("/sys/kernel")]
    look = f"import os\nprint([p for p in {[str(name) for name in names]!r} if os.path.exists(p)])"
    assert printed(execute(look)) == "[]\n"


def test_answers_are_invisible(execute: Execute) -> None:
    """It is true that the package students can import has no answer and no judge in it."""
    look = """
import autograder, os
root = os.path.dirname(autograder.__file__)
print(sorted(os.path.relpath(os.path.join(f, n), root) for f, _, ns in os.walk(root) for n in ns))
"""
    files = printed(execute(look))
    assert "probe/session.py" in files
    for secret in ("hidden", "accepted", "misconceptions", "judge/", "'grading/"):
        assert secret not in files


def test_installed_copies_are_masked(execute: Execute) -> None:
    """It is true that no other copy of our packages can be imported."""
    run = execute(
        "import autograder.judge", "import release", "from importlib.metadata import files, version"
    )
    assert [raised(run, cell) for cell in (0, 1)] == ["ModuleNotFoundError"] * 2


def test_environment_is_clean(execute: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that no variable of ours is seen, in the process or in /proc."""
    monkeypatch.setenv("COURSE_SECRET", "s3cret")
    look = "import os\nprint(dict(os.environ), open('/proc/self/environ').read())"
    shown = printed(execute(look))
    assert "s3cret" not in shown
    assert "HOME" in shown


def test_identity(execute: Execute) -> None:
    """It is true that student code has no privilege and cannot get one."""
    look = """
import json, os, subprocess
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
print(json.dumps({"ids": [*os.getresuid(), *os.getresgid(), *os.getgroups()], **status}))
"""
    seen = json.loads(printed(execute(look)))
    # The same for every fork: what a notebook prints does not depend on where it ran.
    assert set(seen["ids"]) == {STUDENT_ID}
    assert int(seen["CapEff"], 16) == int(seen["CapBnd"], 16) == 0
    assert (seen["NoNewPrivs"], seen["Seccomp"]) == ("1", "2")


def test_the_ids_are_its_own(execute: Execute) -> None:
    """It is true that a fork has one id in a user namespace of its own, and cannot get another."""
    look = """
import os
for name in ("uid_map", "gid_map", "projid_map", "setgroups"):
    try: open(f"/proc/self/{name}", "w").write("0 0 1")
    except PermissionError: pass
    else: print("written", name)
for number in (0, 1, 65534):
    for call in (os.setuid, os.setgid, os.seteuid):
        try: call(number)
        except OSError: continue
        print("became", number)
print(*[len(open(f"/proc/self/{name}").readlines()) for name in ("uid_map", "gid_map")])
print(os.readlink("/proc/self/ns/user"))
"""
    maps, world = printed(execute(look)).splitlines()
    assert maps == "1 1"
    assert world not in {str(Path("/proc/self/ns/user").readlink()), printed(execute(look))}


def test_what_linux_counts_is_bounded(execute: Execute) -> None:
    """It is true that locked memory, queued signals and queues are bounded for each fork."""
    look = """
import resource
for name in ("MEMLOCK", "SIGPENDING", "MSGQUEUE", "NPROC"):
    print(name, *resource.getrlimit(getattr(resource, f"RLIMIT_{name}")))
"""
    seen = printed(execute(look, limits=Limits(processes=50))).splitlines()
    assert seen == ["MEMLOCK 65536 65536", "SIGPENDING 1024 1024", "MSGQUEUE 0 0", "NPROC 50 50"]


def test_the_memory_killer_takes_it_first(execute: Execute) -> None:
    """It is true that a fork is what the machine ends first, and that it cannot change that."""
    look = """
try: open("/proc/self/oom_score_adj", "w").write("0")
except PermissionError: print(open("/proc/self/oom_score_adj").read())
"""
    assert printed(execute(look)).strip() == "1000"


def test_no_network(execute: Execute) -> None:
    """It is true that nothing outside can be reached, over any family of sockets."""
    tries = [
        "socket.create_connection(('192.0.2.1', 80), 2)",
        "socket.create_connection(('2001:db8::1', 80), 2)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket(socket.AF_VSOCK)",
        "socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)",
        "socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 262)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)",
    ]
    run = execute(*(f"import socket\n{one}" for one in tries))
    got_through = {
        one: raised(run, cell)
        for cell, one in enumerate(tries)
        if raised(run, cell) not in {"OSError", "PermissionError", "gaierror"}
    }
    assert got_through == {}


def test_own_loopback(execute: Execute) -> None:
    """It is true that a notebook can talk to itself, as DataLoader workers and gloo do."""
    run = execute(
        """
import socket, torch
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
data = torch.utils.data.TensorDataset(torch.arange(6.0))
loader = torch.utils.data.DataLoader(data, batch_size=2, num_workers=1)
print([batch[0].tolist() for batch in loader])
"""
    )
    assert printed(run) == "[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]\n"


def test_the_work_of_a_notebook(execute: Execute) -> None:
    """It is true that what courses of machine learning do with processes and sockets works."""
    run = execute(
        "!echo $((6 * 7)) | tee shell",
        """
import socket, torch, torch.distributed as distributed, torch.multiprocessing as processes
one, other = socket.socketpair()
one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

def reduce(rank, done):
    distributed.init_process_group("gloo", "file:///tmp/store", rank=rank, world_size=2)
    total = torch.full((100_000,), rank + 1.0)
    distributed.all_reduce(total)
    done.put(total.mean().item())
    distributed.destroy_process_group()

context = processes.get_context("fork")
done = context.Queue()
both = [context.Process(target=reduce, args=(rank, done)) for rank in range(2)]
for process in both: process.start()
print([done.get() for _ in both])
""",
        limits=Limits(cell_seconds=60),
    )
    assert printed(run, 0).strip() == "42"
    assert printed(run) == "[3.0, 3.0]\n"


def test_no_writing_outside(execute: Execute) -> None:
    """It is true that nothing outside the scratch folders can be written."""
    places = ["/etc/passwd", "/usr/lib/x", "/opt/kit/autograder/x.py", "/x", "/dev/x", "/srv/x"]
    run = execute(*(f"open({place!r}, 'w')" for place in places))
    ends = {raised(run, cell) for cell in range(len(places))}
    assert ends <= {"OSError", "PermissionError", "FileNotFoundError"}


def test_no_dangerous_calls(execute: Execute) -> None:
    """It is true that every system call which widens what student code can do is refused."""
    root = "import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.setuid(0), libc.setgid(0))"
    run = execute(denials(DENIED), root)
    assert printed(run, 0) == "{} True\n"
    assert printed(run) == "-1 -1\n"


def test_no_program_of_the_machine(execute: Execute) -> None:
    """It is true that a crash dumps nothing, starts nothing, and that no limit can change it."""
    look = """
import os, resource, signal
for change in (resource.setrlimit, lambda *words: resource.prlimit(0, *words)):
    for limit in (0, 1, -1):
        try: change(resource.RLIMIT_CORE, (limit, limit)); print("changed", limit)
        except (OSError, ValueError): pass
child = os.fork()
if child == 0: os.kill(os.getpid(), signal.SIGSEGV)
_, status = os.waitpid(child, 0)
print(resource.getrlimit(resource.RLIMIT_CORE), os.WCOREDUMP(status), os.listdir("."))
"""
    # Nobody may raise a limit that is 0 already.
    _, highest = resource.getrlimit(resource.RLIMIT_CORE)
    limits = {"(1, 1)"} if highest else {"(1, 1)", "(0, 0)"}
    assert printed(execute(look)) in {f"{limit} False []\n" for limit in limits}


def test_the_machine_tells_nothing(execute: Execute) -> None:
    """It is true that how the machine was started and which keys its operator has is not shown."""
    look = "print([open(f'/proc/{name}').read() for name in ('cmdline', 'keys', 'key-users')])"
    assert printed(execute(look)) == "['', '', '']\n"


def test_no_wide_sockets(execute: Execute) -> None:
    """It is true that no socket's queue holds more than what the watch takes it to weigh."""
    fill = """
import socket
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
for one, other in (socket.socketpair(), (client, server.accept()[0])):
    for end in (one, other):
        for name in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            end.setsockopt(socket.SOL_SOCKET, name, 1 << 30)
    one.settimeout(0.2)
    held = 0
    try:
        while True: held += one.send(bytes(1 << 14))
    except TimeoutError: print(held)
"""
    assert all(0 < int(held) <= 2 * queue_bytes() for held in printed(execute(fill)).split())


def test_scratch_is_limited(execute: Execute) -> None:
    """It is true that neither bytes nor files can fill more than the scratch folder."""
    fill = """
import os
names = 0
try:
    while True:
        open(f"f{names}", "w").close(); names += 1
except OSError as error: print(error.errno)
"""
    big = """
import os
for name in os.listdir(): os.remove(name)
try:
    for part in range(100):
        with open(f"b{part}", "wb") as file: file.write(bytes(1 << 20))
except OSError as error: print(error.errno)
"""
    no_space = "28\n"
    run = execute(fill, big, limits=Limits(scratch_bytes=8 << 20))
    assert (printed(run, 0), printed(run, 1)) == (no_space, no_space)


def test_process_bomb(execute: Execute) -> None:
    """It is true that a fork bomb is stopped by its own limit and leaves nothing running."""
    bomb = """
import os, time
children = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(1000)
        children += 1
except OSError as error: print(error.errno, children < 60)
"""
    assert printed(execute(bomb, limits=Limits(processes=50))) == "11 True\n"


def test_nothing_is_left_over(execute: Execute) -> None:
    """It is true that the next run finds no file, segment, process or socket of the last one."""
    litter = """
import os, socket, subprocess, signal, time
for folder in (".", "/tmp", "/dev/shm"):
    open(f"{folder}/litter", "w").write("me")
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    if os.fork() == 0:
        os.execvp("sleep", ["daemon-of-a-student", "1000"])
    os._exit(0)
time.sleep(0.1)
abstract = socket.socket(socket.AF_UNIX); abstract.bind("\\0left-over"); abstract.listen()
"""
    look = """
import os, socket
print([n for f in (".", "/tmp", "/dev/shm") for n in os.listdir(f) if n == "litter"])
print(sorted(int(n) for n in os.listdir("/proc") if n.isdigit()))
print(socket.socket(socket.AF_UNIX).connect_ex("\\0left-over") != 0)
"""
    assert execute(litter).ended is None
    assert "daemon-of-a-student" not in _command_lines()
    assert printed(execute(look)) == "[]\n[1, 2]\nTrue\n"


def test_interrupt_reaches_subprocesses(execute: Execute) -> None:
    """It is true that a shell command that hangs is interrupted with its cell."""
    run = execute("!sleep 1000", "print('next')", limits=Limits(cell_seconds=0.7))
    assert printed(run) == "next\n"


def test_runs_side_by_side_do_not_meet(execute: Execute) -> None:
    """It is true that a run's end takes no time that its hostile code decides."""
    begun = time.monotonic()
    execute(
        "import atexit, time\natexit.register(time.sleep, 1000)",
        "import threading\nthreading.Thread(target=threading.Event().wait).start()",
    )
    assert time.monotonic() - begun < 10


def _command_lines() -> str:
    lines = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                lines.append((process / "cmdline").read_text(encoding="utf-8", errors="replace"))
            except OSError:
                continue
    return "\n".join(lines) + str(os.getpid())
