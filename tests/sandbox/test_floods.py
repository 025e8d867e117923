"""A kernel that writes to its own Jupyter sockets by hand neither holds nor fills the grader."""

import time
from collections.abc import Callable

import pytest

from autograder.model.limits import Limits
from autograder.model.program import Run
from autograder.model.verdict import Outcome
from autograder.sandbox.memory_growth import resident_bytes
from autograder.sandbox.sandbox import KernelSandbox
from tests.sandbox.test_observations import RIGHT, observe, results

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

# The descriptor of the connection on which outputs go to the grader.
_FIND = """
import os, signal, socket, struct, threading, time

def outputs():
    for name in os.listdir("/proc/self/fd"):
        try:
            with socket.socket(fileno=os.dup(int(name))) as one:
                listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if one.family == socket.AF_UNIX and not listens and one.getsockname()[-2:] == "-2":
                    return int(name)
        except (OSError, TypeError):
            pass

def put(view):
    view = memoryview(view)
    while view:
        try:
            view = view[os.write(DESCRIPTOR, view):]
        except BlockingIOError:
            time.sleep(0.0005)

DESCRIPTOR = outputs()
assert DESCRIPTOR
time.sleep(0.3)
"""
_STARVE = """
def starve(messages=(b"\\x01\\x00" * 2000 + b"\\x00\\x00") * 60):
    while True:
        put(messages)

threading.Thread(target=starve, daemon=True).start()
signal.signal(signal.SIGINT, signal.SIG_IGN)
for _ in range(60):
    time.sleep(1)
"""
_FILL = """
part = b"\\x03" + struct.pack(">Q", 1 << 20) + bytes(1 << 20)
for _ in range(3000):
    put(part)
"""


def test_endless_messages_delay_no_time_out(execute: Callable[..., Run]) -> None:
    """It is true that a stream of messages does not keep a cell's budget from ending."""
    started = time.monotonic()
    run = execute(_FIND, _STARVE, limits=Limits(cell_seconds=2))
    assert run.ended is Outcome.TIMED_OUT
    assert time.monotonic() - started < 30


def test_an_endless_message_is_ended(execute: Callable[..., Run]) -> None:
    """It is true that a message without an end costs a bounded part of our memory."""
    before = resident_bytes()
    run = execute(_FIND, _FILL)
    assert run.ended is Outcome.DIED
    assert run.problems[-1] == "the notebook flooded the grader with messages; it was ended"
    assert resident_bytes() - before < 1 << 30


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
