"""References: observed once, cached by content, made again when anything changes."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder.errors import SuiteError
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.reference import References, make_references
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation
from autograder.model.program import Program, Run
from autograder.model.verdict import Outcome
from autograder.sandbox.fake import FakeSandbox

ROOT = Path(__file__).parents[2]


@dataclass
class _Counting:
    """The in-process sandbox, counting its runs."""

    runs: list[Program] = field(default_factory=list)

    def run(self, program: Program, limits: Limits) -> Run:
        self.runs.append(program)
        return FakeSandbox().run(program, limits)


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """``autograd`` with one misconception a suite: enough to see caching."""
    whole = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    suites = tuple(replace(s, misconceptions=s.misconceptions[:1]) for s in whole.suites)
    return replace(whole, suites=suites)


def _make(assignment: Assignment, cache: Path, **options: object) -> tuple[References, int]:
    sandbox = _Counting()
    keywords = {"secret": b"secret", "workers": 1, **options}
    references = make_references(
        assignment,
        sandbox=sandbox,
        cache=cache,
        limits=Limits(),
        **keywords,  # type: ignore[arg-type]
    )
    return references, len(sandbox.runs)


def test_references_are_made_once(assignment: Assignment, tmp_path: Path) -> None:
    """It is true that a second call reads the cache and gives the same."""
    first, runs = _make(assignment, tmp_path)
    again, more = _make(assignment, tmp_path)
    assert (runs, more) == (3, 0)
    assert first == again


def test_another_secret_is_another_reference(assignment: Assignment, tmp_path: Path) -> None:
    """It is true that a changed course secret changes inputs, observations and digest."""
    first, _ = _make(assignment, tmp_path)
    other, runs = _make(assignment, tmp_path, secret=b"another")
    assert runs == 3
    assert first.digest != other.digest
    assert first.expected != other.expected


def test_a_damaged_cache_is_made_again(assignment: Assignment, tmp_path: Path) -> None:
    """It is true that a torn cache file costs time, never a grade."""
    first, _ = _make(assignment, tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-7])
    again, runs = _make(assignment, tmp_path)
    assert runs == 3
    assert first == again


def test_the_cache_is_for_its_owner_only(assignment: Assignment, tmp_path: Path) -> None:
    """It is true that expected observations cannot be read by other accounts."""
    _make(assignment, tmp_path / "cache")
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert all(p.stat().st_mode & 0o077 == 0 for p in (tmp_path / "cache").iterdir())


def test_a_broken_solution_stops_the_run(assignment: Assignment, tmp_path: Path) -> None:
    """It is true that a reference which fails stops the run with a sentence, and is not kept."""

    class Dying:
        def run(self, program: Program, _limits: Limits) -> Run:
            seen = {
                request.label: {
                    s.name: MissingObservation(s.name, Outcome.DIED) for s in request.scenarios
                }
                for request in program.requests
            }
            return Run(tuple(() for _ in program.cells), seen)

    with pytest.raises(SuiteError, match="own solution of autograd/dydx failed"):
        make_references(
            assignment, sandbox=Dying(), secret=b"s", cache=tmp_path, limits=Limits(), workers=1
        )
    assert not list(tmp_path.iterdir())
