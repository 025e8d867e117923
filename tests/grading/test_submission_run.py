"""One bad cell costs what it touches, and what is in doubt is tried again, alone."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.workspace import SubmittedFile
from autograder.grading.worker import Equipment, Graded, WorkerSetup, grade, grade_alone
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation
from autograder.model.program import ObservationRequest, Program, Run
from autograder.model.verdict import Outcome
from autograder.notebook.source import SourceNotebook
from autograder.sandbox.kit import build_kit
from autograder.sandbox.sandbox import KernelSandbox
from tests.grading.fakes import EXERCISES, ExecSandbox, Notebook, ValueJudge, answered, cell

PLAN = """
def plan(target, scenario, recorder):
    recorder.value("value", recorder.call(target, 3))
"""
# The setup cell, the example, two solutions: how `answered()` counts its cells.
DOUBLE, SQUARE = 2, 3
KILL = "import os\nos.kill(os.getpid(), 9)"
LIMITS = Limits(cell_seconds=1.0, notebook_seconds=4.0)
AT_THE_END = {
    "exit": "import os\nos._exit(0)",
    "crash": "import ctypes\nctypes.string_at(0)",
    "stubborn": "while True:\n    try:\n        sum(range(9999))\n    except BaseException: pass",
}
AT_THE_BEGINNING = {
    "restart": KILL,
    "quit": "quit()",
    "exit": "exit",
    "shutdown": "get_ipython().kernel.do_shutdown(True)",
}
# Processor time in many cells, none of them too long.
LONG = "import time\nend = time.process_time() + 0.8\nwhile time.process_time() < end: pass"
SLOW = "import time\ntime.sleep(1.5)"


def submission(*, first: Sequence[str] = (), last: Sequence[str] = (), **answers: str) -> Notebook:
    """A right notebook with more cells at its beginning and its end."""
    document = answered(**answers)
    cells = document["cells"]
    document["cells"] = [
        cells[0],
        *(cell("code", source) for source in first),
        *cells[1:],
        *(cell("code", source) for source in last),
    ]
    return document


def submitted(document: Notebook) -> SubmittedFile:
    """As a file."""
    return SubmittedFile("s", json.dumps(document).encode())


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelSandbox]:
    """A zygote that knows the tiny course's exercises."""
    kit = build_kit(tmp_path_factory.mktemp("kit"))
    for name in ("double", "square"):
        folder = kit / "autograder" / "suites" / "sums" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "plan.py").write_text(PLAN, encoding="utf-8")
    with KernelSandbox.start(kit=kit) as running:
        yield running


class Graders:
    """Grades with the real sandbox and the fake judge."""

    def __init__(self, worker_setup: WorkerSetup, sandbox: KernelSandbox) -> None:
        self._setup = replace(worker_setup, limits=LIMITS)
        self._equipment = Equipment(sandbox, ValueJudge())

    def points(self, document: Notebook) -> tuple[dict[str, float], Graded]:
        """Exercise → points, and all the rest."""
        graded = grade_alone(
            lambda one, doubt: grade(self._setup, self._equipment, one, doubt),
            submitted(document),
        )
        return {e.name: e.points for e in graded.result.exercises}, graded


@pytest.fixture
def graders(worker_setup: WorkerSetup, sandbox: KernelSandbox) -> Graders:
    """They are equipped."""
    return Graders(worker_setup, sandbox)


@pytest.mark.kernel
@pytest.mark.parametrize("name", AT_THE_END)
def test_a_bad_cell_at_the_end(graders: Graders, name: str) -> None:
    """it costs nothing, is told, and what the others printed is shown."""
    points, graded = graders.points(submission(last=[AT_THE_END[name], "print('never')"]))
    assert points == {"double": 4.0, "square": 6.0}, graded.result
    assert graded.result.status == "graded"
    assert "the notebook was run again without cell 5" in graded.result.problems


@pytest.mark.kernel
@pytest.mark.parametrize("name", AT_THE_BEGINNING)
def test_a_bad_cell_at_the_beginning(graders: Graders, name: str) -> None:
    """people who restart a kernel by killing it lose nothing."""
    document = submission(first=[AT_THE_BEGINNING[name], "print('next')", *["1"] * 3])
    points, graded = graders.points(document)
    assert points == {"double": 4.0, "square": 6.0}, graded.result
    assert graded.result.status == "graded"


@pytest.mark.kernel
@pytest.mark.parametrize("long", [LONG, SLOW])
def test_many_long_cells(graders: Graders, long: str) -> None:
    """what takes too long together is left out together."""
    points, graded = graders.points(submission(last=[long] * 9))
    assert points == {"double": 4.0, "square": 6.0}, graded.result.problems
    assert any("run again without" in sentence for sentence in graded.result.problems)


