"""What right and wrong look like: the instructor's solution and the misconceptions, observed.

Trusted, but what it observes ran in the same sandbox as a student's notebook, through the same
probe: an exercise has one reference, and it sits where the instructor edits it.
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from autograder.checks.diagnosis import LookAlike
from autograder.errors import SuiteError
from autograder.judge.assignment import Assignment
from autograder.judge.suite import seeded
from autograder.model.exercise import Scenario, Variant
from autograder.model.limits import Limits
from autograder.model.observation import Lost, Observation, Seen
from autograder.model.program import Cell, ObservationRequest, Program, Run
from autograder.probe.archive import read_observations, write_observations
from autograder.probe.wire import encode_request

_VARIANTS_A_KERNEL = 8
_START = "before the exercise"


class Sandbox(Protocol):
    """The part of the sandbox's seam that references need."""

    def run(self, program: Program, limits: Limits) -> Run:
        """Run the program's cells, then observe."""


@dataclass(frozen=True, slots=True)
class References:
    """The expected observations and look-alikes of one assignment, for one course secret.

    Attributes:
        scenarios: ``assignment/exercise`` → its seeded scenarios.
        expected: ``assignment/exercise`` → scenario → what the instructor's solution shows.
        look_alikes: ``assignment/exercise`` → its misconceptions as observed.
        digest: Of the suites, the notebook and the seeds; changes whenever a verdict could.
    """

    scenarios: Mapping[str, tuple[Scenario, ...]] = field(repr=False)
    expected: Mapping[str, Mapping[str, Observation]] = field(repr=False)
    look_alikes: Mapping[str, tuple[LookAlike, ...]] = field(repr=False)
    digest: str


def make_references(
    assignment: Assignment,
    *,
    sandbox: Sandbox,
    secret: bytes,
    cache: Path,
    limits: Limits,
    public_only: bool = False,
    workers: int = 2,
) -> References:
    """Observe the solution and every misconception, or read them from ``cache``.

    Raises:
        SuiteError: The instructor's own solution could not be observed; says where.
    """
    observer = _Observer(assignment, sandbox, cache, limits)
    scenarios = {
        suite.key: tuple(
            s for s in seeded(suite.key, suite.scenarios, secret) if not (public_only and s.hidden)
        )
        for suite in assignment.suites
    }
    requests = tuple(ObservationRequest(key, seeds) for key, seeds in scenarios.items())
    jobs = [
        (ObservationRequest(suite.key, scenarios[suite.key]), batch)
        for suite in assignment.suites
        for batch in batched(suite.misconceptions)
    ]
    pool = ThreadPoolExecutor(workers)
    try:
        whole = pool.submit(observer.observe, Program(assignment.program_cells(), requests))
        wrong = pool.map(lambda job: _observe_variants(assignment, observer, *job), jobs)
        # A solution that fails is told of without waiting for the others.
        seen = whole.result()
        expected = {key: _expected(key, scenarios[key], seen[key]) for key in scenarios}
        found: dict[str, list[LookAlike]] = {key: [] for key in scenarios}
        for (request, batch), shown in zip(jobs, wrong, strict=True):
            found[request.exercise] += [LookAlike(v.id, v.hint, shown[v.id]) for v in batch]
    finally:
        pool.shutdown(cancel_futures=True)
    look_alikes = {key: tuple(looks) for key, looks in found.items()}
    digest = hashlib.sha256(assignment.suite_digest.encode())
    for request in requests:
        digest.update(encode_request(request, [""] * len(request.scenarios)))
    return References(scenarios, expected, look_alikes, f"sha256:{digest.hexdigest()}")


def batched(variants: tuple[Variant, ...]) -> list[tuple[Variant, ...]]:
    """The variants in groups that share a kernel: starting one costs as much as observing three."""
    return [
        variants[start : start + _VARIANTS_A_KERNEL]
        for start in range(0, len(variants), _VARIANTS_A_KERNEL)
    ]


def _observe_variants(
    assignment: Assignment,
    observer: "_Observer",
    request: ObservationRequest,
    variants: tuple[Variant, ...],
) -> dict[str, Mapping[str, Seen]]:
    """Variant's id → what was seen of it; each is defined in the namespace before the exercise."""
    before = assignment.cells_before(request.exercise.split("/")[1])
    cells = [*before, Cell("", closes=(_START,))]
    cells += [Cell(v.source, closes=(v.id,), opens=_START) for v in variants]
    requests = tuple(replace(request, kept=v.id) for v in variants)
    seen = observer.observe(Program(tuple(cells), requests))
    return {v.id: seen[v.id] for v in variants}


def _expected(
    key: str, scenarios: tuple[Scenario, ...], seen: Mapping[str, Seen]
) -> dict[str, Observation]:
    return {s.name: _as_expected(key, s, seen[s.name]) for s in scenarios}


def _as_expected(key: str, scenario: Scenario, seen: Seen) -> Observation:
    if isinstance(seen, Lost):
        ended = seen.reason
    elif (seen.raised.type_name if seen.raised else "") == scenario.raises:
        return seen
    else:
        ended = f"it raised {seen.raised}" if seen.raised else f"it raised no {scenario.raises}"
    message = f"the source notebook's own solution of {key} failed on {scenario.name}: {ended}"
    raise SuiteError(message)


@dataclass(frozen=True, slots=True)
class _Observer:
    assignment: Assignment
    sandbox: Sandbox
    cache: Path
    limits: Limits

    def observe(self, program: Program) -> Mapping[str, Mapping[str, Seen]]:
        path = self.cache / f"{self._digest(program)}.observations"
        stored = read_observations(path)
        if stored is not None:
            return stored
        run = self.sandbox.run(program, self.limits)
        # What was lost may have been lost to a busy machine: it is never taken for granted.
        if not any(isinstance(seen, Lost) for part in run.seen.values() for seen in part.values()):
            write_observations(path, run.seen)
        return run.seen

    def _digest(self, program: Program) -> str:
        total = hashlib.sha256(self.assignment.suite_digest.encode())
        total.update(repr(program.cells).encode())
        for request in program.requests:
            nonces = [""] * len(request.scenarios)
            total.update(encode_request(request, nonces))
        return total.hexdigest()
