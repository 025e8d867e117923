"""Observations as bytes: bounded, parsed, never pickled. Runs on both sides of the sandbox.

A payload is the length of a JSON header, the header, then a safetensors block that holds every
array. The reader trusts nothing. All that the writer would not have written is a
:class:`~autograder.errors.WireError`, and reading takes no more memory than the frame's own size.

The module is longer than most, so that the code that writes the format is beside the code that
refuses everything else.

Source: safetensors' format, https://huggingface.co/docs/safetensors (header, then raw values).
"""

import json
import math
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import safetensors

from autograder.errors import WireError
from autograder.model.exercise import Scenario
from autograder.model.observation import (
    Array,
    Event,
    MissingObservation,
    Observation,
    ObservationResult,
    Opaque,
    Raised,
    Value,
)
from autograder.model.program import ObservationRequest
from autograder.model.verdict import Outcome
from autograder.probe.budget import LOOK_SECONDS

MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 50_000
MAX_TEXT = 4_000
MAX_AXES = 16
MAX_ELEMENTS = 2**31
_LENGTH = struct.Struct(">I")
_INTEGER_LIMIT = 2**63
_WITHOUT_CELL = 3
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


# --- frames


def send_frame(channel: socket.socket, payload: bytes) -> None:
    """Write one frame: its length in four bytes, then the payload."""
    channel.sendall(_LENGTH.pack(len(payload)) + payload)


def receive_frame(
    channel: socket.socket, *, max_bytes: int, is_over: Callable[[], object] | None = None
) -> bytes:
    """One frame's payload.

    Args:
        channel: A stream socket.
        max_bytes: Largest payload that is accepted.
        is_over: Called now and then while the frame is not complete; if it returns something
            true, waiting ends. None waits for ever.

    Raises:
        TimeoutError: ``is_over`` said so.
        EOFError: The other side closed the channel.
        WireError: The frame says that it is larger than ``max_bytes``.
    """
    (size,) = _LENGTH.unpack(_receive_exactly(channel, _LENGTH.size, is_over))
    if size > max_bytes:
        message = f"a message of {size} bytes was announced; at most {max_bytes} are accepted"
        raise WireError(message)
    return _receive_exactly(channel, size, is_over)


def _receive_exactly(
    channel: socket.socket, size: int, is_over: Callable[[], object] | None
) -> bytes:
    received = bytearray()
    ready = select.poll()
    ready.register(channel, select.POLLIN)
    looked = time.monotonic()
    while len(received) < size:
        if is_over is not None:
            waiting = not ready.poll(1000 * LOOK_SECONDS)
            # Also after a byte has come: a sender of one byte now and then must end, too.
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                if is_over():
                    raise TimeoutError
            if waiting:
                continue
        chunk = channel.recv(min(size - len(received), 1 << 20))
        if not chunk:
            raise EOFError
        received += chunk
    return bytes(received)


# --- requests: trusted side to sandbox


def encode_request(request: ObservationRequest, nonces: Sequence[str]) -> bytes:
    """The request for one exercise's scenarios, each with its nonce, as bytes."""
    rows = [
        {
            "name": scenario.name,
            "options": scenario.options,
            "seed": scenario.seed,
            "budget_seconds": scenario.budget_seconds,
            "nonce": nonce,
        }
        for scenario, nonce in zip(request.scenarios, nonces, strict=True)
    ]
    document = {
        "exercise": request.exercise,
        "kept": request.kept,
        "is_last": request.is_last,
        "scenarios": rows,
    }
    return json.dumps(document).encode()


def decode_request(payload: bytes) -> tuple[ObservationRequest, list[str]]:
    """The request and its scenarios' nonces."""
    document = json.loads(payload)
    scenarios = tuple(
        Scenario(
            name=row["name"],
            options=row["options"],
            seed=row["seed"],
            budget_seconds=row["budget_seconds"],
        )
        for row in document["scenarios"]
    )
    request = ObservationRequest(
        exercise=document["exercise"],
        scenarios=scenarios,
        kept=document["kept"],
        is_last=document["is_last"],
    )
    return request, [row["nonce"] for row in document["scenarios"]]


# --- observations: sandbox to trusted side


def encode_seen(nonce: str, seen: ObservationResult) -> bytes:
    """One observation, or the outcome in place of a missing one, as bytes."""
    arrays: list[Array] = []
    if isinstance(seen, MissingObservation):
        body: dict[str, Any] = {"outcome": str(seen.outcome)}
    else:
        body = {
            "values": {name: _pack(value, arrays) for name, value in seen.values.items()},
            "evidence": {name: _pack(value, arrays) for name, value in seen.evidence.items()},
            "events": [[event.name, dict(event.detail)] for event in seen.events],
            "raised": seen.raised
            and [seen.raised.type_name, seen.raised.message, seen.raised.line, seen.raised.cell],
        }
    header = json.dumps({"nonce": nonce, "scenario": seen.scenario, **body}).encode()
    return _LENGTH.pack(len(header)) + header + _serialize(arrays)


