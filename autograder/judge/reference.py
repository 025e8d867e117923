"""The instructor's solution and the misconceptions, observed. Trusted.

Both run in the same sandbox as a student's notebook and through the same probe. So an exercise has
one reference, and it is where the instructor edits it.
"""

import hashlib
import platform
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from autograder.checks.diagnosis import LookAlike
from autograder.errors import SuiteError
from autograder.judge.assignment import Assignment
from autograder.judge.reliable_observation import (
    KernelBatch,
    ObservationsByRequest,
    observe_reliably,
)
from autograder.judge.suite import PUBLIC_SECRET, Suite, public_part, seeded
from autograder.judge.variant_batch import variant_batch
from autograder.model.exercise import Scenario, Variant
from autograder.model.limits import Limits
from autograder.model.observation import (
    MissingObservation,
    Observation,
    ObservationResult,
)
from autograder.model.program import ObservationRequest, Program, Sandbox
from autograder.probe.observation_file import read_observations, write_observations
from autograder.probe.wire import encode_request

_VARIANTS_A_KERNEL = 8


@dataclass(frozen=True, slots=True)
class References:
    """The expected observations and the look-alikes of one assignment, for one course secret.

    Attributes:
        scenarios: ``assignment/exercise`` → its seeded scenarios.
        expected: ``assignment/exercise`` → scenario → what the instructor's solution shows.
        look_alikes: ``assignment/exercise`` → its misconceptions as observed.
        digest: Of the suites, the notebook and the seeds; changes whenever a verdict could.
        at_home: What the instructor's solution shows on the public scenarios with their public
            seeds; empty where ``expected`` has nothing else.
    """

    scenarios: Mapping[str, tuple[Scenario, ...]] = field(repr=False)
    expected: Mapping[str, Mapping[str, Observation]] = field(repr=False)
    look_alikes: Mapping[str, tuple[LookAlike, ...]] = field(repr=False)
    digest: str
    at_home: Mapping[str, Mapping[str, Observation]] = field(repr=False, default_factory=dict)


def requests_as_at_home(suites: tuple[Suite, ...]) -> tuple[ObservationRequest, ...]:
    """The public scenarios with the seeds that every student's self-check uses."""
    return tuple(
        ObservationRequest(
            suite.key,
            seeded(suite.key, public_part(suite).scenarios, PUBLIC_SECRET),
            as_at_home=True,
        )
        for suite in suites
    )


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
        SuiteError: The instructor's own solution fails; says where.
        SandboxError: Something could not be observed with certainty; nothing is kept.
    """
    scenarios = {
        suite.key: tuple(
            s for s in seeded(suite.key, suite.scenarios, secret) if not (public_only and s.hidden)
        )
        for suite in assignment.suites
    }
    requests = tuple(ObservationRequest(key, seeds) for key, seeds in scenarios.items())
    home = () if public_only else requests_as_at_home(assignment.suites)
    whole = Program(assignment.program_cells(), (*home, *requests))
    groups = [
        (ObservationRequest(suite.key, scenarios[suite.key]), variants)
        for suite in assignment.suites
        for variants in batched(suite.misconceptions)
    ]
    solution = f"the source notebook's own solution of {assignment.name}"
    observed = _observed(
        [
            KernelBatch(whole, ((solution, whole),)),
            *(
                variant_batch(
                    assignment, request, {v.id: v for v in variants}, kind="the misconception"
                )
                for request, variants in groups
            ),
        ],
        _Cache(cache, assignment.suite_digest),
        sandbox,
        limits=limits,
        workers=workers,
    )
    with closing(observed):
        seen = next(observed)
        # First the solution: if it fails, the instructor need not wait for the misconceptions.
        expected = {key: _expected(key, scenarios[key], seen[key]) for key in scenarios}
        at_home = {r.exercise: _expected(r.exercise, r.scenarios, seen[r.label]) for r in home}
        found: dict[str, list[LookAlike]] = {key: [] for key in scenarios}
        # All of them first: only at its end does the generator fill the cache.
        for (request, variants), shown in zip(groups, list(observed), strict=True):
            found[request.exercise] += [LookAlike(v.id, v.hint, shown[v.id]) for v in variants]
    look_alikes = {key: tuple(looks) for key, looks in found.items()}
    digest = hashlib.sha256(assignment.suite_digest.encode())
    for request in requests:
        # Without nonces, which are others in every run.
        digest.update(encode_request(request, [""] * len(request.scenarios)))
    return References(
        scenarios=scenarios,
        expected=expected,
        look_alikes=look_alikes,
        digest=f"sha256:{digest.hexdigest()}",
        at_home=at_home,
    )


def batched(variants: tuple[Variant, ...]) -> list[tuple[Variant, ...]]:
    """The variants in groups for one kernel each: its start costs as much as three observations."""
    return [
        variants[start : start + _VARIANTS_A_KERNEL]
        for start in range(0, len(variants), _VARIANTS_A_KERNEL)
    ]


def _observed(
    batches: Sequence[KernelBatch],
    cache: "_Cache",
    sandbox: Sandbox,
    *,
    limits: Limits,
    workers: int,
) -> Generator[ObservationsByRequest]:
    """Each batch's observations, cached or new; the cache gets new ones once all are certain."""
    stored = [cache.read(batch.together) for batch in batches]
    left = [batch for batch, seen in zip(batches, stored, strict=True) if seen is None]
    made = []
    with closing(observe_reliably(left, sandbox=sandbox, limits=limits, workers=workers)) as new:
        for batch, cached in zip(batches, stored, strict=True):
            seen = cached
            if seen is None:
                seen = next(new)
                made.append((batch.together, seen))
            yield seen
    for program, seen in made:
        cache.write(program, seen)


def _expected(
    key: str, scenarios: tuple[Scenario, ...], seen: Mapping[str, ObservationResult]
) -> dict[str, Observation]:
    """The solution's observations; SuiteError where one did not end as its scenario says."""
    expected = {}
    for scenario in scenarios:
        one = seen[scenario.name]
        if isinstance(one, MissingObservation):
            ended = one.reason
        elif (one.raised.type_name if one.raised else "") == scenario.raises:
            expected[scenario.name] = one
            continue
        else:
            ended = f"it raised {one.raised}" if one.raised else f"it raised no {scenario.raises}"
        raise SuiteError(
            f"the source notebook's own solution of {key} failed on {scenario.name}: {ended}"
        )
    return expected


@dataclass(frozen=True, slots=True)
class _Cache:
    """Observations on disk, by a digest of the suites and the program."""

    folder: Path
    suite_digest: str

    def read(self, program: Program) -> ObservationsByRequest | None:
        return read_observations(self._path(program))

    def write(self, program: Program, seen: ObservationsByRequest) -> None:
        # A missing observation is not cached: the file could not say whether its cause was certain.
        if not any(
            isinstance(one, MissingObservation) for part in seen.values() for one in part.values()
        ):
            # On a full disk the next command observes again.
            with suppress(OSError):
                write_observations(self._path(program), seen)

    def _path(self, program: Program) -> Path:
        # Of the same arithmetic, another PyTorch may give other last digits.
        made_by = (version("torch"), platform.python_version())
        total = hashlib.sha256(f"{self.suite_digest}{made_by}".encode())
        total.update(repr(program.cells).encode())
        for request in program.requests:
            total.update(encode_request(request, [""] * len(request.scenarios)))
        return self.folder / f"{total.hexdigest()}.observations"
