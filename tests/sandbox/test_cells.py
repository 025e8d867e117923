"""Cells run as in Jupyter, each to its end or to ours."""

import pytest

from autograder.checks.failed_cell import IMPORTABLE
from autograder.model.limits import MEBIBYTE, Limits
from autograder.model.verdict import Outcome
from tests.sandbox.conftest import Execute
from tests.sandbox.reading import printed, raised

pytestmark = pytest.mark.kernel

QUICK = Limits(cell_seconds=0.7)


def test_outputs_in_order(execute: Execute) -> None:
    """It is true that each cell's outputs come back with it, in the order they were made."""
    run = execute("x = 20\nprint('one')\nprint('two')", "print(x)\nx + 1", "")
    assert printed(run, 0) == "one\ntwo\n"
    assert [output["output_type"] for output in run.outputs[1]] == ["stream", "execute_result"]
    assert run.outputs[1][1]["data"]["text/plain"] == "21"
    assert run.outputs[2] == ()
    assert (run.problems, run.ended) == ((), None)


def test_error_goes_on(execute: Execute) -> None:
    """It is true that an error ends its cell and not the next one."""
    run = execute("print('before')\n1 / 0", "def broken(:", "print('after')")
    assert printed(run, 0) == "before\n"
    assert [raised(run, cell) for cell in range(3)] == ["ZeroDivisionError", "SyntaxError", ""]
    assert printed(run) == "after\n"


def test_magics(execute: Execute) -> None:
    """It is true that magics, shell commands and top-level await work as in Jupyter."""
    run = execute(
        "%%capture kept\nprint('caught')",
        "!echo from a shell",
        "import asyncio\nawait asyncio.sleep(0)\nkept.stdout",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    )
    assert printed(run, 1).strip() == "from a shell"
    assert run.outputs[2][0]["data"]["text/plain"] == "'caught\\n'"
    assert "image/png" in run.outputs[3][-1]["data"]


def test_what_may_be_imported(execute: Execute) -> None:
    """It is true that whatever the rules name is there, and progress bars in every form."""
    bars = "".join(
        f"from {module} import tqdm\nlist(tqdm([1]))\n"
        for module in ("tqdm", "tqdm.auto", "tqdm.notebook")
    )
    run = execute(f"import {', '.join(IMPORTABLE)}", bars)
    assert [raised(run, cell) for cell in range(2)] == ["", ""]


@pytest.mark.parametrize("screen", ["", "widget", "notebook", "qt", "inline"])
def test_plots_need_no_screen(execute: Execute, screen: str) -> None:
    """It is true that whatever a student draws on, it is a picture here."""
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    run = execute(f"%matplotlib {screen}\n{plot}")
    assert raised(run) == ""
    assert "image/png" in run.outputs[0][-1]["data"]


def test_pip_knows_that_there_is_no_network(execute: Execute) -> None:
    """It is true that it tries once, and is content with what is there."""
    run = execute("!pip install nothing-of-this-name", "%pip install torch", "%conda install x")
    assert "No matching distribution found" in printed(run, 0)
    assert "Retrying" not in printed(run, 0)
    assert "Requirement already satisfied: torch" in printed(run, 1)
    assert raised(run, 2) == ""


def test_input_refused(execute: Execute) -> None:
    """It is true that a cell that asks for input gets an error, not a wait."""
    assert raised(execute("input('name? ')")) == "StdinNotImplementedError"


def test_fresh_random_numbers(execute: Execute) -> None:
    """It is true that two forks of one zygote do not draw the same random numbers."""
    draw = "import random, numpy, torch\nprint(random.random(), numpy.random.rand(), torch.rand(1))"
    first, second = (printed(execute(draw)).split() for _ in range(2))
    assert not set(first) & set(second)


