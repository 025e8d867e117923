"""Starts the zygote and stops it. Trusted side; the only place that starts a process.

A zygote that dies is started again. :mod:`autograder.sandbox.instructions` makes its instructions.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autograder.errors import AutograderError, ConfinementError, NoSandboxError, SandboxError
from autograder.model.limits import Limits
from autograder.model.verdict import Confinement
from autograder.sandbox.inside.bootstrap import KILLED
from autograder.sandbox.inside.user_ids import SLOTS
from autograder.sandbox.instructions import PROJECT, instructions_for
from autograder.sandbox.kit import add_far_side, build_kit
from autograder.sandbox.leftovers import OwnFolder, remove_leftovers
from autograder.sandbox.process_tree import require_watching

# The sockets of kernels are one folder below it: Linux allows 107 bytes for a path.
ADDRESS_BYTES = 90
# Requests wait here while there is no zygote; one for each slot.
_BACKLOG = SLOTS
_REPLY_BYTES = 64 * 1024
_START_SECONDS = 120.0
_END_SECONDS = 5.0
# The machine's memory killer takes the largest process again and again where memory is short.
_MOST_DEATHS = 12
_MOST_FALSE_STARTS = 3
_DIED_TOO_OFTEN = (
    "The zygote, the process that starts kernels, has died too often to be started again. This "
    "machine may be short of memory: free some, or use fewer jobs, and run the same command again."
)


def say_nothing(_sentence: str) -> None:
    """Ignore a sentence for the operator."""


class ZygoteProcess:
    """A zygote that this process has started, starts again when it dies, and will stop.

    Requests for a kernel wait while there is no zygote: the socket is this process's.
    """

    def __init__(
        self,
        own: OwnFolder,
        listener: socket.socket,
        instructions: Sequence[Mapping[str, Any]],
        *,
        say: Callable[[str], None],
    ) -> None:
        self._own = own
        self._listener = listener
        self._instructions = instructions
        self._say = say
        self._lock = threading.Lock()
        self._is_wanted = True
        self._has_outcome = threading.Event()
        self._refusal: AutograderError | None = None
        self._bootstrap = _BootstrapProcess(listener, instructions)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def address(self) -> str:
        """Path of the socket on which the zygote takes requests."""
        return str(_socket_path(self._own.path))

    @property
    def pid(self) -> int:
        """Process id of the bootstrap process around the zygote."""
        return self._bootstrap.process.pid

    @classmethod
    def begin(
        cls,
        *,
        kit: Path | None,
        hidden: Iterable[Path],
        limits: Limits,
        level: Confinement = Confinement.FULL,
        is_rehearsal: bool = False,
        say: Callable[[str], None] = say_nothing,
    ) -> Self:
        """Start a zygote that shows students ``kit``; it warms up while other things are done.

        Requests may be made at once, and wait; :meth:`await_ready` raises what goes wrong.
        A rehearsal only confines one throw-away process, and ends; it loads nothing. ``say`` is
        gets a sentence about each death, in another thread.
        """
        remove_leftovers()
        require_watching()
        own = OwnFolder()
        try:
            _fill_folder(own.path, kit)
            instructions = instructions_for(
                own.path, hidden, limits, level, is_rehearsal=is_rehearsal
            )
            listener = _listen(own.path)
            try:
                return cls(own, listener, instructions, say=say)
            except BaseException:
                listener.close()
                raise
        except BaseException:
            own.close()
            raise

    def await_ready(self) -> None:
        """Wait until it is warm; returns at once when it has been.

        Raises:
            ConfinementError: This machine cannot confine; says what is missing.
            SandboxError: The zygote ended, or was silent for two minutes.
            NoSandboxError: It has died too often to be started again.
        """
        self._has_outcome.wait()
        if self._refusal is not None:
            raise self._refusal

    def _watch(self) -> None:
        try:
            self._keep_alive()
        finally:
            # Nothing may wait for ever, even if this thread fails.
            self._has_outcome.set()

    def _keep_alive(self) -> None:
        """Start the zygote again each time that it dies."""
        false_starts = 0
        for _ in range(_MOST_DEATHS):
            try:
                self._bootstrap.await_ready()
                false_starts = 0
                self._has_outcome.set()
            except _Killed:
                false_starts += 1
            except AutograderError as error:
                return self._give_up(error)
            status = self._bootstrap.await_end()
            # A rehearsal is over by then.
            if not self._is_wanted or status == 0:
                return None
            self._say(f"the zygote has died (exit status {status}), and is started again")
            if false_starts == _MOST_FALSE_STARTS:
                break
            try:
                if not self._start_again():
                    return None
            except OSError as error:
                return self._give_up(NoSandboxError(f"the zygote could not be started: {error}"))
        return self._give_up(NoSandboxError(_DIED_TOO_OFTEN))

    def _start_again(self) -> bool:
        with self._lock:
            if self._is_wanted:
                dead = self._bootstrap
                self._bootstrap = _BootstrapProcess(self._listener, self._instructions)
                dead.close()
            return self._is_wanted

    def _give_up(self, error: AutograderError) -> None:
        """Refuse the requests that wait for a kernel, and all later ones."""
        self._refusal = error
        self._listener.close()

    def close(self) -> None:
        """End the zygote, and with it every kernel, and remove its folder."""
        with self._lock:
            self._is_wanted = False
        self._bootstrap.end()
        self._watcher.join()
        self._bootstrap.close()
        self._listener.close()
        self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Killed(Exception):
    """A signal has ended the zygote before it was warm."""


class _BootstrapProcess:
    """The process around one zygote, and our end of its control channel."""

    def __init__(self, listener: socket.socket, instructions: Iterable[Mapping[str, Any]]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._is_ready = False
        try:
            with theirs:
                self.process = _start_bootstrap(theirs.fileno(), listener.fileno())
        except BaseException:
            self._control.close()
            raise
        for one in instructions:
            # A process that is gone already has sent the reason; await_ready() reads it.
            with suppress(ConnectionError):
                self._control.send(json.dumps(one).encode())

    def await_ready(self) -> None:
        """Wait until it is warm.

        Raises:
            ConfinementError: This machine cannot confine; says what is missing.
            SandboxError: The zygote ended, or was silent for two minutes.
            _Killed: It was ended from outside.
        """
        self._control.settimeout(_START_SECONDS)
        try:
            reply = json.loads(self._control.recv(_REPLY_BYTES) or b"{}")
        except TimeoutError as error:
            message = f"the zygote was not ready after {_START_SECONDS:g} s"
            raise SandboxError(message) from error
        except ConnectionError:
            reply = {}
        if "refused" in reply:
            refusal = str(reply["refused"])
            raise (ConfinementError if "cannot confine" in refusal else SandboxError)(refusal)
        if not reply.get("ready"):
            raise self._died()
        self._is_ready = True

    def _died(self) -> Exception:
        _, errors = self.process.communicate()
        status = self.process.returncode
        if status < 0 or status > KILLED:
            return _Killed()
        lines = errors.decode(errors="replace").strip().splitlines()
        words = lines[-1] if lines else f"exit status {status}"
        return SandboxError(f"the zygote ended while it started: {words}")

    def await_end(self) -> int:
        """Wait until the zygote and the bootstrap process are gone; how they ended."""
        self._control.settimeout(None)
        with suppress(ConnectionError):
            self._control.recv(_REPLY_BYTES)
        return self.process.wait()

    def end(self) -> None:
        """End it."""
        # Hanging up is enough, and returns once all is gone; a zygote that does not listen, as
        # while it warms up, is killed, and takes the rest with it a moment later.
        self._control.shutdown(socket.SHUT_RDWR)
        try:
            self.process.wait(_END_SECONDS if self._is_ready else 0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self) -> None:
        """Let go of what is left of one that has ended."""
        for stream in (self.process.stderr, self._control):
            if stream is not None:
                stream.close()


def _fill_folder(folder: Path, kit: Path | None) -> None:
    """Put what the zygote shows into its folder."""
    own_kit = folder / "kit"
    if kit is None:
        build_kit(own_kit)
    else:
        shutil.copytree(kit, own_kit)
    add_far_side(own_kit)
    _make_readable(own_kit)
    (folder / "root").mkdir()


def _listen(folder: Path) -> socket.socket:
    address = _socket_path(folder)
    if len(os.fsencode(address)) > ADDRESS_BYTES:
        message = f"{address} is too long for a socket; set TMPDIR to a shorter path"
        raise SandboxError(message)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(address))
    listener.listen(_BACKLOG)
    return listener


def _start_bootstrap(control: int, listener: int) -> "subprocess.Popen[bytes]":
    boot = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r}); "
        f"from autograder.sandbox.inside.bootstrap import main; main({control}, {listener})"
    )
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-c", boot],
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=(control, listener),
        start_new_session=True,
        cwd="/",
    )


def _make_readable(kit: Path) -> None:
    """Let student user ids read the kit, even under a strict umask."""
    for path in (kit, *kit.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _socket_path(folder: Path) -> Path:
    return folder / "zygote"