@pytest.mark.kernel
def test_a_bad_solution(graders: Graders) -> None:
    """what stands in an exercise's own part costs that exercise."""
    document = submission(double_solution=f"{KILL}\ndef double(x):\n    return 2 * x")
    points, graded = graders.points(document)
    assert points == {"double": 0.0, "square": 6.0}
    assert graded.result.exercises[0].outcome is Outcome.DIED
    assert graded.result.problems == (
        "the notebook's process ended before its time in cell 3 (exit status 137)",
        "the notebook was run again without cell 3",
    )


@pytest.mark.kernel
def test_two_bad_solutions(graders: Graders) -> None:
    """each costs its own."""
    points, graded = graders.points(submission(double_solution=KILL, square_solution=KILL))
    assert points == {"double": 0.0, "square": 0.0}
    assert {e.outcome for e in graded.result.exercises} == {Outcome.DIED}


@pytest.mark.kernel
def test_a_function_that_kills_the_kernel(graders: Graders) -> None:
    """it costs itself, and not the one that is observed after it."""
    body = "import os\n    os.kill(os.getppid(), 9)\n    os._exit(1)"
    points, graded = graders.points(submission(double_solution=f"def double(x):\n    {body}"))
    assert points == {"double": 0.0, "square": 6.0}
    assert graded.result.exercises[0].outcome is Outcome.DIED


# --- with fakes


class Told(ExecSandbox):
    """Says of its runs, one after the other, what it was told to."""

    def __init__(self, *changes: dict[str, object]) -> None:
        self.changes = list(changes)
        self.programs: list[Program] = []

    def run(self, program: Program, limits: Limits) -> Run:
        """As the real one."""
        self.programs.append(program)
        run = super().run(program, limits)
        change = self.changes.pop(0) if self.changes else {}
        return replace(run, **change)  # type: ignore[arg-type]

    @property
    def left_out(self) -> list[set[int]]:
        """What was not run, in each run."""
        whole = self.programs[0].cells
        return [
            {i for i, one in enumerate(program.cells) if one.source != whole[i].source}
            for program in self.programs
        ]


def graded_by(
    worker_setup: WorkerSetup, sandbox: Told, *, doubt: str = "", last: int = 3
) -> Graded:
    """A notebook with some cells of the student's own, numbers 4, 5 and on."""
    document = submission(last=["1"] * last)
    return grade(worker_setup, Equipment(sandbox, ValueJudge()), submitted(document), doubt)


def died_in(index: int, doubt: str = "died") -> dict[str, object]:
    """A run that has ended there."""
    lost = {e.key: {"three": MissingObservation("three", Outcome.DIED)} for e in EXERCISES}
    return {"ended": Outcome.DIED, "ended_in": index, "doubt": doubt, "seen": lost}


def test_a_doubt_is_told_and_nothing_is_kept(worker_setup: WorkerSetup) -> None:
    """others are graded meanwhile: its turn comes later."""
    graded = graded_by(worker_setup, Told(died_in(4)))
    assert graded.doubt == "died"
    assert graded.result.status == "needs_review"


def test_what_happens_once_is_not_believed(worker_setup: WorkerSetup) -> None:
    """a kernel that was killed from outside costs nothing."""
    graded = graded_by(worker_setup, Told(), doubt="died")
    assert (graded.result.score, graded.result.problems, graded.doubt) == (10.0, (), "")


def test_what_happens_twice_is_believed(worker_setup: WorkerSetup) -> None:
    """it is not tried for ever."""
    sandbox = Told(died_in(DOUBLE), {})
    graded = graded_by(worker_setup, sandbox, doubt="died")
    assert sandbox.left_out == [set(), {DOUBLE}]
    assert graded.result.score == 6.0
    assert graded.result.status == "graded"


def test_what_differs_each_time_is_believed(worker_setup: WorkerSetup) -> None:
    """nobody can have a person look at their row at will."""
    sandbox = Told(*(died_in(4, f"death {number}") for number in range(9)))
    graded = graded_by(worker_setup, sandbox, doubt="another")
    assert graded.result.status == "graded"


def test_a_run_that_never_began(worker_setup: WorkerSetup) -> None:
    """a fault of ours costs nothing, gives nothing, and a person looks."""
    ours: dict[str, object] = {"ended": Outcome.INTERNAL_ERROR, "doubt": "no kernel"}
    graded = graded_by(worker_setup, Told(ours), doubt="no kernel")
    assert graded.result.status == "needs_review"
    assert {e.outcome for e in graded.result.exercises} == {Outcome.INTERNAL_ERROR}
    assert (graded.fault, graded.doubt) == ("no kernel", "")