def test_endless_loop_is_interrupted(execute: Execute) -> None:
    """It is true that an endless loop is interrupted and that the cells after it run."""
    run = execute(
        "while True: pass", "import time\ntime.sleep(60)", "print('still here')", limits=QUICK
    )
    assert [raised(run, cell) for cell in (0, 1)] == ["KeyboardInterrupt"] * 2
    assert printed(run) == "still here\n"
    assert run.problems == (
        "cell 1 ran longer than 0.7 s and was stopped",
        "cell 2 waited for more than 2.1 s and was stopped",
    )
    assert run.ended is None


def test_stubborn_loop_is_killed(execute: Execute) -> None:
    """It is true that a cell that ignores its interrupt is ended together with the notebook."""
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    run = execute("print('kept')", stubborn, "print('never')", limits=QUICK)
    assert printed(run, 0) == "kept\n"
    assert run.outputs[2] == ()
    assert run.ended is Outcome.TIMED_OUT
    assert "cell 2 ran longer than 0.7 s and could not be stopped" in run.problems[0]


def test_notebook_budget(execute: Execute) -> None:
    """It is true that many cells, each short, cannot use more than the notebook's budget."""
    limits = Limits(notebook_seconds=1.5)
    run = execute(*["import time; time.sleep(0.4)"] * 20, limits=limits)
    assert run.ended is Outcome.TIMED_OUT
    assert any("waited for more than 4.5 s in all" in problem for problem in run.problems)


@pytest.mark.parametrize(
    ("death", "status"),
    [
        ("import os; os._exit(7)", 7),
        ("import ctypes; ctypes.string_at(0)", 128 + 11),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + 9),
        ("import os\nfor fd in range(300):\n    try: os.close(fd)\n    except OSError: pass", None),
    ],
)
def test_death_is_noticed(execute: Execute, death: str, status: int | None) -> None:
    """It is true that a kernel's death ends the run at once, with what was shown before."""
    run = execute("print('before')", death, "print('never')", limits=Limits(cell_seconds=10))
    assert printed(run, 0) == "before\n"
    assert run.outputs[2] == ()
    assert run.ended is not None
    if status is not None:
        assert run.problems == (
            f"the notebook's process ended before its time in cell 2 (exit status {status})",
        )


def test_memory_bomb(execute: Execute) -> None:
    """It is true that asking for more memory than allowed is a MemoryError, and all goes on."""
    limits = Limits(memory_bytes=2048 * MEBIBYTE)
    hog = "hog = []\nwhile True: hog.append(bytearray(64 << 20))"
    run = execute(hog, "print('alive')", limits=limits)
    assert raised(run, 0) == "MemoryError"
    assert printed(run) == "alive\n"


def test_output_flood(execute: Execute) -> None:
    """It is true that outputs beyond the budget are cut, said so, and harm no other cell."""
    limits = Limits(output_bytes=MEBIBYTE, cell_seconds=2)
    flood = "while True: print('x' * 1000)"
    big = "from IPython.display import display, HTML\ndisplay(HTML('y' * 5_000_000))"
    run = execute("print('first')", flood, big, "print('last')", limits=limits)
    kept = sum(len(output.get("text", "")) for cell in run.outputs for output in cell)
    assert kept <= MEBIBYTE
    assert (printed(run, 0), printed(run)) == ("first\n", "last\n")
    assert any("outputs were cut" in problem for problem in run.problems)
    assert run.ended is None


SEND = """
import json
from autograder.probe import session, wire
def send(record):
    wire.send_frame(session._SESSION.channel, json.dumps(record).encode())
"""


