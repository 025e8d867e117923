"""What is missing is observed again, alone; what cannot be observed ends the run."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.settings import Course, load_course
from autograder.errors import SandboxError, SuiteError
from autograder.grading.preparation import make_recordings
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.reference import References, make_references
from autograder.judge.reliable_observation import KernelBatch, observe_reliably
from autograder.model.exercise import Scenario
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, Observation
from autograder.model.program import ObservationRequest, Program, Run
from autograder.model.verdict import Outcome
from autograder.sandbox.fake import FakeSandbox
from tests.sandbox.waiting import wait_until

ROOT = Path(__file__).parents[2]
TIMED_OUT = Outcome.TIMED_OUT
SCENARIOS = (Scenario("one"), Scenario("two"))
# One second of sleep too many, or a machine that stood still.
STOPPED: dict[str, Any] = {"doubt": "cell 1 waited", "problems": ("cell 1 ran longer than 5 s",)}
Disturb = Callable[[int, Run], Run]


def lost(run: Run, outcome: Outcome, *, doubt: str = "", first: int = 0) -> Run:
    """The run with its observations missing, except for the first few labels."""
    seen = {
        label: {name: MissingObservation(name, outcome) for name in part}
        if number >= first
        else part
        for number, (label, part) in enumerate(run.seen.items())
    }
    return replace(run, seen=seen, doubt=doubt)


def undisturbed(_number: int, run: Run) -> Run:
    """Nothing happens."""
    return run


@dataclass
class Disturbed:
    """The in-process sandbox, in which something happens to a run, counted from 0."""

    disturb: Disturb = undisturbed
    programs: list[Program] = field(default_factory=list)

    def run(self, program: Program, limits: Limits) -> Run:
        """Run it, and let the thing happen."""
        number = len(self.programs)
        self.programs.append(program)
        return self.disturb(number, FakeSandbox().run(program, limits))


class Echo:
    """Sees the label of each request in each of its scenarios."""

    def run(self, program: Program, limits: Limits) -> Run:  # noqa: ARG002
        """See them, without running anything."""
        seen = {
            r.label: {s.name: Observation(s.name, {"seen": r.label}) for s in r.scenarios}
            for r in program.requests
        }
        return Run((), seen)


def part(*labels: str) -> KernelBatch:
    """One kernel in which these are observed."""
    requests = tuple(ObservationRequest("sums/double", SCENARIOS, kept=label) for label in labels)
    alone = tuple((f"the variant {r.label}", Program((), (r,))) for r in requests)
    return KernelBatch(Program((), requests), alone)


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """``autograd`` with three misconceptions a suite."""
    whole = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    suites = tuple(replace(s, misconceptions=s.misconceptions[:3]) for s in whole.suites)
    return replace(whole, suites=suites)


def references(assignment: Assignment, cache: Path, sandbox: Disturbed) -> References:
    """The references, one run after another: the solution, then a batch for each exercise."""
    return make_references(
        assignment, sandbox=sandbox, secret=b"s", cache=cache, limits=Limits(), workers=1
    )


def contents(folder: Path) -> dict[str, bytes]:
    """The files that it holds."""
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}


@pytest.mark.parametrize("run", [0, 1, 2])
@pytest.mark.parametrize("outcome", [Outcome.TIMED_OUT, Outcome.DIED, Outcome.INTERNAL_ERROR])
def test_what_is_missing_only_once_changes_nothing(
    assignment: Assignment, tmp_path: Path, run: int, outcome: Outcome
) -> None:
    """It is true that references and cache are the same bytes, whatever was missing once."""
    quiet = references(assignment, tmp_path / "quiet", Disturbed())
    once = Disturbed(lambda n, seen: lost(seen, outcome, first=1) if n == run else seen)
    assert references(assignment, tmp_path / "busy", once) == quiet
    assert contents(tmp_path / "busy") == contents(tmp_path / "quiet")
    # The solution once more, or each variant in question with a kernel to itself.
    assert len(once.programs) - 3 == (1 if run == 0 else 2)


@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=16))
def test_what_is_missing_together_is_observed_alone(losses: set[tuple[int, int]]) -> None:
    """It is true that no pattern of missing observations together changes the result."""

    class Busy(Echo):
        def run(self, program: Program, limits: Limits) -> Run:
            run = super().run(program, limits)
            if len(program.requests) == 1:
                return run
            number = int(program.requests[0].label[0])
            seen = {
                label: {n: MissingObservation(n, Outcome.TIMED_OUT) for n in one}
                if (number, m) in losses
                else one
                for m, (label, one) in enumerate(run.seen.items())
            }
            return replace(run, seen=seen)

    parts = [part(*(f"{n}{m}" for m in range(4))) for n in range(4)]
    busy, quiet = (
        list(observe_reliably(parts, sandbox=one, limits=Limits(), workers=2))
        for one in (Busy(), Echo())
    )
    assert busy == quiet


@pytest.mark.parametrize(
    ("outcome", "doubt"),
    [
        (TIMED_OUT, ""),
        (Outcome.DIED, ""),
        (Outcome.OUT_OF_MEMORY, ""),
        (Outcome.DIED, "its process ended in cell 3"),
    ],
)
def test_what_is_missing_again_without_doubt_is_the_codes_doing(
    assignment: Assignment, tmp_path: Path, outcome: Outcome, doubt: str
) -> None:
    """It is true that such a look-alike has missing observations, and that no file keeps them."""
    name = assignment.suites[0].misconceptions[0].id

    def disturb(_number: int, run: Run) -> Run:
        if name not in run.seen:
            return run
        seen = {**run.seen, name: lost(run, outcome).seen[name]}
        return replace(run, seen=seen, doubt=doubt)

    found = references(assignment, tmp_path, Disturbed(disturb))
    looks = {look.id: look for look in found.look_alikes[assignment.suites[0].key]}
    assert {type(one) for one in looks.pop(name).seen.values()} == {MissingObservation}
    assert not any(
        isinstance(one, MissingObservation) for look in looks.values() for one in look.seen.values()
    )
    # The solution and the other exercise.
    assert len(contents(tmp_path)) == 2


def test_what_asks_for_too_much_each_time_does_so_by_itself() -> None:
    """It is true that a solution that is refused memory, alone as well, is seen to be."""

    class Greedy(Echo):
        def run(self, program: Program, limits: Limits) -> Run:
            return replace(super().run(program, limits), doubt="it was refused memory")

    (seen,) = observe_reliably([part("a", "b")], sandbox=Greedy(), limits=Limits(), workers=1)
    assert seen == Echo().run(part("a", "b").together, Limits()).seen


def test_a_neighbours_time_out_is_not_taken_for_its_own_death() -> None:
    """It is true that two runs alone that agree decide what a shared kernel cannot."""

    class Deadly(Echo):
        def run(self, program: Program, limits: Limits) -> Run:
            together = len(program.requests) > 1
            return lost(super().run(program, limits), TIMED_OUT if together else Outcome.DIED)

    (seen,) = observe_reliably([part("a", "b")], sandbox=Deadly(), limits=Limits(), workers=1)
    assert {one.outcome for one in seen["b"].values() if isinstance(one, MissingObservation)} == {
        Outcome.DIED
    }


@pytest.mark.parametrize(
    ("disturb", "why"),
    [
        (lambda _n, run: lost(run, TIMED_OUT, doubt="the machine was busy"), "machine was busy"),
        (lambda _n, run: replace(run, **STOPPED), "cell 1 waited"),
        (lambda _n, run: lost(run, Outcome.INTERNAL_ERROR, doubt="no memory"), "no memory"),
        (lambda n, run: lost(run, Outcome.DIED, doubt=f"in cell {n}"), "in cell 3"),
        (
            lambda n, run: lost(run, TIMED_OUT if n % 2 else Outcome.DIED),
            "lost in another way each time",
        ),
    ],
    ids=["waits", "doubtful", "our fault", "dies here and there", "changes"],
)
def test_what_cannot_be_observed_ends_the_run(
    assignment: Assignment, tmp_path: Path, disturb: Disturb, why: str
) -> None:
    """It is true that the error says what and why, and that nothing is kept."""
    name = assignment.suites[1].misconceptions[1].id

    times = itertools.count()

    def disturb_one(_number: int, run: Run) -> Run:
        return disturb(next(times), run) if name in run.seen else run

    with pytest.raises(SandboxError) as told:
        references(assignment, tmp_path, Disturbed(disturb_one))
    assert why in str(told.value)
    assert "the misconception `" in str(told.value)
    assert f"of {assignment.suites[1].key} could not be observed" in str(told.value)
    assert "Nothing was recorded. Run the same command again" in str(told.value)
    assert contents(tmp_path) == {}


def test_a_stopped_cell_taints_all_behind_it() -> None:
    """It is true that what shares a kernel with it is observed again, though nothing is missing."""

    class Stopping(Echo):
        def run(self, program: Program, limits: Limits) -> Run:
            run = super().run(program, limits)
            if len(program.requests) == 1:
                return run
            wrong = {label: {"one": Observation("one")} for label in run.seen}
            return replace(run, seen=wrong, problems=("cell 1 ran longer than 5 s",))

    (seen,) = observe_reliably([part("a", "b")], sandbox=Stopping(), limits=Limits(), workers=1)
    assert seen == Echo().run(part("a", "b").together, Limits()).seen


def test_what_is_tried_again_is_alone() -> None:
    """It is true that it waits for all other runs, repeated ones as well."""
    in_flight: list[Program] = []
    beside: list[int] = []
    second_has_begun = threading.Event()

    class Watching(Echo):
        def run(self, program: Program, limits: Limits) -> Run:
            in_flight.append(program)
            try:
                if len(program.requests) == 1:
                    beside.append(len(in_flight))
                elif program.requests[0].label == "a":
                    assert second_has_begun.wait(20)
                    return lost(super().run(program, limits), TIMED_OUT)
                else:
                    second_has_begun.set()
                    # Long enough for the first to be tried again too early, if it were.
                    wait_until(lambda: len(in_flight) == 1)
                return super().run(program, limits)
            finally:
                in_flight.remove(program)

    parts = [part("a", "b"), part("c", "d")]
    list(observe_reliably(parts, sandbox=Watching(), limits=Limits(), workers=2))
    assert beside == [1, 1]


def test_a_missing_solution_is_tried_again_before_it_is_blamed(
    assignment: Assignment, tmp_path: Path
) -> None:
    """It is true that the instructor is blamed only if the observation is missing again."""

    def twice(_number: int, run: Run) -> Run:
        return lost(run, TIMED_OUT) if assignment.suites[0].key in run.seen else run

    sandbox = Disturbed(twice)
    with pytest.raises(SuiteError, match="it ran longer than it may"):
        references(assignment, tmp_path, sandbox)
    # Each exercise is asked for twice: on inputs as at home, and on those of the course.
    whole = 2 * len(assignment.suites)
    assert [len(p.requests) for p in sandbox.programs].count(whole) == 2
    assert contents(tmp_path) == {}


def test_a_solution_that_raises_is_reported_at_once(tmp_path: Path) -> None:
    """It is true that the error comes before the misconceptions are observed."""
    whole = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    cells = tuple(
        replace(c, source="def dydx(x0):\n    raise ValueError") if "dydx-" in c.grade_id else c
        for c in whole.cells
    )
    sandbox = Disturbed()
    with pytest.raises(SuiteError, match="own solution of autograd/dydx failed"):
        references(replace(whole, cells=cells), tmp_path, sandbox)
    assert len(sandbox.programs) < 3


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course, with a workspace of its own."""
    monkeypatch.delenv("AUTOGRADER_CACHE", raising=False)
    return load_course(ROOT, workspace=tmp_path / "workspace")


def test_nothing_is_recorded_for_students_either(course: Course, assignment: Assignment) -> None:
    """It is true that such a run leaves no folder of recordings, not even in part."""
    doubtful = Disturbed(lambda _n, run: lost(run, TIMED_OUT, doubt="the machine was busy"))
    with pytest.raises(SandboxError, match="could not be observed"):
        make_recordings(course, assignment, print, sandbox=lambda: doubtful)  # type: ignore[arg-type, return-value]
    assert [p for p in course.cache.rglob("*") if p.is_file()] == []
    assert list((course.cache / "recorded").iterdir()) == []
