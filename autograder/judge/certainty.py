"""Observes our own solutions, and believes no loss before it has happened again, alone.

Trusted. What a time-out or a death took away may have been taken by a busy machine, by another
process, or by a neighbour in the same kernel; no verdict may rest on that.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from autograder.errors import SandboxError
from autograder.model.limits import Limits
from autograder.model.observation import Lost, Seen
from autograder.model.program import Program, Run
from autograder.model.verdict import Outcome

Everything = Mapping[str, Mapping[str, Seen]]
# The first time alone differs from what company showed wherever a neighbour was to blame there;
# the second time then says whether the first can be believed.
_TIMES_ALONE = 2


class Sandbox(Protocol):
    """The part of the sandbox's seam that observing our own solutions needs."""

    def run(self, program: Program, limits: Limits) -> Run:
        """Run the program's cells, then observe."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is observed in one kernel, and how each piece of it is observed alone.

    Attributes:
        together: The program for all of it.
        alone: What each piece is, in words for the operator, and the program for this piece only;
            its requests have the labels that they have in ``together``.
    """

    together: Program
    alone: tuple[tuple[str, Program], ...]


def observe_certainly(
    parts: Sequence[Part], *, sandbox: Sandbox, limits: Limits, workers: int
) -> Generator[Everything]:
    """What was seen of each part, in order: request's label → scenario → what was seen.

    What was lost is observed again once everything else in flight has finished, in a fresh kernel
    with nothing else in it. Lost again in the same way, and without a doubt, it is what the code
    does. A name that was not defined is no loss: that, too, is what the code does.

    Raises:
        SandboxError: Something could not be observed; says what, and what to do.
    """
    with _pool(workers) as pool:
        runs = [pool.submit(sandbox.run, part.together, limits) for part in parts]
        for part, future in zip(parts, runs, strict=True):
            run = future.result()
            seen = dict(run.seen)
            for what, program in part.alone:
                labels = [request.label for request in program.requests]
                lost = _losses(seen, labels)
                # Where a cell was stopped, the cells behind it may show what is not theirs.
                if lost or run.doubt or run.problems:
                    wait(runs)
                    seen |= _alone(what, program, lost, sandbox=sandbox, limits=limits)
            yield seen


def _alone(
    what: str, program: Program, lost: frozenset[Lost], *, sandbox: Sandbox, limits: Limits
) -> Everything:
    """What is seen of it in a kernel to itself, once that is certain."""
    why = ""
    for _ in range(_TIMES_ALONE):
        before, run = lost, sandbox.run(program, limits)
        lost = _losses(run.seen, list(run.seen))
        if not run.doubt and lost <= before:
            return run.seen
        why = run.doubt or "it was lost in another way each time"
    raise not_observed(what, why)


def not_observed(what: str, why: str) -> SandboxError:
    """The end of a run that would have to believe what may be another's fault."""
    return SandboxError(
        f"{what} could not be observed, not even with nothing beside it: {why}. Nothing was "
        "recorded. Run the same command again when this machine is less busy or has more memory."
    )


def _losses(seen: Everything, labels: Sequence[str]) -> frozenset[Lost]:
    found = (one for label in labels for one in seen[label].values())
    return frozenset(
        one for one in found if isinstance(one, Lost) and one.outcome is not Outcome.MISSING
    )


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads; what has not begun when nobody asks any more never does."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
