"""Observes our own solutions, and believes no loss before it has happened again, alone.

Trusted. What a time-out or a death took away may have been taken by a busy machine, by another
process, or by a neighbour in the same kernel; no verdict may rest on that.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.errors import SandboxError
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import Program, Run, Sandbox
from autograder.model.verdict import Outcome

ObservationsByRequest = Mapping[str, Mapping[str, ObservationResult]]
# Company may have shown a neighbour's loss, and one time alone may be disturbed as well: two of
# these agree, or nobody knows.
_TIMES_ALONE = 3
# These happen to a process. What only waited until its time was over may have been made to wait.
_DEATHS = {Outcome.DIED, Outcome.OUT_OF_MEMORY}


@dataclass(frozen=True, slots=True)
class KernelBatch:
    """What is observed in one kernel, and how each piece of it is observed alone.

    Attributes:
        together: The program for all of it.
        alone: What each piece is, in words for the operator, and the program for this piece only;
            its requests have the labels that they have in ``together``.
    """

    together: Program
    alone: tuple[tuple[str, Program], ...]


def observe_reliably(
    parts: Sequence[KernelBatch], *, sandbox: Sandbox, limits: Limits, workers: int
) -> Generator[ObservationsByRequest]:
    """What was seen of each part, in order: request's label → scenario → what was seen.

    What was lost is observed again once everything else in flight has finished, in a fresh kernel
    with nothing else in it. Lost again in the same way, and beyond doubt, it is what the code
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
                # Where a cell was stopped, the cells behind it may show what is not theirs.
                if run.doubt or run.problems or _losses(run, program):
                    wait(runs)
                    seen |= _alone(what, program, run, sandbox=sandbox, limits=limits)
            yield seen


def _alone(
    what: str, program: Program, company: Run, *, sandbox: Sandbox, limits: Limits
) -> ObservationsByRequest:
    """What is seen of it in a kernel to itself, once that is certain."""
    before = company
    for _ in range(_TIMES_ALONE):
        run = sandbox.run(program, limits)
        if _is_certain(run, before, program):
            return run.seen
        before = run
    raise not_observed(what, before.doubt or "it was lost in another way each time")


def _is_certain(run: Run, before: Run, program: Program) -> bool:
    """Whether nothing but the code can have brought about what the run lost, if anything."""
    lost = _losses(run, program)
    outcomes = {one.outcome for one in lost}
    # A death is doubtful each time, and what dies each time dies by its own doing; so does what
    # asks each time for more than there is. A cell that was stopped leaves a problem.
    by_itself = outcomes <= _DEATHS and (lost or not run.problems)
    is_settled = not run.doubt or (run.doubt == before.doubt and by_itself)
    return bool(
        is_settled and lost <= _losses(before, program) and Outcome.INTERNAL_ERROR not in outcomes
    )


def not_observed(what: str, why: str) -> SandboxError:
    """The end of a run that would have to believe what may be another's fault."""
    return SandboxError(
        f"{what} could not be observed, not even with nothing beside it: {why}. Nothing was "
        "recorded. Run the same command again when this machine is less busy or has more memory."
    )


def _losses(run: Run, program: Program) -> frozenset[MissingObservation]:
    """What the run lost of what the program asks for."""
    found = (one for request in program.requests for one in run.seen[request.label].values())
    return frozenset(
        one
        for one in found
        if isinstance(one, MissingObservation) and one.outcome is not Outcome.MISSING
    )


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads; what has not begun when nobody asks any more never does."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
