"""The wire format: what is written is read back, and everything else is refused."""

import contextlib
import json
import socket
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import WireError
from autograder.model.exercise import Scenario
from autograder.model.observation import (
    Array,
    Event,
    MissingObservation,
    Observation,
    Opaque,
    Raised,
)
from autograder.model.program import ObservationRequest
from autograder.model.verdict import Outcome
from autograder.probe import wire

_text = st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace").decode())
_scalars = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats() | _text


@st.composite
def _arrays(draw: st.DrawFn) -> Array:
    dtype = draw(st.sampled_from(["float32", "float64", "int64", "bool", "uint8", "float16"]))
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=3)))
    size = int(np.prod(shape, dtype=int)) * np.dtype(dtype).itemsize
    data = bytes(size) if dtype == "bool" else draw(st.binary(min_size=size, max_size=size))
    return Array(dtype, shape, data, draw(st.sampled_from(["cpu", "meta"])), draw(st.booleans()))


_values = st.recursive(
    _scalars | _arrays() | st.builds(Opaque, _text, _text),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(_text, inner, max_size=3)
    ),
    max_leaves=8,
)
_events = st.builds(Event, _text, st.dictionaries(_text, st.booleans() | _text, max_size=2))
_observations = st.builds(
    Observation,
    scenario=_text,
    values=st.dictionaries(_text, _values, max_size=3),
    evidence=st.dictionaries(_text, _values, max_size=2),
    events=st.lists(_events, max_size=3).map(tuple),
    raised=st.none() | st.builds(Raised, _text, _text, st.none() | st.integers(0, 9_999), _text),
)


@given(_text, _observations)
@settings(deadline=None)
def test_observations_make_the_round_trip(nonce: str, seen: Observation) -> None:
    """It is true that every observation is read back as it was written, NaN included."""
    assert repr(wire.decode_seen(wire.encode_seen(nonce, seen))) == repr((nonce, seen))


def test_recordings_without_a_cell_are_read() -> None:
    """It is true that an exception which was recorded by an earlier version has no cell."""
    _, seen = wire.decode_seen(_message(raised=["E", "m", 3]))
    assert isinstance(seen, Observation)
    assert seen.raised == Raised("E", "m", 3, "")


def test_a_missing_observation_makes_the_round_trip() -> None:
    """It is true that the reason why there is no observation is read back."""
    lost = MissingObservation("momentum", Outcome.TIMED_OUT)
    assert wire.decode_seen(wire.encode_seen("n", lost)) == ("n", lost)


def test_requests_make_the_round_trip() -> None:
    """It is true that scenarios arrive with their options, seeds, budgets and nonces."""
    scenario = Scenario("s", {"model": "mlp", "sizes": [4, 2]}, seed=2**47, budget_seconds=1.5)
    request = ObservationRequest("training/train_step", (scenario,), kept="no-zero")
    payload = wire.encode_request(request, ["nonce"])
    assert wire.decode_request(payload) == (request, ["nonce"])


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_noise_is_refused(noise: bytes) -> None:
    """It is true that arbitrary bytes raise WireError and nothing else."""
    with pytest.raises(WireError):
        wire.decode_seen(noise)


_EXAMPLE = wire.encode_seen(
    "n", Observation("s", {"a": Array("float32", (2,), bytes(8)), "b": [1.0, {"c": "d"}]})
)


@given(st.integers(0, len(_EXAMPLE) - 1))
@settings(deadline=None)
def test_truncated_messages_are_refused(size: int) -> None:
    """It is true that a message that ends anywhere before its end is refused."""
    with pytest.raises(WireError):
        wire.decode_seen(_EXAMPLE[:size])


@given(st.integers(0, len(_EXAMPLE) - 1), st.integers(0, 255))
@settings(deadline=None, max_examples=300)
def test_damaged_messages_are_read_or_refused(place: int, byte: int) -> None:
    """It is true that a changed byte gives another observation or WireError, never a crash."""
    damaged = _EXAMPLE[:place] + bytes([byte]) + _EXAMPLE[place + 1 :]
    with contextlib.suppress(WireError):
        wire.decode_seen(damaged)


def _message(**parts: object) -> bytes:
    document = {
        "nonce": "n", "scenario": "s", "values": {}, "evidence": {}, "events": [], "raised": None,
        **parts,
    }  # fmt: skip
    return _raw(json.dumps(document))


