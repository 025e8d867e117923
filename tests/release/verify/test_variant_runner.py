"""Solutions that loop or die, many to a kernel of the real sandbox."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from autograder.errors import SandboxError
from autograder.judge.assignment import load_assignment
from autograder.model.exercise import Variant
from autograder.model.limits import Limits
from autograder.model.verdict import Outcome
from autograder.sandbox.sandbox import KernelSandbox
from release.verify.variant_runner import VariantRunner, VariantSandbox, variant_runners
from tests.sandbox.stopping import Stopping

ROOT = Path(__file__).parents[3]
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VariantRunner]:
    """A runner for ``dydx``, without its misconceptions."""
    whole = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    first = whole.suites[0]
    # What loops or waits need not be waited for any longer.
    hurried = tuple(replace(scenario, budget_seconds=1.0) for scenario in first.scenarios)
    suite = replace(first, misconceptions=(), scenarios=hurried)
    assignment = replace(whole, exercises=whole.exercises[:1], suites=(suite,))
    limits = Limits(cell_seconds=2)
    with KernelSandbox.start(limits=limits) as sandbox:
        variant_sandbox = VariantSandbox(sandbox, limits, tmp_path_factory.mktemp("cache"))
        (runner,) = variant_runners(variant_sandbox, assignment, secret=b"a secret of the tests")
        yield runner


def test_a_variant_that_loops_or_dies_harms_no_other(runner: VariantRunner) -> None:
    """It is true that each earns nothing, for its own reason; the others earn everything."""
    right = runner.exercise.solution
    expected = {
        Variant("right", right): Outcome.PASSED,
        Variant("loops", "def dydx(x0):\n    while True:\n        pass\n"): Outcome.TIMED_OUT,
        Variant("dies", "def dydx(x0):\n    import os\n    os._exit(1)\n"): Outcome.DIED,
        Variant("dies at once", "import os\nos._exit(1)\n"): Outcome.DIED,
        Variant("loops at once", "while True:\n    pass\n"): Outcome.TIMED_OUT,
        Variant("right again", right): Outcome.PASSED,
    }
    verdicts = runner.grade([*expected], budget_seconds=1.0)
    assert [verdict.outcome for verdict in verdicts] == [*expected.values()]
    assert all(one.points == 0 for one in verdicts if one.outcome is not Outcome.PASSED)


def test_stopped_kernels_change_no_verdict(runner: VariantRunner) -> None:
    """It is true that solutions that share a stopped kernel get the verdicts they get alone."""
    sandbox = cast("KernelSandbox", runner._variant_sandbox.sandbox)
    right = runner.exercise.solution
    variants = [
        Variant("right", right),
        Variant("wrong", "def dydx(x0):\n    return 0 * x0\n"),
        Variant("loops", "def dydx(x0):\n    while True:\n        pass\n"),
        Variant("right again", right),
    ]
    expected = runner.grade(variants, budget_seconds=0.5)
    # All of them together; what comes after is each alone.
    busy = Stopping(sandbox, lambda number: number == 0)
    stopped = copy.copy(runner)
    stopped._variant_sandbox = replace(runner._variant_sandbox, sandbox=busy)
    assert stopped.grade(variants, budget_seconds=0.5) == expected
    assert busy.lost > len(variants)


def test_a_kernel_that_is_always_stopped_is_no_verdict(runner: VariantRunner) -> None:
    """It is true that it is an error, and that no mutant counts as killed."""
    sandbox = cast("KernelSandbox", runner._variant_sandbox.sandbox)
    stopped = copy.copy(runner)
    stopped._variant_sandbox = replace(
        runner._variant_sandbox, sandbox=Stopping(sandbox, lambda _number: True)
    )
    variant = Variant("@@\n-    x = 1\n+    x = 2\n", runner.exercise.solution)
    with pytest.raises(SandboxError, match=r"`@@ - x = 1 \+ x = 2` .* could not be observed"):
        stopped.grade([variant], budget_seconds=0.5)
