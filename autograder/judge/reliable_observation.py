"""Observes our own solutions, and repeats what is missing until its cause is certain. Trusted.

After a time-out or a death, observations are missing. The cause may be a busy machine, another
process, or another solution in the same kernel, and no verdict may rest on any of these.
"""

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from autograder.errors import SandboxError
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import Program, Run, Sandbox
from autograder.model.verdict import Outcome

ObservationsByRequest = Mapping[str, Mapping[str, ObservationResult]]
# The first run may show another solution's death, and one run alone may be disturbed as well. Of
# these runs two must agree, or the cause is unknown.
_TIMES_ALONE = 3
# The ends of a process. A time-out is none: a busy machine can make a process wait.
_DEATHS = {Outcome.DIED, Outcome.OUT_OF_MEMORY}


@dataclass(frozen=True, slots=True)
class KernelBatch:
    """Several solutions that are observed in one kernel, and how to observe each of them alone.

    Attributes:
        together: The program for all of them.
        alone: For each solution its description for the operator and its own program, whose
            requests have the same labels as in ``together``.
    """

    together: Program
    alone: tuple[tuple[str, Program], ...]


def observe_reliably(
    batches: Sequence[KernelBatch], *, sandbox: Sandbox, limits: Limits, workers: int
) -> Generator[ObservationsByRequest]:
    """Each batch's observations, in order: request's label → scenario → observation.

    A solution with a missing observation is observed again in a fresh kernel of its own, once all
    other runs have finished. If the same observation is missing again, and nothing is doubtful,
    the solution itself is the cause. The one exception is a name that is not defined: there the
    cause is plain.

    Raises:
        SandboxError: A solution could not be observed; says which, and what to do.
    """
    pool = ThreadPoolExecutor(workers)
    try:
        runs = [pool.submit(sandbox.run, batch.together, limits) for batch in batches]
        for batch, future in zip(batches, runs, strict=True):
            run = future.result()
            seen = dict(run.seen)
            for description, program in batch.alone:
                # After a cell that was stopped, later cells may show another solution's effects.
                if run.doubt or run.problems or _missing(run, program):
                    wait(runs)
                    seen |= _observe_alone(
                        description, program, run, sandbox=sandbox, limits=limits
                    )
            yield seen
    finally:
        # The caller may stop early: what has not begun by then is not run.
        pool.shutdown(cancel_futures=True)


def _observe_alone(
    description: str, program: Program, together: Run, *, sandbox: Sandbox, limits: Limits
) -> ObservationsByRequest:
    """What the program shows in a kernel of its own, once that is certain."""
    before = together
    for _ in range(_TIMES_ALONE):
        run = sandbox.run(program, limits)
        if _is_certain(run, before, program):
            return run.seen
        before = run
    raise not_observed(description, before.doubt or "it was lost in another way each time")


def _is_certain(run: Run, before: Run, program: Program) -> bool:
    """Whether only the code can be the cause of what is missing in the run, if anything is."""
    missing = _missing(run, program)
    outcomes = {one.outcome for one in missing}
    # Every death is doubtful. But a program that dies each time, or asks each time for more memory
    # than there is, is the cause of it. A cell that was stopped leaves a problem and no death.
    dies_by_itself = outcomes <= _DEATHS and (missing or not run.problems)
    is_settled = not run.doubt or (run.doubt == before.doubt and dies_by_itself)
    return bool(
        is_settled
        and missing <= _missing(before, program)
        and Outcome.INTERNAL_ERROR not in outcomes
    )


def not_observed(description: str, why: str) -> SandboxError:
    """The error for a solution of ours that could not be observed reliably."""
    return SandboxError(
        f"{description} could not be observed, not even with nothing beside it: {why}. Nothing was "
        "recorded. Run the same command again when this machine is less busy or has more memory."
    )


def _missing(run: Run, program: Program) -> frozenset[MissingObservation]:
    """The program's observations that are missing in the run."""
    found = (one for request in program.requests for one in run.seen[request.label].values())
    return frozenset(
        one
        for one in found
        if isinstance(one, MissingObservation) and one.outcome is not Outcome.MISSING
    )
