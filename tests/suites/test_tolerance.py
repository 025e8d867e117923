"""Where the tolerance comes from: how far float32 is from float64, and right code from right code.

On the machine on which it was set, references used at most 2.1% of it, and right solutions 1.4%.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray

from autograder.checks.comparison import DEFAULT, paired_leaves, to_numpy
from autograder.model.observation import Array, Observation, ObservationResult, Value
from tests.suites.double import in_double
from tests.suites.test_fairness import per_exercise, variants
from tests.suites.workbench import EXERCISES, Workbench, for_each, notebook_cell, workbench

# What right code may use of the tolerance, so that another machine's rounding still fits in.
ROOM = 0.1
# They hand over NumPy's own dtypes, or have no number in them: nothing is rounded.
EXACT = {"tensors/to_tensor", "tensors/describe", "devices/pick_device"}
# It has tolerances of its own, for permitted epsilons and for zeros; their source stands with them.
OWN = {"tensors/standardize"}
measured = for_each(e for e in EXERCISES if e not in EXACT | OWN)


def used(
    actual: Mapping[str, ObservationResult], expected: Mapping[str, Observation]
) -> Iterator[float]:
    """How much of the tolerance each number uses up: 1 is all of it."""
    for name, wanted in expected.items():
        seen = actual[name]
        if not isinstance(seen, Observation) or seen.raised is not None:
            continue
        for _, left, right in paired_leaves(dict(seen.values), dict(wanted.values)):
            found, held = numbers(left), numbers(right)
            if found is None or held is None or found.shape != held.shape or not held.size:
                continue
            scale = max(1.0, float(np.abs(held).max()))
            allowed = DEFAULT.absolute * scale + DEFAULT.relative * np.abs(held)
            yield float((np.abs(found - held) / allowed).max())


def numbers(value: Value) -> NDArray[np.float64] | None:
    """A floating value as float64; None for anything else, and where something is infinite."""
    if isinstance(value, Array) and value.dtype in {"float32", "float64"}:
        found = to_numpy(value).astype(np.float64)
    elif isinstance(value, float):
        found = np.asarray([value])
    else:
        return None
    return found if np.isfinite(found).all() else None


@measured
def test_rounding_is_small(exercise: str) -> None:
    """It is true that the reference in float32 is within a tenth of the tolerance of float64.

    Scenarios with dropout are left out: its masks are drawn otherwise in float64.
    """
    bench = Workbench(exercise, b"double")
    plain = {name: seen for name, seen in bench.expected.items() if not has_dropout(bench, name)}
    exact = bench.observe(notebook_cell(exercise, "-solution"), within=in_double)
    shares = sorted(used(exact, plain))
    assert shares[-1] < ROOM


def has_dropout(bench: Workbench, scenario: str) -> bool:
    """Whether the scenario's model has dropout in it."""
    options = next(s.options for s in bench.suite.scenarios if s.name == scenario)
    return options.get("model") in {"both", "dropout"}


@measured
def test_right_solutions_lie_close(exercise: str) -> None:
    """It is true that right solutions in any style use at most a tenth of the tolerance."""
    bench = workbench(exercise)
    solutions = bench.suite.accepted + variants(exercise, "right")
    seen = {v.id: bench.observe(v.source) for v in solutions}
    worst = {name: max(used(one, bench.expected), default=0.0) for name, one in seen.items()}
    assert {name: share for name, share in worst.items() if share >= ROOM} == {}


@per_exercise
def test_threads_make_no_difference(exercise: str) -> None:
    """It is true that right solutions keep everything on another number of threads."""
    bench = workbench(exercise)
    grades = {
        v.id: bench.verdict(bench.observe(v.source, within=_three_threads))
        for v in bench.suite.accepted
    }
    assert {name: grade.lost for name, grade in grades.items() if grade.share < 1} == {}


@contextmanager
def _three_threads() -> Iterator[None]:
    torch.set_num_threads(3)
    try:
        yield
    finally:
        torch.set_num_threads(1)