def decode_seen(payload: bytes) -> tuple[str, ObservationResult]:
    """The nonce and the observation.

    Raises:
        WireError: The payload is malformed, truncated, too large, nested too deep, or holds a
            number that JSON does not have, such as NaN. Its text says which.
    """
    header, block = _split(payload)
    document = _parse_json(header)
    reader = _Reader(_parse_arrays(block))
    nonce, scenario = reader.text(document, "nonce"), reader.text(document, "scenario")
    if "outcome" in document:
        return nonce, MissingObservation(scenario, reader.outcome(document))
    return nonce, Observation(
        scenario=scenario,
        values=reader.values(document, "values"),
        evidence=reader.values(document, "evidence"),
        events=tuple(reader.events(document)),
        raised=reader.raised(document),
    )


def _serialize(arrays: Sequence[Array]) -> bytes:
    # safetensors reads through raw addresses, so the buffers must outlive the call.
    buffers = [np.frombuffer(array.data, dtype=np.uint8) for array in arrays]
    specifications = {
        str(index): safetensors.TensorSpec(
            dtype=array.dtype,
            shape=list(array.shape),
            data_ptr=buffer.ctypes.data,
            data_len=buffer.nbytes,
        )
        for index, (array, buffer) in enumerate(zip(arrays, buffers, strict=True))
    }
    return bytes(safetensors.serialize(specifications))


def _pack(value: Value, arrays: list[Array]) -> Any:
    match value:
        case Array():
            arrays.append(value)
            return {"array": [len(arrays) - 1, value.device, value.requires_grad]}
        case Opaque():
            return {"opaque": [value.type_name, value.text]}
        case list():
            return {"list": [_pack(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_pack(item, arrays) for item in value]}
        case dict():
            return {"dict": {key: _pack(item, arrays) for key, item in value.items()}}
        case float() if not math.isfinite(value):
            return {"float": "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"}
        case _:
            return value


def _split(payload: bytes) -> tuple[bytes, bytes]:
    if len(payload) < _LENGTH.size:
        message = f"a message of {len(payload)} bytes is too short to be an observation"
        raise WireError(message)
    (size,) = _LENGTH.unpack_from(payload)
    if size > min(MAX_HEADER_BYTES, len(payload) - _LENGTH.size):
        message = f"the header claims {size} bytes, more than the message has or may have"
        raise WireError(message)
    return payload[_LENGTH.size : _LENGTH.size + size], payload[_LENGTH.size + size :]


def _parse_json(header: bytes) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        message = f"the header holds {constant}, which is no JSON number"
        raise WireError(message)

    try:
        document = json.loads(header.decode("utf-8"), parse_constant=refuse)
    except RecursionError:
        message = "the header is nested too deep"
        raise WireError(message) from None
    except ValueError as error:
        message = f"the header is not JSON: {str(error)[:200]}"
        raise WireError(message) from error
    if not isinstance(document, dict):
        message = f"the header is a {type(document).__name__}, not an object"
        raise WireError(message)
    return document


_DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
}
DTYPES = frozenset(_DTYPES.values())


def _parse_arrays(block: bytes) -> dict[str, Array]:
    try:
        entries = safetensors.deserialize(block)
    except safetensors.SafetensorError as error:
        message = f"the arrays are malformed: {str(error)[:200]}"
        raise WireError(message) from error
    return {name: _parse_array(entry) for name, entry in entries}


def _parse_array(entry: Mapping[str, Any]) -> Array:
    shape = entry["shape"]
    if entry["dtype"] not in _DTYPES or len(shape) > MAX_AXES:
        message = f"an array of dtype {entry['dtype']} and {len(shape)} axes"
        raise WireError(message)
    # An empty array may claim any other size: [0, 2**63] is 0 bytes, and no NumPy array.
    if math.prod(max(size, 1) for size in shape) > MAX_ELEMENTS:
        message = f"an array claims the shape {shape}"
        raise WireError(message)
    return Array(_DTYPES[entry["dtype"]], tuple(entry["shape"]), bytes(entry["data"]))


