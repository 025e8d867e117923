"""Asks a kernel, over the observation channel, what its functions do.

Trusted side. Every byte that comes back is a claim by an adversary: it is read by length with a
deadline, belongs to a fresh nonce, and is data or nothing.
"""

import secrets
import socket
import time
from collections.abc import Sequence

from autograder.errors import WireError
from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import Lost, Seen
from autograder.model.program import ObservationRequest
from autograder.model.verdict import Outcome
from autograder.probe.wire import decode_seen, encode_request, receive_frame, send_frame

# The kernel ends a scenario itself when its budget is over; beyond this it is not answering.
GRACE_SECONDS = 2.0
SERVE = '__import__("autograder.probe.session", fromlist=["serve"]).serve()'


class Observer:
    """Sends requests and collects what was seen.

    Args:
        channel: Our end of the kernel's observation channel.
        deadline: The ``time.monotonic()`` moment at which the notebook's budget ends.
    """

    def __init__(self, channel: socket.socket, *, limits: Limits, deadline: float) -> None:
        self._channel = channel
        self._limits = limits
        self._deadline = deadline
        self._lost: Outcome | None = None

    def observe(self, request: ObservationRequest) -> dict[str, Seen]:
        """What was seen of one exercise; every scenario has an entry, in the order asked."""
        if self._lost:
            return lose(request.scenarios, self._lost)
        nonces = [secrets.token_hex(16) for _ in request.scenarios]
        payload = encode_request(request, nonces)
        seen: dict[str, Seen] = {}
        try:
            self._send(payload)
            for scenario, nonce in zip(request.scenarios, nonces, strict=True):
                seen[scenario.name] = self._receive(scenario, nonce)
        except TimeoutError:
            self._lost = Outcome.TIMED_OUT
        except (EOFError, OSError):
            self._lost = Outcome.DIED
        except WireError:
            # Its text quotes what came, and what came may quote a hidden input.
            return seen | lose(request.scenarios[len(seen) :], Outcome.DIED)
        return seen | lose(request.scenarios[len(seen) :], self._lost or Outcome.DIED)

    def _send(self, payload: bytes) -> None:
        self._channel.settimeout(max(self._deadline - time.monotonic(), 0.001))
        send_frame(self._channel, payload)

    def _receive(self, scenario: Scenario, nonce: str) -> Seen:
        allowed = time.monotonic() + scenario.budget_seconds + GRACE_SECONDS
        payload = receive_frame(
            self._channel,
            deadline=min(allowed, self._deadline),
            max_bytes=self._limits.frame_bytes,
        )
        answered, seen = decode_seen(payload)
        if answered != nonce or seen.scenario != scenario.name:
            message = "an answer to another question"
            raise WireError(message)
        return seen


def lose(scenarios: Sequence[Scenario], outcome: Outcome) -> dict[str, Seen]:
    """An entry for each scenario that could not be observed."""
    return {scenario.name: Lost(scenario.name, outcome) for scenario in scenarios}
