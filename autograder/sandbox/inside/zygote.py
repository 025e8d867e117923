"""The zygote: a warm process that forks one confined kernel for each request.

It sees only the files that the bootstrap process shows it, and has no network, no project and no
secret. Student code runs in its forks. It trusts the socket it listens on, which only the trusted
side can open. It stays single-threaded: a fork of a process with threads inherits their locks.
"""

import contextlib
import gc
import itertools
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.errors import AutograderError, SandboxError
from autograder.sandbox.inside.bootstrap import INSTRUCTION_BYTES, REFUSED
from autograder.sandbox.inside.confinement import SandboxPaths, close_descriptors, confine
from autograder.sandbox.inside.confinement_layers import layer
from autograder.sandbox.inside.init import be_init
from autograder.sandbox.inside.linux import (
    NEWPID,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_PDEATHSIG,
    prctl,
    setns,
    unshare,
)
from autograder.sandbox.inside.orphans import end_orphans
from autograder.sandbox.inside.privileges import status_field
from autograder.sandbox.inside.reduced import confine_reduced, make_scratch
from autograder.sandbox.inside.user_ids import SLOTS

_CHANNEL, _GROUP = range(2)
_MOST_REHEARSALS = 3


@dataclass(frozen=True, slots=True)
class ForkSlot:
    """What one fork has for itself: a slot, its user id, and a folder at the reduced level."""

    number: int
    uid: int
    scratch: str


@dataclass(frozen=True, slots=True)
class Fork:
    """One kernel that is running: its first process, its slot, and who asked for it."""

    pid: int
    pidfd: int
    slot: ForkSlot
    client: socket.socket


