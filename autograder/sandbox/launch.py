"""Starts the zygote and stops it. Trusted side; the only place that starts a process.

The zygote learns the paths it must show and hide, nothing else: no environment variable, no
file of the course, no secret.
"""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from os.path import normpath
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autograder.errors import AutograderError, ConfinementError, SandboxError
from autograder.model.limits import Limits
from autograder.model.verdict import Confinement
from autograder.sandbox.group import require_watching
from autograder.sandbox.kit import add_far_side, build_kit
from autograder.sandbox.leftovers import OwnFolder, remove_leftovers
from autograder.sandbox.view import SYSTEM, readable_parts, sheltered

# The sockets of kernels lie one folder below it: Linux allows 107 bytes for a path.
ADDRESS_BYTES = 90
_BACKLOG = 64
_REPLY_BYTES = 64 * 1024
_START_SECONDS = 120.0
_END_SECONDS = 5.0
_MUST_IMPORT = ("torch", "numpy", "ipykernel", "IPython", "matplotlib", "tqdm")
_PACKAGES_WITH_ANSWERS = ("autograder", "release")
_PROJECT = Path(__file__).resolve().parents[2]


class ZygoteProcess:
    """A zygote that this process has started and will stop."""

    def __init__(
        self, own: OwnFolder, process: "subprocess.Popen[bytes]", control: socket.socket
    ) -> None:
        self._own = own
        self._folder = own.path
        self._process = process
        self._control = control
        self._turn = threading.Lock()
        self._is_ready = False
        self._refusal: AutograderError | None = None

    @property
    def address(self) -> str:
        """Path of the socket on which the zygote takes requests."""
        return str(_socket_path(self._folder))

    @property
    def pid(self) -> int:
        """Process id of the cage around the zygote."""
        return self._process.pid

    @classmethod
    def begin(
        cls,
        *,
        kit: Path | None,
        hidden: Iterable[Path],
        limits: Limits,
        level: Confinement = Confinement.FULL,
        is_rehearsal: bool = False,
    ) -> Self:
        """Start a zygote that shows students ``kit``; it warms up while other things are done.

        Requests may be made at once, and wait; what goes wrong is told by :meth:`await_ready`.
        A rehearsal only confines one throw-away process, and ends; it loads nothing.
        """
        remove_leftovers()
        require_watching()
        own = OwnFolder()
        try:
            zygote = cls._start_in(own, kit)
        except BaseException:
            own.close()
            raise
        try:
            zygote.introduce(hidden=hidden, limits=limits, level=level, is_rehearsal=is_rehearsal)
        except BaseException:
            zygote.close()
            raise
        return zygote

    @classmethod
    def _start_in(cls, own: OwnFolder, kit: Path | None) -> Self:
        folder = own.path
        own_kit = folder / "kit"
        if kit is None:
            build_kit(own_kit)
        else:
            shutil.copytree(kit, own_kit)
        add_far_side(own_kit)
        _make_readable(own_kit)
        (folder / "root").mkdir()
        address = _socket_path(folder)
        if len(os.fsencode(address)) > ADDRESS_BYTES:
            message = f"{address} is too long for a socket; set TMPDIR to a shorter path"
            raise SandboxError(message)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(address))
            listener.listen(_BACKLOG)
            process = _popen(theirs.fileno(), listener.fileno())
        return cls(own, process, ours)

    def introduce(
        self, *, hidden: Iterable[Path], limits: Limits, level: Confinement, is_rehearsal: bool
    ) -> None:
        """Tell the cage and then the zygote what they need."""
        places = _runtime()
        is_reduced = level is Confinement.REDUCED
        surroundings: dict[str, Any] = {
            "hidden": [str(path) for path in _hidden(self._folder, hidden)],
            "sheltered": sheltered(places),
        }
        if is_reduced:
            surroundings |= self._prepare_reduced(places)
        cage = {
            "is_reduced": is_reduced,
            "base": str(self._folder / "root"),
            "kit": str(self._folder / "kit"),
            "runtime": places,
            "masked": _masked(places),
            "prefix": normpath(sys.prefix),
            # Through `..` it would lead over folders that the view does not have.
            "executable": normpath(sys.executable),
        }
        zygote = {
            "site": _site_folders(),
            "prefix": normpath(sys.prefix),
            "surroundings": surroundings,
            "limits": asdict(limits),
            "is_rehearsal": is_rehearsal,
        }
        for order in (cage, zygote):
            # Who is gone already has told why, and await_ready reads it.
            with suppress(ConnectionError):
                self._control.send(json.dumps(order).encode())

    def _prepare_reduced(self, places: list[str]) -> dict[str, Any]:
        """What stands in for a file view; other users may pass through the folder, not look."""
        self._folder.chmod(0o711)
        kit = str(self._folder / "kit")
        return {
            "kit": kit,
            "readable": [kit, *readable_parts([*SYSTEM, *places], _masked(places))],
            "folder": str(self._folder),
        }

    def await_ready(self) -> None:
        """Wait until it is warm; returns at once when it has been.

        Raises:
            ConfinementError: This machine cannot confine; says what is missing.
            SandboxError: The zygote ended, or was silent for two minutes.
        """
        with self._turn:
            if self._refusal is not None:
                raise self._refusal
            if not self._is_ready:
                try:
                    self._hear()
                except AutograderError as error:
                    self._refusal = error
                    raise
                self._is_ready = True

    def _hear(self) -> None:
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
            message = f"the zygote ended while it started: {self._last_words()}"
            raise SandboxError(message)

    def _last_words(self) -> str:
        _, errors = self._process.communicate()
        lines = errors.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {self._process.returncode}"

    def close(self) -> None:
        """End the zygote, and with it every kernel, and remove its folder."""
        # Hanging up is enough, and returns once all is gone; a zygote that does not listen, as
        # while it warms up, is killed, and takes the rest with it a moment later.
        self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(_END_SECONDS if self._is_ready else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stderr, self._control):
            if stream is not None:
                stream.close()
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


