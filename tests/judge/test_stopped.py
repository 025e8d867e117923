"""References that are observed while kernels are stopped are the same, or there is an error."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.reference import References, make_references
from autograder.model.limits import Limits
from autograder.sandbox.sandbox import KernelSandbox
from tests.sandbox.stopping import Stopping

ROOT = Path(__file__).parents[2]
BUDGET_SECONDS = 0.5
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """``autograd`` with two misconceptions for its second exercise, and little time for each."""
    whole = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    suites = tuple(
        replace(
            suite,
            scenarios=tuple(replace(s, budget_seconds=BUDGET_SECONDS) for s in suite.scenarios),
            misconceptions=suite.misconceptions[: 2 * number],
        )
        for number, suite in enumerate(whole.suites)
    )
    return replace(whole, suites=suites)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[KernelSandbox]:
    """A zygote that is warm."""
    with KernelSandbox.start() as running:
        yield running


def references(assignment: Assignment, cache: Path, sandbox: Stopping) -> References:
    """What is observed in that sandbox."""
    return make_references(
        assignment, sandbox=sandbox, secret=b"s", cache=cache, limits=Limits(), workers=1
    )


def contents(folder: Path) -> dict[str, bytes]:
    """The files that it holds."""
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def test_a_kernel_that_stands_still_changes_nothing(
    assignment: Assignment, sandbox: KernelSandbox, tmp_path: Path
) -> None:
    """It is true that what is missing is observed again, and that the bytes are the same."""
    quiet = Stopping(sandbox, lambda _number: False)
    # The solution, and the misconceptions together.
    busy = Stopping(sandbox, lambda number: number < 2)
    expected = references(assignment, tmp_path / "quiet", quiet)
    assert references(assignment, tmp_path / "busy", busy) == expected
    assert contents(tmp_path / "busy") == contents(tmp_path / "quiet") != {}
    assert quiet.lost == 0 < busy.lost


def test_one_that_always_stands_still_ends_the_run(
    assignment: Assignment, sandbox: KernelSandbox, tmp_path: Path
) -> None:
    """It is true that nothing is believed and nothing is kept."""
    busy = Stopping(sandbox, lambda _number: True)
    with pytest.raises(SandboxError, match="own solution of autograd could not be observed"):
        references(assignment, tmp_path / "busy", busy)
    assert contents(tmp_path / "busy") == {}