class Zygote:
    """Serves requests one after another; each connection is the lifetime of one fork.

    Args:
        paths: What every fork must not see, and must go on seeing.
        first_uid: Of the user ids that are this run's own; None where the operator's is all.
    """

    def __init__(
        self,
        control: socket.socket,
        listener: socket.socket,
        paths: SandboxPaths,
        first_uid: int | None,
    ) -> None:
        self._control = control
        self._listener = listener
        self._paths = paths
        self._first_uid = first_uid
        self._selector = selectors.DefaultSelector()
        self._forks: dict[int, Fork] = {}
        self._free = set(range(1, SLOTS))
        self._numbers = itertools.count()
        self._pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def rehearse(self, limits: dict[str, float]) -> None:
        """Confine a throw-away fork; SandboxError, in its own words, when that fails.

        If it ends before it can report, another follows: the machine may have ended it.
        """
        for _ in range(_MOST_REHEARSALS):
            report = self._rehearse_once(limits)
            if report == "confined":
                return
            if report:
                raise SandboxError(report)
        raise SandboxError("a confined process died, each time, before it could report")

    def _rehearse_once(self, limits: dict[str, float]) -> str:
        answer, question = socket.socketpair()
        # Never user 0, even where layers are missing: this fork is held like a student's.
        slot = self._make_slot(0)
        pid = self._fork(lambda: self._try_confinement(question, limits, slot))
        with layer("pidfd"):
            os.close(os.pidfd_open(pid))
        question.close()
        report = answer.recv(INSTRUCTION_BYTES).decode()
        answer.close()
        os.waitpid(pid, 0)
        _remove(slot.scratch)
        return report

    def serve(self) -> None:
        """Fork kernels until the trusted side hangs up."""
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._control, selectors.EVENT_READ, None)
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    self._end_all()
                    return
                key.data(key.fileobj)

    def _accept(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        self._selector.register(client, selectors.EVENT_READ, self._start)

    def _start(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        try:
            message, descriptors, _, _ = socket.recv_fds(client, INSTRUCTION_BYTES, _GROUP + 1)
        except ConnectionError:
            message, descriptors = b"", []
        if not message:
            client.close()
            return
        try:
            self._start_fork(client, json.loads(message), descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _start_fork(
        self, client: socket.socket, request: dict[str, Any], descriptors: list[int]
    ) -> None:
        if not self._free:
            client.send(b'{"refused": "all slots are taken; use fewer workers"}')
            client.close()
            return
        slot = self._make_slot(min(self._free))
        pid = self._fork(lambda: self._become_kernel(client, request, descriptors, slot))
        pidfd = os.pidfd_open(pid)
        fork = Fork(pid, pidfd, slot, client)
        self._free.remove(slot.number)
        self._forks[pidfd] = fork
        self._selector.register(pidfd, selectors.EVENT_READ, self._reap)
        self._selector.register(client, selectors.EVENT_READ, lambda _: self._abandon(fork))
        with contextlib.suppress(ConnectionError):
            socket.send_fds(client, [json.dumps({"scratch": slot.scratch}).encode()], [pidfd])

    def _abandon(self, fork: Fork) -> None:
        """The requester has hung up: the kernel is no longer wanted."""
        # Its end may have been noticed, and all of it closed, a moment before.
        if fork.pidfd in self._forks:
            self._selector.unregister(fork.client)
            signal.pidfd_send_signal(fork.pidfd, signal.SIGKILL)

    def _reap(self, pidfd: int) -> None:
        fork = self._forks.pop(pidfd)
        _, status = os.waitpid(fork.pid, 0)
        if self._paths.is_reduced:
            end_orphans(keep={other.pid for other in self._forks.values()})
            _remove(fork.slot.scratch)
        ended = {"ended": os.waitstatus_to_exitcode(status)}
        with contextlib.suppress(OSError):
            fork.client.send(json.dumps(ended).encode())
        with contextlib.suppress(KeyError):
            self._selector.unregister(fork.client)
        self._selector.unregister(pidfd)
        fork.client.close()
        os.close(pidfd)
        self._free.add(fork.slot.number)

    def _end_all(self) -> None:
        """No kernel is wanted any more; a pid namespace ends with this process by itself."""
        if self._paths.is_reduced:
            end_orphans()

    def _make_slot(self, number: int) -> ForkSlot:
        uid = os.getuid() if self._first_uid is None else self._first_uid + number
        folder = self._paths.folder
        return ForkSlot(
            number, uid, make_scratch(folder, next(self._numbers), uid) if folder else ""
        )

    def _fork(self, child: Callable[[], NoReturn]) -> int:
        """Fork a process that is the first of a pid namespace of its own, and runs ``child``.

        At the reduced level there is no such namespace.
        """
        if not self._paths.is_reduced:
            unshare(NEWPID)
        try:
            pid = os.fork()
            if pid == 0:
                try:
                    child()
                finally:
                    os._exit(REFUSED)
        finally:
            if not self._paths.is_reduced:
                setns(self._pid_namespace, NEWPID)
        return pid

    def _try_confinement(
        self, report: socket.socket, limits: dict[str, float], slot: ForkSlot
    ) -> NoReturn:
        close_descriptors([report.fileno()])
        refusal = self._confined(limits, slot)
        report.send(refusal.encode() or b"confined")
        os._exit(0)

    def _become_kernel(
        self,
        client: socket.socket,
        request: dict[str, Any],
        descriptors: list[int],
        slot: ForkSlot,
    ) -> NoReturn:
        close_descriptors([client.fileno(), *descriptors])
        _join_group(descriptors)
        first = os.getpid()
        if slot.scratch:
            # Its first process stays outside, as nothing but confinement would protect it.
            _leave_to_init([*descriptors, client.fileno()])
        refusal = self._confined(request["limits"], slot)
        client.send(json.dumps({"refused": refusal} if refusal else {"ready": True}).encode())
        client.close()
        if refusal:
            os._exit(REFUSED)
        if not slot.scratch:
            _leave_to_init(descriptors)
        os.setsid()
        # At the reduced level no pid namespace ends it when its first process is killed. Earlier
        # would be too early: another user id resets it.
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != first:
            # It was killed a moment ago.
            os._exit(REFUSED)
        from autograder.sandbox.inside.kernel import run_kernel

        run_kernel(
            channel=descriptors[_CHANNEL],
            output_bytes=request["limits"]["output_bytes"],
            scratch=slot.scratch,
        )

    def _confined(self, limits: dict[str, float], slot: ForkSlot) -> str:
        """Confine this process; an empty string, or why it must not run student code."""
        known: dict[str, Any] = {
            "limits": limits,
            "uid": slot.uid,
            "paths": self._paths,
        }
        try:
            if slot.scratch:
                confine_reduced(**known, scratch=slot.scratch)
            else:
                confine(**known)
        except (AutograderError, OSError) as error:
            return str(error)
        return ""


def main(control_descriptor: int, listener_descriptor: int, first_uid: int | None) -> NoReturn:
    """Confine a throw-away fork, warm up, report READY and serve until asked to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=control_descriptor)
    listener = socket.socket(fileno=listener_descriptor)
    instructions = json.loads(control.recv(INSTRUCTION_BYTES))
    sys.path += instructions["site"]
    sys.prefix = sys.exec_prefix = instructions["prefix"]
    paths = SandboxPaths(**instructions["paths"])
    zygote = Zygote(control, listener, paths, first_uid)
    try:
        if paths.is_reduced:
            prctl(PR_SET_CHILD_SUBREAPER, 1)
        zygote.rehearse(instructions["limits"])
        if instructions["is_rehearsal"]:
            control.send(b'{"ready": true}')
            os._exit(0)
        _warm_up(paths.kit)
        control.send(b'{"ready": true}')
        zygote.serve()
    except (AutograderError, ImportError) as error:
        control.send(json.dumps({"refused": str(error)}).encode())
        os._exit(REFUSED)
    os._exit(0)


def _warm_up(kit: str) -> None:
    from autograder.sandbox.inside.warm import warm_up

    gc.disable()
    warm_up(kit)
    if status_field("Threads") != "1":
        message = f"the zygote has {status_field('Threads')} threads, expected 1 before it forks"
        raise SandboxError(message)


def _leave_to_init(descriptors: list[int]) -> None:
    """Go on as the kernel, in a child; this process waits for it and never returns."""
    kernel = os.fork()
    if kernel:
        for descriptor in descriptors:
            os.close(descriptor)
        be_init(kernel)


def _join_group(descriptors: list[int]) -> None:
    """Enter the control group that the trusted side has made for this fork, where it could."""
    if len(descriptors) > _GROUP:
        os.write(descriptors[_GROUP], b"0")
        os.close(descriptors.pop())


def _remove(scratch: str) -> None:
    """Remove a folder that student code has filled, however deep; in a process of its own."""
    if scratch:
        arguments = ["rm", "-rf", "--one-file-system", "--", scratch]
        os.waitpid(os.posix_spawn("/bin/rm", arguments, {}), 0)
