"""Solutions that loop or die, many to a kernel of the real sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.judge.assignment import load_assignment
from autograder.model.exercise import Variant
from autograder.model.limits import Limits
from autograder.model.verdict import Outcome
from autograder.sandbox.sandbox import KernelSandbox
from release.evidence import Bench, Laboratory, benches

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The bench of ``dydx``, without its misconceptions."""
    whole = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    suite = replace(whole.suites[0], misconceptions=())
    assignment = replace(whole, exercises=whole.exercises[:1], suites=(suite,))
    limits = Limits(cell_seconds=2)
    with KernelSandbox.start(limits=limits) as sandbox:
        laboratory = Laboratory(sandbox, limits, tmp_path_factory.mktemp("cache"))
        (bench,) = benches(laboratory, assignment, secret=b"a secret of the tests")
        yield bench


def test_what_loops_or_dies_harms_no_neighbour(bench: Bench) -> None:
    """It is true that each earns nothing, for its own reason, and the others keep everything."""
    right = bench.exercise.solution
    verdicts = bench.grade(
        [
            Variant("right", right),
            Variant("loops", "def dydx(x0):\n    while True:\n        pass\n"),
            Variant("dies", "def dydx(x0):\n    import os\n    os._exit(1)\n"),
            Variant("dies at once", "import os\nos._exit(1)\n"),
            Variant("loops at once", "while True:\n    pass\n"),
            Variant("right again", right),
        ],
        budget_seconds=1.0,
    )
    assert {name: verdict.outcome for name, verdict in verdicts.items()} == {
        "right": Outcome.PASSED,
        "loops": Outcome.TIMED_OUT,
        "dies": Outcome.DIED,
        "dies at once": Outcome.DIED,
        "loops at once": Outcome.TIMED_OUT,
        "right again": Outcome.PASSED,
    }
    assert {verdicts[name].points for name in verdicts if "right" not in name} == {0.0}