def test_forged_records(execute: Execute) -> None:
    """It is true that whatever a kernel sends, the run goes on and keeps known shapes only."""
    forge = r"""
send({"output_type": "execute_result", "data": 5, "metadata": None, "execution_count": "x"})
send({"output_type": "display_data", "data": {"text/plain": "\ud800"}, "transient": 3})
send({"output_type": "stream", "name": "elsewhere", "text": []})
send({"output_type": "error"})
send({"output_type": "comm_open", "comm_id": {}, "target_name": "jupyter.widget"})
send({"clear_output": False, "ended": "0"})
send([])
deep = []
for _ in range(500): deep = [deep]
send({"output_type": "display_data", "data": {"application/json": deep}, "metadata": {}})
wire.send_frame(session._SESSION.channel, b"\xff")
wire.send_frame(session._SESSION.channel, b"[" * 1000)
print("end")
"""
    run = execute(SEND + forge, "print('next')")
    assert run.outputs[0][-1]["text"] == "end\n"
    assert all(output["output_type"] != "comm_open" for output in run.outputs[0])
    assert printed(run) == "next\n"
    assert (run.problems, run.ended) == ((), None)


@pytest.mark.parametrize("number", [1, 7, -1])
def test_the_end_of_another_cell(execute: Execute, number: int) -> None:
    """It is true that a word about a cell that is not running says nothing."""
    run = execute(SEND + f"send({{'ended': {number}}})\nprint('still here')", "print('next')")
    assert [printed(run, cell) for cell in (0, 1)] == ["still here\n", "next\n"]


def test_the_end_forged(execute: Execute) -> None:
    """It is true that a cell that says it has ended goes on in the time, and outputs, of others."""
    run = execute(SEND + "send({'ended': 0})\nprint('mine')", "print('next')")
    assert (printed(run, 0), printed(run, 1)) == ("", "mine\nnext\n")


def test_outputs_of_children(execute: Execute) -> None:
    """It is true that what other processes and C code write is shown, and shown once."""
    source = r"""
import os, subprocess, sys
print("gathered", end=" ")
if os.fork() == 0:
    print("from a child")
    sys.stdout.flush()
    os._exit(0)
os.wait()
subprocess.run(["echo", "from a program"], stdout=sys.stdout)
os.write(2, "from C: \u00e4\n".encode());
"""
    run = execute(source, "print('next')")
    text = "".join(output["text"] for output in run.outputs[0])
    for part in ("gathered", "from a child", "from a program", "from C: \u00e4"):
        assert text.count(part) == 1
    assert printed(run) == "next\n"


def test_displays_are_cleared_and_updated(execute: Execute) -> None:
    """It is true that ``clear_output`` and display handles work within a cell and across cells."""
    run = execute(
        "from IPython.display import clear_output, display\n"
        "for i in range(3):\n    clear_output(wait=True)\n    print(i)",
        "handle = display('first', display_id=True)\nprint('x')\nclear_output()",
        "handle = display('early', display_id='one')",
        "handle.update('late')",
    )
    assert printed(run, 0) == "2\n"
    assert run.outputs[1] == run.outputs[3] == ()
    assert run.outputs[2][0]["data"]["text/plain"] == "'late'"


def test_tasks_go_on_below(execute: Execute) -> None:
    """It is true that all cells share one event loop, also behind one that was stopped in it."""
    run = execute(
        "import asyncio\nevent = asyncio.Event()\nasync def wait():\n    await event.wait()\n"
        "    return 'woken'\ntask = asyncio.create_task(wait())",
        "await asyncio.sleep(60)",
        "asyncio.get_running_loop().stop()",
        "event.set()\nawait task",
        limits=QUICK,
    )
    assert raised(run, 1) == "CancelledError"
    assert run.outputs[3][0]["data"]["text/plain"] == "'woken'"


def test_an_interrupt_between_outputs(execute: Execute) -> None:
    """It is true that a cell that prints all the time is stopped between two records."""
    run = execute("while True: print('x', flush=True)", "print('next')", limits=QUICK)
    assert raised(run, 0) == "KeyboardInterrupt"
    assert printed(run) == "next\n"


def test_a_plot_is_a_picture(execute: Execute) -> None:
    """It is true that a figure comes back as a PNG, as Jupyter shows it, without plt.show too."""
    plot = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([0, 1])"
    for source in (plot + "\nplt.show()", plot + ";"):
        (outputs,) = execute(source).outputs
        assert any("image/png" in output.get("data", {}) for output in outputs), outputs