class _Reader:
    """Reads one header and counts its values: a small message must not become a large object."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self._nodes = 0

    def text(self, document: Mapping[str, Any], key: str) -> str:
        return _text(document.get(key), key)

    def outcome(self, document: Mapping[str, Any]) -> Outcome:
        # Only what the sandboxed side can know: INTERNAL_ERROR is never the student's to claim.
        allowed = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.DIED, Outcome.MISSING)
        claimed = document["outcome"]
        for outcome in allowed:
            if outcome == claimed:
                return outcome
        message = f"the message claims the outcome {str(claimed)[:40]!r}"
        raise WireError(message)

    def values(self, document: Mapping[str, Any], key: str) -> dict[str, Value]:
        members = document.get(key)
        if not isinstance(members, dict):
            message = f"{key!r} is missing or not an object"
            raise WireError(message)
        return {_text(name, key): self._value(item, 0) for name, item in members.items()}

    def events(self, document: Mapping[str, Any]) -> Iterator[Event]:
        rows = document.get("events")
        if not isinstance(rows, list):
            message = "'events' is missing or not a list"
            raise WireError(message)
        for row in rows:
            name, detail = _row(row, 2, "an event")
            if not isinstance(detail, dict):
                message = "an event's detail is not an object"
                raise WireError(message)
            self._count()
            yield Event(
                _text(name, "an event"),
                {_text(key, "detail"): self._scalar(item) for key, item in detail.items()},
            )

    def raised(self, document: Mapping[str, Any]) -> Raised | None:
        if document.get("raised") is None:
            return None
        row = document["raised"]
        # A recording of an earlier version has no digest of the cell.
        if isinstance(row, list) and len(row) == _WITHOUT_CELL:
            row = [*row, ""]
        type_name, text, line, cell = _row(row, _WITHOUT_CELL + 1, "'raised'")
        if line is not None and type(line) is not int:
            message = "'raised' has a line that is not a number"
            raise WireError(message)
        name, text, cell = (_text(item, "raised") for item in (type_name, text, cell))
        return Raised(name, text, line, cell)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"the message has more than {MAX_NODES} values"
            raise WireError(message)

    def _scalar(self, item: Any) -> bool | int | float | str:
        self._count()
        if isinstance(item, str):
            return _text(item, "detail")
        if isinstance(item, bool | int | float):
            return _bounded(item)
        message = f"a {type(item).__name__} was found where a plain value was expected"
        raise WireError(message)

    def _value(self, item: Any, depth: int) -> Value:
        self._count()
        if depth > MAX_DEPTH:
            message = f"a value is nested more than {MAX_DEPTH} deep"
            raise WireError(message)
        if item is None:
            return None
        if isinstance(item, str):
            return _text(item, "a string")
        if isinstance(item, bool | int | float):
            return _bounded(item)
        if not isinstance(item, dict) or len(item) != 1:
            message = f"a value is {type(item).__name__}, none of the kinds an observation has"
            raise WireError(message)
        ((kind, body),) = item.items()
        return self._tagged(kind, body, depth)

    def _tagged(self, kind: str, body: Any, depth: int) -> Value:
        match kind, body:
            case "list", list():
                return [self._value(entry, depth + 1) for entry in body]
            case "tuple", list():
                return tuple(self._value(entry, depth + 1) for entry in body)
            case "dict", dict():
                return {_text(k, "a key"): self._value(v, depth + 1) for k, v in body.items()}
            case "opaque", list():
                type_name, text = _row(body, 2, "an opaque value")
                return Opaque(_text(type_name, "a type"), _text(text, "a text"))
            case "float", str() if body in _NOT_FINITE:
                return _NOT_FINITE[body]
            case "array", list():
                return self._array(*_row(body, 3, "an array"))
        message = f"a value of the unknown kind {str(kind)[:40]!r}"
        raise WireError(message)

    def _array(self, index: Any, device: Any, requires_grad: Any) -> Array:
        array = self._arrays.get(str(index)) if type(index) is int else None
        if array is None or type(requires_grad) is not bool:
            message = "a value names an array that the message does not carry"
            raise WireError(message)
        # The bytes are shared, so a message that names one array many times needs no more memory.
        return replace(array, device=_text(device, "a device"), requires_grad=requires_grad)


def _bounded(number: float) -> float:
    if isinstance(number, int):
        if abs(number) >= _INTEGER_LIMIT:
            message = "an integer does not fit into 64 bits"
            raise WireError(message)
    elif not math.isfinite(number):
        message = "a number is too large to be finite"
        raise WireError(message)
    return number


def _text(item: Any, where: str) -> str:
    if not isinstance(item, str) or len(item) > MAX_TEXT:
        message = f"{where!r} is not a string of at most {MAX_TEXT} characters"
        raise WireError(message)
    # A lone surrogate could not be written to the results file.
    return item.encode("utf-8", "replace").decode("utf-8")


def _row(item: Any, size: int, where: str) -> list[Any]:
    if not isinstance(item, list) or len(item) != size:
        message = f"{where} is not a list of {size}"
        raise WireError(message)
    return item