def test_a_fault_is_in_doubt_first(worker_setup: WorkerSetup) -> None:
    """a zygote that died is another one's by the second time."""

    class Gone(Told):
        def run(self, program: Program, limits: Limits) -> Run:  # noqa: ARG002
            raise OSError("the zygote has gone")

    first = graded_by(worker_setup, Gone())
    again = graded_by(worker_setup, Gone(), doubt=first.doubt)
    assert "the zygote has gone" in first.doubt
    assert (again.doubt, again.result.status) == ("", "needs_review")
    assert "the zygote has gone" in again.fault


@pytest.mark.parametrize(
    ("deaths", "left_out"),
    [
        # Its own cells, one by one.
        ([4, 5], [set(), {4}, {4, 5}]),
        # A third one: all of them.
        ([4, 5, 6], [set(), {4}, {4, 5}, {1, 4, 5, 6}]),
        # It dies elsewhere without that solution, so that one of its own cells may have set it off.
        ([DOUBLE, SQUARE], [set(), {DOUBLE}, {1, 4, 5, 6}]),
        ([DOUBLE, SQUARE, DOUBLE], [set(), {DOUBLE}, {1, 4, 5, 6}, {1, 4, 5, 6, DOUBLE}]),
        # The setup cell is ours.
        ([0], [set(), {1, 4, 5, 6}]),
        ([0, 0], [set(), {1, 4, 5, 6}]),
    ],
)
def test_what_is_left_out(
    worker_setup: WorkerSetup, deaths: list[int], left_out: list[set[int]]
) -> None:
    """first what it ended in, and solutions only while nothing else can be at fault."""
    sandbox = Told(*map(died_in, deaths))
    graded_by(worker_setup, sandbox, doubt="died")
    assert sandbox.left_out == left_out


def test_long_cells_go_first(worker_setup: WorkerSetup) -> None:
    """where the notebook's time was over is not what has taken it."""
    over: dict[str, object] = {
        "ended": Outcome.TIMED_OUT,
        "ended_in": SQUARE,
        "long": frozenset({1, 4}),
    }
    sandbox = Told(over)
    graded = graded_by(worker_setup, sandbox)
    assert sandbox.left_out == [set(), {1, 4}]
    assert graded.result.score == 10.0


def test_a_function_that_ends_the_kernel_is_not_asked_again(worker_setup: WorkerSetup) -> None:
    """neither on secret inputs nor on public ones; the others are."""

    class Judge(ValueJudge):
        @property
        def requests(self) -> tuple[ObservationRequest, ...]:
            asked = super().requests
            return (*(replace(one, as_at_home=True) for one in asked), *asked)

    double, square = (exercise.key for exercise in EXERCISES)
    sandbox = Told({"gave_up": f"{double} as at home", "doubt": "died"})
    document = submission(last=["1"])
    graded = grade(worker_setup, Equipment(sandbox, Judge()), submitted(document), "died")
    assert graded.result.status == "graded"
    first, again = ([one.label for one in p.requests] for p in sandbox.programs)
    assert len(first) == 4
    assert again == [f"{square} as at home", square]


def test_sleepers_end(worker_setup: WorkerSetup) -> None:
    """a notebook that takes too long each time is not run again and again."""
    over: dict[str, object] = {"ended": Outcome.TIMED_OUT, "ended_in": SQUARE}
    sandbox = Told(*[over] * 9)
    graded_by(worker_setup, sandbox)
    assert len(sandbox.programs) == 3


def test_who_hangs_while_it_is_observed_ends(worker_setup: WorkerSetup) -> None:
    """neither is a notebook whose functions hang."""
    first, second = (exercise.key for exercise in EXERCISES)
    hung: dict[str, object] = {
        "gave_up": first,
        "seen": {
            key: {"three": MissingObservation("three", Outcome.TIMED_OUT)}
            for key in (first, second)
        },
    }
    sandbox = Told(hung, hung, *[{**hung, "gave_up": second}] * 4)
    graded_by(worker_setup, sandbox)
    assert sandbox.left_out == [set(), {1, 4, 5, 6}, {1, 4, 5, 6}]


def test_the_numbers_of_a_source_without_solutions(source: SourceNotebook, tmp_path: Path) -> None:
    """the counting of this module is right."""
    roles = [one.role for one in source.cells if one.kind == "code"]
    assert [str(role) for role in roles[:3]] == ["locked", "text", "solution"], tmp_path
