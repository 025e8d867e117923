"""A kernel that writes to its channel by hand neither holds nor fills the grader."""

import time
from collections.abc import Callable
from mmap import PAGESIZE
from pathlib import Path

import pytest

from autograder.model.limits import Limits
from autograder.model.program import Run
from autograder.model.verdict import Outcome
from autograder.sandbox.sandbox import KernelSandbox
from tests.sandbox.test_observations import RIGHT, observe, results

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

_CHANNEL = """
import signal
from autograder.probe import session
channel = session._SESSION.channel
signal.signal(signal.SIGINT, signal.SIG_IGN)
"""


def resident_bytes() -> int:
    """How much of this process's memory is in use now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * PAGESIZE


@pytest.mark.parametrize(
    "records",
    [
        "bytes(4) * 10_000",
        '(b"\\0\\0\\0\\x19" + b\'{"output_type": "stream"}\') * 99',
        'len(one := bytes(1 << 20)).to_bytes(4, "big") + one',
    ],
    ids=["empty", "small", "large"],
)
def test_endless_records_delay_no_time_out(execute: Callable[..., Run], records: str) -> None:
    """It is true that a stream of records does not keep a cell's budget from ending."""
    before, started = resident_bytes(), time.monotonic()
    flood = f"{_CHANNEL}records = {records}\nwhile True:\n    channel.sendall(records)"
    run = execute(flood, limits=Limits(cell_seconds=2))
    assert run.ended is Outcome.TIMED_OUT
    assert time.monotonic() - started < 60
    assert resident_bytes() - before < 1 << 28


def test_drops_delay_no_time_out(execute: Callable[..., Run]) -> None:
    """It is true that a record that comes byte by byte does not keep a cell from ending."""
    drops = (
        f"{_CHANNEL}import time\nchannel.sendall(b'\\0\\x0f\\0\\0')\n"
        "while True:\n    channel.sendall(b' ')\n    time.sleep(0.01)"
    )
    run = execute(drops, limits=Limits(cell_seconds=1))
    assert run.ended is Outcome.TIMED_OUT


def test_an_endless_record_is_ended(execute: Callable[..., Run]) -> None:
    """It is true that a record that says it is larger than all outputs may be ends the notebook."""
    fill = (
        f"{_CHANNEL}channel.sendall(b'\\xff' * 4)\nwhile True:\n    channel.sendall(bytes(1 << 20))"
    )
    before = resident_bytes()
    run = execute("print('before')", fill)
    assert run.ended is Outcome.DIED
    assert run.outputs[0] != ()
    assert run.problems == ("the notebook sent the grader what is no output; it was ended",)
    assert resident_bytes() - before < 1 << 28


@pytest.mark.parametrize(
    "answer",
    [
        (
            'wire.encode_seen(nonces[0], MissingObservation("x1", Outcome.DIED))'
            '.replace(b"DIED", b"LEAK")'
        ),
        'wire.encode_seen(nonces[0], Observation("LEAK", {}))',
        'b"\\x00\\x00\\x00\\x04LEAK"',
        'wire.encode_seen(nonces[0], Observation("x1", {"a": 1})) + b"LEAK"',
    ],
)
def test_no_answer_carries_words_to_the_student(sandbox: KernelSandbox, answer: str) -> None:
    """It is true that what is lost has a fixed sentence, whatever the sandbox wrote."""
    forge = f"""
from autograder.model.observation import MissingObservation, Observation
from autograder.model.verdict import Outcome
from autograder.probe import session, wire

def serve():
    channel = session._SESSION.channel
    request, nonces = wire.decode_request(
        wire.receive_frame(channel, max_bytes=1 << 20)
    )
    wire.send_frame(channel, {answer})

session.serve = serve
"""
    run = observe(sandbox, RIGHT, forge)
    assert results(run) == [Outcome.DIED] * 2
    assert "LEAK" not in repr(run.seen) + repr([s.reason for s in run.seen["demo/double"].values()])  # type: ignore[union-attr]
