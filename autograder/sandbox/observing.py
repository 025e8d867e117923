"""Asks a kernel, over the observation channel, what its functions do.

Trusted side. Every byte that comes back is a claim by an adversary: it is read by length with a
deadline, belongs to a fresh nonce, and is data or nothing.
"""

import secrets
import socket
from collections.abc import Callable, Sequence

from autograder.errors import WireError
from autograder.model.exercise import Scenario
from autograder.model.limits import WAITING_FACTOR, Limits
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import ObservationRequest
from autograder.model.verdict import Outcome
from autograder.probe.budget import Budget, Spent, Usage
from autograder.probe.wire import decode_seen, encode_request, receive_frame, send_frame

# The kernel ends a scenario itself when its budget is over; beyond this it is not answering.
GRACE_SECONDS = 2.0
# A scenario that has timed out after less of its budget slept, or the machine did.
_RAN = 0.8


class Observer:
    """Sends requests and collects what was seen.

    Args:
        channel: Our end of the kernel's observation channel.
        usage: Says what the kernel's processes have used.
        notebook: The budget of the whole notebook.
        look: Called now and then; ends a kernel that uses too much.

    Attributes:
        doubt: Why it is not certain that the function itself lost an observation; or empty.
        gave_up: Label of the request after which the kernel answered no more; or empty.
    """

    def __init__(
        self,
        channel: socket.socket,
        *,
        limits: Limits,
        usage: Callable[[], Usage],
        notebook: Budget,
        look: Callable[[], None],
    ) -> None:
        self.doubt = ""
        self.gave_up = ""
        self._channel = channel
        self._limits = limits
        self._usage = usage
        self._notebook = notebook
        self._look = look
        self._lost: Outcome | None = None

    def observe(self, request: ObservationRequest) -> dict[str, ObservationResult]:
        """What was seen of one exercise; every scenario has an entry, in the order asked."""
        if self._lost:
            return all_missing(request.scenarios, self._lost)
        nonces = [secrets.token_hex(16) for _ in request.scenarios]
        payload = encode_request(request, nonces)
        seen: dict[str, ObservationResult] = {}
        try:
            self._send(payload)
            for scenario, nonce in zip(request.scenarios, nonces, strict=True):
                seen[scenario.name] = self._receive(request, scenario, nonce)
        except TimeoutError:
            self._give_up(request, self._lost or Outcome.TIMED_OUT)
        except (EOFError, OSError):
            self._doubt(request, "the kernel ended while it was observed")
            self._give_up(request, Outcome.DIED)
        except WireError:
            # Its text quotes what came, and what came may quote a hidden input.
            return seen | all_missing(request.scenarios[len(seen) :], Outcome.DIED)
        return seen | all_missing(request.scenarios[len(seen) :], self._lost or Outcome.DIED)

    def _send(self, payload: bytes) -> None:
        self._channel.settimeout(WAITING_FACTOR * self._limits.cell_seconds)
        send_frame(self._channel, payload)

    def _receive(
        self, request: ObservationRequest, scenario: Scenario, nonce: str
    ) -> ObservationResult:
        budget = Budget(self._usage, scenario.budget_seconds + GRACE_SECONDS)

        def is_over() -> bool:
            self._look()
            spent = budget.spent() or self._notebook.spent()
            if spent in {Spent.WAITING, Spent.STARVED}:
                self._doubt(request, f"{scenario.name} was {spent} when its time was over")
            if spent is Spent.STARVED:
                self._lost = Outcome.INTERNAL_ERROR
            return spent is not None

        payload = receive_frame(self._channel, max_bytes=self._limits.frame_bytes, is_over=is_over)
        answered, seen = decode_seen(payload)
        if answered != nonce or seen.scenario != scenario.name:
            message = "an answer to another question"
            raise WireError(message)
        return (
            self._believed(request, scenario, seen, budget)
            if isinstance(seen, MissingObservation)
            else seen
        )

    def _believed(
        self,
        request: ObservationRequest,
        scenario: Scenario,
        lost: MissingObservation,
        budget: Budget,
    ) -> MissingObservation:
        """The kernel says why it lost an observation; what the clocks and the machine say."""
        if lost.outcome is Outcome.DIED:
            self._doubt(request, f"the process that ran {scenario.name} ended")
        if lost.outcome is Outcome.TIMED_OUT and budget.used() < _RAN * scenario.budget_seconds:
            self._doubt(request, f"{scenario.name} waited when its time was over")
            if budget.was_starved():
                return MissingObservation(scenario.name, Outcome.INTERNAL_ERROR)
        return lost

    def _doubt(self, request: ObservationRequest, what: str) -> None:
        """The first thing that is doubtful counts; the same every time that it happens."""
        self.doubt = self.doubt or f"{request.label}: {what}"

    def _give_up(self, request: ObservationRequest, outcome: Outcome) -> None:
        self._lost = outcome
        self.gave_up = request.label


def all_missing(scenarios: Sequence[Scenario], outcome: Outcome) -> dict[str, ObservationResult]:
    """An entry for each scenario that could not be observed."""
    return {scenario.name: MissingObservation(scenario.name, outcome) for scenario in scenarios}
