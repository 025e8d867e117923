"""Whether a notebook runs from top to bottom: what a busy machine stopped is run again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.judge.assignment import load_assignment
from autograder.model.limits import Limits
from autograder.model.program import Program, Run
from release.verify.notebook_run import failures_of
from release.verify.variant_runner import VariantSandbox

ROOT = Path(__file__).parents[3]
STOPPED = Run((), problems=("cell 2 ran longer than 20 s and was stopped",))
DOUBTFUL = Run((), doubt="cell 2 waited when its time was over")
QUIET = Run(())


class Scripted:
    """A sandbox whose runs are given in advance."""

    def __init__(self, *runs: Run) -> None:
        self._runs: Iterator[Run] = iter(runs)

    def run(self, program: Program, limits: Limits) -> Run:  # noqa: ARG002
        """The next one."""
        return next(self._runs)


def failures(*runs: Run) -> tuple[str, ...]:
    """The failures of ``autograd``: of the source notebook, and then of the student version."""
    assignment = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    variant_sandbox = VariantSandbox(Scripted(*runs), Limits(), Path("nowhere"))
    return failures_of(assignment, {}, variant_sandbox, Limits())


@pytest.mark.parametrize("disturbed", [STOPPED, DOUBTFUL])
def test_what_happened_once_is_not_the_notebooks_fault(disturbed: Run) -> None:
    """It is true that a disturbed run is repeated, and that no failure is reported."""
    assert failures(disturbed, QUIET, disturbed, QUIET) == ()


def test_what_happens_again_is() -> None:
    """It is true that the failure is reported for the version that has it."""
    (said,) = failures(QUIET, STOPPED, STOPPED)
    assert "the student version does not run from top to bottom in 60 s: cell 2 ran" in said


def test_what_stays_in_doubt_ends_the_run() -> None:
    """It is true that a doubt that stays is an error, not a failure of the notebook."""
    with pytest.raises(SandboxError, match=r"the source notebook of autograd could not .* waited"):
        failures(DOUBTFUL, DOUBTFUL)
