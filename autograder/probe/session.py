"""The kernel's end of the observation channel. Runs beside student code, inside the sandbox.

Hidden scenarios arrive here as messages, after the student's last cell. Each exercise is observed
in a forked child of the kernel, so that an exercise that crashes, hangs or changes global state
does not affect the next one. The last exercise is observed in the kernel itself, which saves a
fork. Every answer on the channel is a claim, and the judge treats it as one.
"""

import os
import signal
import socket
import sys
from collections.abc import Iterator, MutableMapping
from functools import partial
from typing import Any

import torch

from autograder.errors import WireError
from autograder.model.exercise import Scenario
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import ObservationRequest
from autograder.model.verdict import Outcome
from autograder.probe.budget import Budget, usage_of
from autograder.probe.observe import observe, plan_of
from autograder.probe.wire import decode_request, encode_seen, receive_frame, send_frame

_MAX_REQUEST_BYTES = 1024 * 1024
_MAX_ANSWER_BYTES = 16 * 1024 * 1024


class Session:
    """The namespaces kept so far, and the channel to the trusted side.

    Attributes:
        channel: The socket, or None outside a sandbox.
    """

    def __init__(self, channel: socket.socket | None = None) -> None:
        self.channel = channel
        self._kept: dict[str, dict[str, Any]] = {}

    def keep(self, namespace: MutableMapping[str, Any], *exercises: str) -> None:
        """Keep the namespace as it is at the end of these exercises' section."""
        for exercise in exercises:
            self._kept[exercise] = dict(namespace)

    def restore(self, namespace: MutableMapping[str, Any], exercise: str) -> None:
        """Undo what later sections redefined; names that they only added stay."""
        namespace.update(self._kept.get(exercise, {}))

    def go_back(self, namespace: MutableMapping[str, Any], name: str) -> None:
        """Make the namespace what it was when it was kept under ``name``."""
        namespace.clear()
        namespace.update(self._kept[name])

    def prepare(self, namespace: MutableMapping[str, Any], request: ObservationRequest) -> None:
        """Make the namespace the one that the request's function belongs to."""
        if request.kept:
            self.go_back(namespace, request.kept)
        else:
            self.restore(namespace, request.exercise.split("/")[1])

    def serve(self, namespace: MutableMapping[str, Any]) -> None:
        """Answer requests until the trusted side closes the channel."""
        if self.channel is None:
            return
        try:
            self._serve(self.channel, namespace)
        finally:
            # After an error here, too: the trusted side must not wait for an answer.
            self.channel.close()

    def _serve(self, channel: socket.socket, namespace: MutableMapping[str, Any]) -> None:
        while True:
            try:
                payload = receive_frame(channel, max_bytes=_MAX_REQUEST_BYTES)
            except (EOFError, OSError):
                return
            request, nonces = decode_request(payload)
            if request.is_last:
                self._observe(channel, namespace, request, nonces)
                continue
            for frame in self._answers(namespace, request, nonces):
                send_frame(channel, frame)

    def _answers(
        self, namespace: MutableMapping[str, Any], request: ObservationRequest, nonces: list[str]
    ) -> Iterator[bytes]:
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            self._observe_in_child(theirs, namespace, request, nonces)
        theirs.close()
        lost: MissingObservation | None = None
        for nonce, scenario in zip(nonces, request.scenarios, strict=True):
            if lost is None:
                budget = Budget(partial(usage_of, [child]), scenario.budget_seconds)
                try:
                    yield receive_frame(ours, max_bytes=_MAX_ANSWER_BYTES, is_over=budget.spent)
                    continue
                except TimeoutError:
                    lost = MissingObservation(scenario.name, Outcome.TIMED_OUT)
                except (EOFError, OSError, WireError):
                    lost = MissingObservation(scenario.name, Outcome.DIED)
                os.kill(child, signal.SIGKILL)
            # The child is dead, so its other scenarios end in the same way.
            yield encode_seen(nonce, MissingObservation(scenario.name, lost.outcome))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        ours.close()

    def _observe_in_child(
        self,
        answers: socket.socket,
        namespace: MutableMapping[str, Any],
        request: ObservationRequest,
        nonces: list[str],
    ) -> None:
        try:
            if self.channel is not None:
                self.channel.close()
            self._observe(answers, namespace, request, nonces)
            # The parent kills this process, so that no exit handler of the student's runs.
            signal.pause()
        finally:
            os._exit(1)

    def _observe(
        self,
        answers: socket.socket,
        namespace: MutableMapping[str, Any],
        request: ObservationRequest,
        nonces: list[str],
    ) -> None:
        _be_silent()
        torch.set_num_threads(1)
        self.prepare(namespace, request)
        for nonce, scenario in zip(nonces, request.scenarios, strict=True):
            seen = observe_name(namespace, request.exercise, scenario)
            send_frame(answers, encode_seen(nonce, seen))


def observe_name(
    namespace: MutableMapping[str, Any], exercise: str, scenario: Scenario
) -> ObservationResult:
    """The observation of the object that the namespace binds to the exercise's name."""
    name = exercise.split("/")[1]
    if name not in namespace:
        return MissingObservation(scenario.name, Outcome.MISSING)
    return observe(namespace[name], scenario, plan_of(exercise))


def _be_silent() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


# One kernel has one session: that of the shell in which the notebook's cells run.
_SESSION = Session()


def attach(channel: socket.socket) -> None:
    """Give the session its channel. The fork calls this before it runs any student code."""
    _SESSION.channel = channel


def keep(*exercises: str) -> None:
    """Keep the notebook's namespace for the exercises whose section has just ended."""
    _SESSION.keep(_user_namespace(), *exercises)


def go_back(name: str) -> None:
    """Return to the namespace that was kept under ``name``."""
    _SESSION.go_back(_user_namespace(), name)


def serve() -> None:
    """Answer the trusted side's requests about this notebook's functions."""
    _SESSION.serve(_user_namespace())


def _user_namespace() -> MutableMapping[str, Any]:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell is not None else sys.modules["__main__"].__dict__
