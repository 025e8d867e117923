"""Reads a fork's records from its channel. Trusted side.

A record is a frame: its length in four bytes, then JSON. One that is half there when its time is
over is read on later: an honest output is never taken for a broken one because the machine is slow.
"""

import json
import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from autograder.errors import WireError
from autograder.probe.budget import LOOK_SECONDS

_LENGTH = struct.Struct(">I")
_READ_BYTES = 256 * 1024


class RecordReader:
    """Gives one record after another.

    Args:
        channel: Our end of the fork's channel.
        max_bytes: Largest record that is accepted.
    """

    def __init__(self, channel: socket.socket, max_bytes: int) -> None:
        self._channel = channel
        self._max_bytes = max_bytes
        self._received = bytearray()
        self._ready = select.poll()
        self._ready.register(channel, select.POLLIN)
        self._looked = time.monotonic()

    def next(self, is_over: Callable[[], object]) -> tuple[dict[str, Any], int]:
        """The next record, empty where it is malformed, and its size in bytes.

        Args:
            is_over: Called now and then, also while records come; if it returns something true,
                waiting ends.

        Raises:
            TimeoutError: ``is_over`` said so.
            EOFError: The other side closed the channel.
            OSError: It is broken.
            WireError: The record says that it is larger than ``max_bytes``.
        """
        while True:
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = time.monotonic()
                if is_over():
                    raise TimeoutError
            payload = self._complete()
            if payload is not None:
                return _parsed(payload), len(payload)
            if self._ready.poll(1000 * LOOK_SECONDS):
                received = self._channel.recv(_READ_BYTES)
                if not received:
                    raise EOFError
                self._received += received

    def is_empty(self) -> bool:
        """Whether nothing has come that was not given, nor can be read now."""
        return not self._received and not self._ready.poll(0)

    def _complete(self) -> bytes | None:
        if len(self._received) < _LENGTH.size:
            return None
        (size,) = _LENGTH.unpack_from(self._received)
        if size > self._max_bytes:
            message = (
                f"a record of {size} bytes was announced; at most {self._max_bytes} are accepted"
            )
            raise WireError(message)
        end = _LENGTH.size + size
        if len(self._received) < end:
            return None
        payload = bytes(self._received[_LENGTH.size : end])
        del self._received[:end]
        return payload


def _parsed(payload: bytes) -> dict[str, Any]:
    # Around student code: it wrote the record.
    with suppress(ValueError, RecursionError):
        record = json.loads(payload)
        if isinstance(record, dict):
            return record
    return {}
