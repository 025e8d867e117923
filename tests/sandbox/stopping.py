"""A sandbox in which kernels stand still when they are to be observed, as on a busy machine."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from unittest import mock

from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import ObservationRequest, Program, Run
from autograder.sandbox.observing import Observer
from autograder.sandbox.sandbox import KernelSandbox
from tests.sandbox.processes import children, descendants

_ROOM = "autograder.sandbox"


@dataclass
class Stopping:
    """Runs one program at a time.

    Attributes:
        sandbox: Does it.
        is_stopped: Whether the kernel of a run is, by its number; the first one is 0.
        lost: How many observations were lost.
    """

    sandbox: KernelSandbox
    is_stopped: Callable[[int], bool]
    lost: int = 0
    _runs: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def run(self, program: Program, limits: Limits) -> Run:
        """Run it; where its kernel is stopped, it stays so until nobody waits any more."""
        with self._turn, ExitStack() as stack:
            if self.is_stopped(self._runs):
                stack.enter_context(mock.patch(f"{_ROOM}.run.Observer", self._stopping()))
                # Nobody answers: it need not be waited for.
                stack.enter_context(mock.patch(f"{_ROOM}.observing.GRACE_SECONDS", 0.0))
            self._runs += 1
            run = self.sandbox.run(program, limits)
        seen = [one for part in run.seen.values() for one in part.values()]
        self.lost += sum(isinstance(one, MissingObservation) for one in seen)
        return run

    def _stopping(self) -> type[Observer]:
        assert self.sandbox._zygote is not None
        (zygote,) = children(self.sandbox._zygote.pid)

        class StoppingObserver(Observer):
            def observe(self, request: ObservationRequest) -> dict[str, ObservationResult]:
                for pid in descendants(zygote):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGSTOP)
                return super().observe(request)

        return StoppingObserver