def _popen(control: int, listener: int) -> "subprocess.Popen[bytes]":
    boot = (
        f"import sys; sys.path.insert(0, {str(_PROJECT)!r}); "
        f"from autograder.sandbox.cage import main; main({control}, {listener})"
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
    """Let student user ids read the kit, whatever the operator's umask is."""
    for path in (kit, *kit.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _socket_path(folder: Path) -> Path:
    return folder / "zygote"


def _site_folders() -> list[str]:
    """Where the packages that a kernel imports are installed."""
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    for name in _MUST_IMPORT:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            message = f"the Python package {name} is not installed; student notebooks need it"
            raise SandboxError(message)
        folders.append(str(Path(spec.origin).parents[1]))
    return list(dict.fromkeys(normpath(folder) for folder in folders))


def _runtime() -> list[str]:
    """Folders of the Python installation and of its packages."""
    standard = sysconfig.get_path("stdlib")
    folders = [sys.prefix, sys.base_prefix, standard, *_site_folders()]
    return list(dict.fromkeys(normpath(folder) for folder in folders))


def _masked(runtime: list[str]) -> list[str]:
    """Installed copies of our own packages, which hold the answers."""
    inside = [Path(site, name) for site in _site_folders() for name in _PACKAGES_WITH_ANSWERS]
    return [
        str(path)
        for path in inside
        if path.is_dir() and any(path.is_relative_to(shown) for shown in runtime)
    ]


def _hidden(folder: Path, more: Iterable[Path]) -> list[Path]:
    """What every fork looks for and must not find."""
    own: list[Any] = [folder, _PROJECT / "autograder", _PROJECT / "assignments", Path.home()]
    named = [Path(path).resolve() for path in (*own, *more)]
    shown = [Path(path) for path in _runtime()]
    # A home that leads to the runtime exists, with nothing else in it.
    return [path for path in named if not any(part.is_relative_to(path) for part in shown)]