def _raw(text: str) -> bytes:
    header = text.encode("utf-8", "surrogatepass")
    empty = wire.encode_seen("n", MissingObservation("s", Outcome.DIED))
    (size,) = struct.unpack_from(">I", empty)
    return struct.pack(">I", len(header)) + header + empty[4 + size :]


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"list": [value]}
    return value


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (_message(values={"x": float("nan")}), "NaN"),
        (_message(values={"x": float("inf")}), "Infinity"),
        (_raw('{"nonce": "n", "scenario": "s", "values": {"x": 1e999}, "evidence": {}}'), "finite"),
        (_message(values={"x": {"object": "builtins.eval"}}), "unknown kind"),
        (_message(values={"x": [1, 2]}), "none of the kinds"),
        (_message(values={"x": _deep(40)}), "nested more than"),
        (_raw("[" * 100_000), "nested too deep"),
        (_message(values={"x": {"array": [0, "cpu", False]}}), "does not carry"),
        (_message(values={"x": {"array": [True, "cpu", False]}}), "does not carry"),
        (_message(values={"x": {"float": "infinity"}}), "unknown kind"),
        (_message(values={"x": 2**70}), "64 bits"),
        (_message(values={"x": "a" * 5_000}), "at most 4000"),
        (_message(values={"x": {"list": [0] * 60_000}}), "more than 50000"),
        (_message(values=[]), "'values' is missing"),
        (_message(events=[["step"]]), "an event"),
        (_message(events=[["step", {"a": []}]]), "plain value"),
        (_message(raised=["E", "m", "3"]), "not a number"),
        (_message(raised=["E", "m", 3, 4]), "'raised' is not a string"),
        (_message(raised=["E", "m", 3, "c" * 5_000]), "at most 4000"),
        (_message(raised=["E", "m"]), "not a list of 4"),
        (_message(raised="E"), "not a list of 4"),
        (_message(nonce=3), "'nonce'"),
        (_message(outcome="PASSED", reason=""), "PASSED"),
        (_message(outcome="INTERNAL_ERROR", reason=""), "INTERNAL_ERROR"),
        (_message(outcome=["DIED"], reason=""), "DIED"),
        (_raw("[]"), "not an object"),
        (_raw('{"nonce": ' + "9" * 5_000 + "}"), "not JSON"),
        (struct.pack(">I", 3) + b"\xff\xfe\xfd", "not JSON"),
        (b"\x00", "too short"),
        (struct.pack(">I", 2**31) + b"{}", "claims"),
    ],
)
def test_what_no_observation_is_is_refused(message: bytes, words: str) -> None:
    """It is true that each malformed message is refused with a sentence that says what it is."""
    with pytest.raises(WireError, match=words):
        wire.decode_seen(message)


def test_one_array_named_often_is_stored_once() -> None:
    """It is true that naming one array many times does not multiply its bytes."""
    array = Array("uint8", (100_000,), bytes(100_000))
    payload = wire.encode_seen("n", Observation("s", {"a": array}))
    (size,) = struct.unpack_from(">I", payload)
    document = json.loads(payload[4 : 4 + size])
    document["values"]["b"] = {"list": [document["values"]["a"]] * 1_000}
    header = json.dumps(document).encode()
    message = struct.pack(">I", len(header)) + header + payload[4 + size :]
    _, seen = wire.decode_seen(message)
    assert isinstance(seen, Observation)
    copies = seen["b"]
    assert isinstance(copies, list)
    assert len({id(item.data) for item in copies if isinstance(item, Array)}) == 1


def test_an_empty_array_claims_no_impossible_shape() -> None:
    """It is true that a shape which no NumPy array has is refused, though it holds no bytes."""
    payload = wire.encode_seen("n", Observation("s", {"a": Array("float32", (0, 2**40), b"")}))
    with pytest.raises(WireError, match="claims the shape"):
        wire.decode_seen(payload)


def test_lone_surrogates_are_replaced() -> None:
    """It is true that no string comes in that could not be written to the results file."""
    _, seen = wire.decode_seen(_message(values={"x": "\ud800"}))
    assert isinstance(seen, Observation)
    assert seen["x"] == "?"


def test_frames_arrive_whole_and_in_order() -> None:
    """It is true that frames keep their borders, whatever pieces the socket delivers."""
    left, right = socket.socketpair()
    with left, right:
        for payload in (b"first", b"", b"x" * 70_000):
            wire.send_frame(left, payload)
        received = [_receive(right) for _ in range(3)]
    assert received == [b"first", b"", b"x" * 70_000]


def _receive(channel: socket.socket, *, seconds: float = 5.0, max_bytes: int = 100_000) -> bytes:
    deadline = time.monotonic() + seconds
    is_over = lambda: time.monotonic() > deadline  # noqa: E731
    return wire.receive_frame(channel, is_over=is_over, max_bytes=max_bytes)


def test_an_announced_giant_is_refused_before_it_is_read() -> None:
    """It is true that a frame's length is believed only up to the limit."""
    left, right = socket.socketpair()
    with left, right:
        left.sendall(struct.pack(">I", 2**32 - 1))
        with pytest.raises(WireError, match="at most 100000"):
            _receive(right)


def test_silence_ends_at_the_deadline() -> None:
    """It is true that half a frame does not keep the reader waiting."""
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"\x00\x00")
        with pytest.raises(TimeoutError):
            _receive(right, seconds=0.05)


def test_a_closed_channel_is_an_end_of_file() -> None:
    """It is true that the other side's death shows as EOFError."""
    left, right = socket.socketpair()
    left.close()
    with right, pytest.raises(EOFError):
        _receive(right)
