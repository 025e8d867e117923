"""What a fork says about its cells: records, written to its one channel. Runs beside student code.

A record is a JSON object in a frame of its own: an output as nbformat has it, or a word about the
cell that is running. Outputs that would exceed what is left of the budget are not sent.
"""

import codecs
import io
import itertools
import json
import os
import select
import socket
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from jupyter_client.jsonutil import json_default

from autograder.probe.wire import send_frame

# What is printed is sent together with what follows within this time.
_GATHER_SECONDS = 0.1
_TEXT_CHARACTERS = 16 * 1024
# A cell leaves this share of what is left to the cells below it.
_LEFT_TO_OTHERS = 16
_PIPE_BYTES = 64 * 1024


class Records:
    """Sends records, from any thread, whole and in order, until one is the last.

    Args:
        channel: The stream to the trusted side.
        output_bytes: What the whole notebook may show.

    Attributes:
        is_closed: Whether the last record has been sent.
    """

    def __init__(self, channel: socket.socket, output_bytes: int) -> None:
        self._channel = channel
        self._left = output_bytes
        self._left_to_cell = 0
        self._lock = threading.RLock()
        # What was written to descriptors 1 and 2, by C code or by other programs.
        self._pipes: dict[int, tuple[str, codecs.IncrementalDecoder]] = {}
        self._process = os.getpid()
        self._printed: list[tuple[str, str]] = []
        self._sent_at = 0.0
        self.is_closed = False
        # The thread that is in the middle of a frame, which no interrupt may cut short.
        self._sender = 0
        self._is_late = False

    def capture_descriptors(self) -> None:
        """Take what is written to descriptors 1 and 2 for outputs, too."""
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            ours, theirs = os.pipe()
            os.set_blocking(ours, False)
            os.dup2(theirs, descriptor)
            os.close(theirs)
            self._pipes[ours] = name, codecs.getincrementaldecoder("utf-8")("replace")
        threading.Thread(target=self._flush_always, daemon=True).start()

    def begin_cell(self) -> None:
        """Let the next cell show most of what is left."""
        self._left_to_cell = self._left - self._left // _LEFT_TO_OTHERS

    def show(self, output: dict[str, Any]) -> None:
        """Send one output, behind what was printed before it."""
        with self._lock:
            self.flush()
            self._send_output(output)

    def print(self, name: str, text: str) -> None:
        """Send what was written to ``stdout`` or ``stderr``, at once or a moment later."""
        with self._lock:
            if self.is_closed:
                return
            self._printed.append((name, text))
            if time.monotonic() - self._sent_at > _GATHER_SECONDS:
                self.flush()

    def flush(self) -> None:
        """Send what was printed and not sent yet."""
        with self._lock:
            self._read_pipes()
            printed, self._printed = self._printed, []
            for name, parts in itertools.groupby(printed, lambda one: one[0]):
                text = "".join(part for _, part in parts)
                for start in range(0, len(text), _TEXT_CHARACTERS):
                    part = text[start : start + _TEXT_CHARACTERS]
                    self._send_output({"output_type": "stream", "name": name, "text": part})
            self._sent_at = time.monotonic()

    def say(self, *, is_last: bool = False, **facts: Any) -> None:
        """Send a word about the cell that is running.

        Args:
            is_last: Whether nothing may follow: the channel is needed for other things.
            facts: What it says.
        """
        with self._lock:
            self.flush()
            self._send(json.dumps(facts).encode())
            self.is_closed = is_last

    def on_interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt in the cell, once no frame is half sent."""
        if self._sender == threading.get_ident():
            self._is_late = True
        else:
            raise KeyboardInterrupt

    def is_of_this_process(self) -> bool:
        """Whether this is the process that the channel was made for, and not a child of it."""
        return os.getpid() == self._process

    def _read_pipes(self) -> None:
        for pipe, (name, decoder) in [*self._pipes.items()]:
            with suppress(BlockingIOError):
                while content := os.read(pipe, _PIPE_BYTES):
                    self._printed.append((name, decoder.decode(content)))
                # Nobody can write there any more.
                del self._pipes[pipe]
                os.close(pipe)

    def _flush_always(self) -> None:
        # Student code may close what is not its own.
        with suppress(OSError):
            while self._pipes and not self.is_closed:
                # Other programs wait for what they write to be read; Python may print at any time.
                select.select([*self._pipes], [], [], _GATHER_SECONDS)
                self.flush()

    def _send_output(self, output: dict[str, Any]) -> None:
        text = json.dumps(output, default=json_default, ensure_ascii=False)
        payload = text.encode("utf-8", "surrogatepass")
        # How it ended is shown also of a cell that has printed all it may.
        is_error = output["output_type"] == "error"
        if len(payload) <= (self._left if is_error else self._left_to_cell):
            self._left -= len(payload)
            self._left_to_cell -= len(payload)
            self._send(payload)
        else:
            self._send(b'{"cut": true}')

    def _send(self, payload: bytes) -> None:
        if self.is_closed or not self.is_of_this_process():
            return
        self._sender = threading.get_ident()
        try:
            send_frame(self._channel, payload)
        finally:
            self._sender = 0
        if self._is_late:
            self._is_late = False
            raise KeyboardInterrupt


class CellStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells, as ipykernel's: text only, and no terminal."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, records: Records, name: str, descriptor: int) -> None:
        self.name = name
        self._records = records
        self._descriptor = descriptor

    def write(self, text: str) -> int:
        """Show the text with the cell's outputs."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self._records.is_of_this_process():
            self._records.print(self.name, text)
        else:
            # A child that student code has forked has no thread that would do it later.
            os.write(self._descriptor, text.encode(errors="replace"))
        return len(text)

    def flush(self) -> None:
        """Send what was written."""
        if self._records.is_of_this_process():
            self._records.flush()

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """What other programs write to this descriptor is shown, too."""
        return self._descriptor
