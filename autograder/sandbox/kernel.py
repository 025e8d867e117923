"""Asks the zygote for a fork and holds it: start, interrupt, kill, notice its end. Trusted side.

All that a fork has from outside is the other end of one socket, which has no name anywhere.
"""

import json
import os
import select
import signal
import socket
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from autograder.errors import ConfinementError, NoSandboxError, SandboxError
from autograder.model.limits import Limits
from autograder.sandbox.cgroups import ControlGroup

_REPLY_BYTES = 64 * 1024
_START_SECONDS = 60.0


class Kernel:
    """One confined fork of a zygote, in which a submission runs, until it is closed.

    Attributes:
        channel: Our end of its channel.
        pidfd: Descriptor of its process 1; readable once it has ended.
        scratch: At the reduced level, the folder on disk that it may write; else empty.
    """

    def __init__(self, address: str, limits: Limits) -> None:
        """Fork it, and wait until it is confined.

        Args:
            address: Path of the zygote's socket.
            limits: What it may use.

        Raises:
            NoSandboxError: No zygote listens at the address.
            SandboxError: The zygote gave no fork.
            ConfinementError: The fork could not be confined; no student code has run.
        """
        self.pidfd = -1
        self.scratch = ""
        self._status: int | None = None
        self._group = ControlGroup.make(limits)
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.channel, theirs = socket.socketpair()
        try:
            with theirs:
                descriptors = [theirs.fileno()]
                if self._group is not None:
                    descriptors.append(self._group.entrance)
                self._connection.settimeout(_START_SECONDS)
                self._connection.connect(address)
                request = json.dumps({"limits": asdict(limits)}).encode()
                socket.send_fds(self._connection, [request], descriptors)
                self._await_ready()
        except OSError as error:
            self.close()
            # Without a listener none will come; otherwise the zygote may have died just now.
            is_gone = isinstance(error, ConnectionRefusedError | FileNotFoundError)
            message = f"the zygote at {address} does not answer: {error}"
            raise (NoSandboxError if is_gone else SandboxError)(message) from error
        except BaseException:
            self.close()
            raise

    def _await_ready(self) -> None:
        """Take the zygote's pidfd and the fork's own READY, in whichever order they come."""
        is_ready = False
        while self.pidfd < 0 or not is_ready:
            reply, received, _, _ = socket.recv_fds(self._connection, _REPLY_BYTES, 1)
            answer = _parsed(reply)
            if received:
                self.pidfd = received[0]
                self.scratch = answer["scratch"]
            elif "refused" in answer:
                raise ConfinementError(str(answer["refused"]))
            elif answer.get("ready"):
                is_ready = True
            else:
                message = "the zygote ended before a kernel was confined"
                raise SandboxError(message)

    def has_ended(self, *, wait: float | None = 0.0) -> bool:
        """Whether process 1 is gone.

        Args:
            wait: Seconds to wait for it; None waits until it is.
        """
        return bool(select.select([self.pidfd], [], [], wait)[0])

    def exit_status(self) -> int | None:
        """The exit status, 128 + n for signal n; None when the zygote has died.

        Waits until the fork has ended.
        """
        if self._status is None:
            with suppress(OSError):
                status = _parsed(self._connection.recv(_REPLY_BYTES)).get("ended")
                self._status = status if isinstance(status, int) else None
        return self._status

    def ran_out_of_memory(self) -> bool:
        """Whether the Linux kernel itself has ended it for lack of memory."""
        return self._group is not None and self._group.ran_out()

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the cell that is running: process 1 passes it on."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End every process of the fork at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)

    def close(self) -> None:
        """Kill it, wait until every process of it is gone, and close what this side holds."""
        if self.pidfd >= 0:
            self.kill()
            self.has_ended(wait=None)
            if self.scratch:
                # Without a pid namespace the others end a moment later, by the zygote's hand.
                self.exit_status()
            os.close(self.pidfd)
            self.pidfd = -1
        self.channel.close()
        self._connection.close()
        if self._group is not None:
            self._group.close()
            self._group = None


def _parsed(reply: bytes) -> dict[str, Any]:
    parsed = json.loads(reply or b"{}")
    return parsed if isinstance(parsed, dict) else {}
