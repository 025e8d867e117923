"""Asks the zygote for a kernel and holds it: start, interrupt, kill, notice its end.

Trusted side. The kernel's sockets are made here, in a folder that only this side can open, and
handed over as descriptors: student code has no path to fill, to replace or to follow.
"""

import asyncio
import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Instance, Unicode

from autograder.errors import ConfinementError, NoSandboxError, SandboxError
from autograder.model.limits import Limits
from autograder.sandbox.cgroups import ControlGroup

SHELL_PORT, IOPUB_PORT = 1, 2
_REPLY_BYTES = 64 * 1024
_START_SECONDS = 60.0


class ForkProvisioner(KernelProvisionerBase):
    """One kernel forked from a zygote.

    Attributes:
        address: Path of the zygote's socket.
        limits: What the kernel may use.
        channel: Our end of the observation channel, once launched.
        scratch: At the reduced level, the folder on disk that it may write; else empty.
    """

    address = Unicode()
    limits = Instance(Limits)

    channel: socket.socket
    scratch = ""
    _connection: socket.socket
    _folder: Path
    _pidfd: int | None = None
    _status: int | None = None
    _group: ControlGroup | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was forked and not cleaned up yet."""
        return self._pidfd is not None

    @property
    def pidfd(self) -> int:
        """Descriptor of the kernel's process 1; readable once it has ended."""
        if self._pidfd is None:
            message = "this kernel was not started, or is gone already"
            raise SandboxError(message)
        return self._pidfd

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ARG002
        """Fork a kernel, wait until it is confined, and return how to connect to it.

        Raises:
            NoSandboxError: No zygote listens at the address.
            SandboxError: The zygote gave no kernel.
            ConfinementError: The fork could not be confined; no student code has run.
        """
        key = secrets.token_hex(16)
        self._folder = self._make_folder()
        name = str(self._folder / "k")
        request = {"key": key, "limits": asdict(self.limits)}
        self._group = ControlGroup.make(self.limits)
        try:
            with _observation_channel(name) as (ours, descriptors):
                self.channel = ours
                if self._group is not None:
                    descriptors.append(self._group.entrance)
                await asyncio.to_thread(self._request, request, descriptors)
        except BaseException:
            await self.cleanup()
            raise
        self.connection_info = {
            "transport": "ipc",
            "ip": name,
            "shell_port": SHELL_PORT,
            "iopub_port": IOPUB_PORT,
            "key": key,
        }
        return self.connection_info

    def _make_folder(self) -> Path:
        """A folder beside the zygote's socket, so that nothing is left when we are killed."""
        try:
            return Path(tempfile.mkdtemp(prefix="k", dir=Path(self.address).parent))
        except OSError as error:
            raise self._unanswered(error) from error

    def _request(self, request: dict[str, Any], descriptors: list[int]) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.settimeout(_START_SECONDS)
        try:
            self._connection.connect(self.address)
            socket.send_fds(self._connection, [json.dumps(request).encode()], descriptors)
            self._await_ready()
        except OSError as error:
            raise self._unanswered(error) from error

    def _unanswered(self, error: OSError) -> SandboxError:
        """Without a listener none will come; otherwise the zygote may have died just now."""
        is_gone = isinstance(error, ConnectionRefusedError | FileNotFoundError)
        message = f"the zygote at {self.address} does not answer: {error}"
        return (NoSandboxError if is_gone else SandboxError)(message)

    def _await_ready(self) -> None:
        """Take the zygote's pidfd and the fork's own READY, in whichever order they come."""
        is_ready = False
        while self._pidfd is None or not is_ready:
            reply, received, _, _ = socket.recv_fds(self._connection, _REPLY_BYTES, 1)
            answer = _parsed(reply)
            if received:
                self._pidfd = received[0]
                self.scratch = answer["scratch"]
            elif "refused" in answer:
                raise ConfinementError(str(answer["refused"]))
            elif answer.get("ready"):
                is_ready = True
            else:
                message = "the zygote ended before a kernel was confined"
                raise SandboxError(message)

    async def poll(self) -> int | None:
        """None while it runs, else 0; :meth:`exit_status` says how it ended."""
        if self._pidfd is None:
            return 0
        ended, _, _ = select.select([self._pidfd], [], [], 0)
        return 0 if ended else None

    async def wait(self) -> int | None:
        """Wait until every process of the fork is gone."""
        if self._pidfd is not None:
            await asyncio.to_thread(select.select, [self._pidfd], [], [])
            if self.scratch:
                # Without a pid namespace the others end a moment later, by the zygote's hand.
                await asyncio.to_thread(self.exit_status)
        return await self.poll()

    def exit_status(self) -> int | None:
        """The kernel's exit status, 128 + n for signal n; None while it runs or when unknown."""
        if self._pidfd is None:
            return None
        if self._status is None:
            with contextlib.suppress(OSError):
                status = _parsed(self._connection.recv(_REPLY_BYTES)).get("ended")
                self._status = status if isinstance(status, int) else None
        return self._status

    def ran_out_of_memory(self) -> bool:
        """Whether the Linux kernel itself has ended it for lack of memory."""
        return self._group is not None and self._group.ran_out()

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the fork's process 1, which passes SIGINT on to the kernel."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signum)

    async def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the cell that is running."""
        await self.send_signal(signal.SIGINT)

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """End every process of the fork at once."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        """The same as kill: nothing in a fork is worth a polite end."""
        await self.kill(restart=restart)

    async def cleanup(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Close what this side holds and remove the folder of its sockets."""
        for name in ("channel", "_connection"):
            if hasattr(self, name):
                getattr(self, name).close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        if self._group is not None:
            self._group.close()
            self._group = None
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def _observation_channel(name: str) -> Iterator[tuple[socket.socket, list[int]]]:
    """Our end of a new channel, and what the kernel gets: its end, and two listening sockets."""
    ours, theirs = socket.socketpair()
    shell, iopub = (socket.socket(socket.AF_UNIX) for _ in range(2))
    with theirs, shell, iopub:
        for listening, port in ((shell, SHELL_PORT), (iopub, IOPUB_PORT)):
            listening.bind(f"{name}-{port}")
            listening.listen()
        yield ours, [theirs.fileno(), shell.fileno(), iopub.fileno()]


def _parsed(reply: bytes) -> dict[str, Any]:
    parsed = json.loads(reply or b"{}")
    return parsed if isinstance(parsed, dict) else {}
