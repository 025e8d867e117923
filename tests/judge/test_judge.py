"""The judge: points from checks in a kept pytest session, and nothing without an observation."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.check import NOT_TRIED, run_checks
from autograder.judge.assignment import Assignment, load_assignment
from autograder.judge.check_session import CheckSession
from autograder.judge.judge import HIDDEN_FAILED, Judge, fill_missing, outcome_of, points_of
from autograder.judge.pytest_plugin import CheckInputs
from autograder.judge.reference import References, make_references
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation
from autograder.model.program import Cell, Program, Run
from autograder.model.verdict import CheckResult, ExerciseResult, Outcome
from autograder.sandbox.fake import FakeSandbox

ROOT = Path(__file__).parents[2]
KEY = "autograd/squared_mean_grad"


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The assignment ``autograd``, which is quick to observe."""
    return load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")


@pytest.fixture(scope="module")
def references(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> References:
    """Its references, observed in-process."""
    return make_references(
        assignment,
        sandbox=FakeSandbox(),
        secret=b"a secret of the tests",
        cache=tmp_path_factory.mktemp("cache"),
        limits=Limits(),
        workers=1,
    )


@pytest.fixture(scope="module")
def judge(assignment: Assignment, references: References) -> Judge:
    """One judge for all tests here, as a worker keeps it."""
    return Judge(assignment, references)


def _graded(
    judge: Judge,
    assignment: Assignment,
    source: str,
    *,
    tell: Callable[[str], None] | None = None,
) -> ExerciseResult:
    cells = (*assignment.cells_before("squared_mean_grad"), Cell(source))
    requests = tuple(r for r in judge.requests if r.exercise == KEY)
    run = FakeSandbox().run(Program(cells, requests), Limits())
    results = judge.judge(run, {"squared_mean_grad": source}, tell=tell)
    return next(result for result in results if result.name == "squared_mean_grad")


def test_the_solution_earns_everything(judge: Judge, assignment: Assignment) -> None:
    """It is true that the source notebook's own solution scores 100%."""
    run = FakeSandbox().run(Program(assignment.program_cells(), judge.requests), Limits())
    for result in judge.judge(run):
        assert result.points == result.max_points
        assert result.outcome is Outcome.PASSED
        assert result.diagnosis is None


def test_a_mistake_is_named(judge: Judge, assignment: Assignment) -> None:
    """It is true that a wrong solution loses points and gets the misconception's hint."""
    (wrong,) = (v for v in assignment.suites[1].misconceptions if v.id == "sum-for-mean")
    result = _graded(judge, assignment, wrong.source)
    assert result.points < result.max_points
    assert (result.diagnosis, result.hint) == (wrong.id, wrong.hint)


SEVERAL_NUMBERS = (
    "def squared_mean_grad(values):\n"
    "    x = values.clone().requires_grad_()\n"
    "    (x * x).mean().backward()\n"
    "    return x, x.grad.item()\n"
)


def test_an_exception_is_explained_with_the_students_line(
    judge: Judge, assignment: Assignment
) -> None:
    """It is true that where no mistake is named, what happened is a hint without a name."""
    result = _graded(judge, assignment, SEVERAL_NUMBERS)
    first = result.checks[0]
    assert result.outcome is first.outcome is Outcome.RAISED
    assert result.diagnosis is None
    assert result.hint is not None
    assert result.hint.startswith("A tensor was to become one Python number")
    assert result.hint.endswith("line 4 of the cell: “return x, x.grad.item()”.")
    assert first.message == f"It raised RuntimeError. {result.hint}"


def test_hidden_checks_show_no_line(judge: Judge, assignment: Assignment) -> None:
    """It is true that a hidden check explains an exception, and leaves out where it was."""
    source = (
        "def squared_mean_grad(values):\n"
        "    x = values.clone().requires_grad_()\n"
        "    (x * x).mean().backward()\n"
        "    return (x, x.grad) if values.abs().max() < 50 else (x, x.grid)\n"
    )
    result = _graded(judge, assignment, source)
    raised = [check for check in result.checks if check.outcome is Outcome.RAISED]
    assert raised
    assert all(check.hidden for check in raised)
    told = (
        "It raised AttributeError. Tensors have no attribute or method of that name: it is "
        "misspelt, or it belongs to something else, such as a NumPy array or a list."
    )
    assert {check.message for check in raised} == {told}
    assert result.hint is not None
    assert "x.grid" in result.hint


def test_no_line_is_shown_of_a_cell_that_is_not_known(judge: Judge, assignment: Assignment) -> None:
    """It is true that a line of another cell than the solution's is never looked up."""
    cells = (*assignment.cells_before("squared_mean_grad"), Cell(SEVERAL_NUMBERS))
    run = FakeSandbox().run(Program(cells, judge.requests), Limits())
    others = {"dydx": SEVERAL_NUMBERS}, {"squared_mean_grad": f"# 1\n{SEVERAL_NUMBERS}"}
    for solutions in ({}, *others):
        text = str(judge.judge(run, solutions))
        assert "A tensor was to become one Python number" in text
        assert "of the cell" not in text


def test_no_observation_earns_nothing(judge: Judge) -> None:
    """It is true that an empty run scores 0 everywhere, with a reason."""
    for result in judge.judge(Run(())):
        assert result.points == 0
        assert result.outcome is Outcome.DIED
        assert all(check.message for check in result.checks)


def test_hidden_checks_say_one_fixed_sentence(judge: Judge, assignment: Assignment) -> None:
    """It is true that a hidden check's message has nothing in it that a student could choose."""
    source = (
        "def squared_mean_grad(values):\n"
        "    x = values.clone().requires_grad_()\n"
        "    return x, {'leak ' + str(values[0, 0].item()): 1}\n"
    )
    result = _graded(judge, assignment, source)
    assert "leak" not in str(result)
    failed = [c for c in result.checks if c.hidden and c.outcome is Outcome.FAILED]
    assert all(check.message == HIDDEN_FAILED for check in failed)


def test_pytest_and_the_kit_agree(assignment: Assignment, references: References) -> None:
    """It is true that checks run in pytest and run without it give the same outcomes."""
    suite = assignment.suites[1]
    session = CheckSession((suite,))
    expected = references.expected[KEY]
    for look in references.look_alikes[KEY]:
        in_pytest = session.run(KEY, CheckInputs(look.seen, expected))
        without = run_checks(suite.checks, look.seen, expected)
        assert [(r.name, r.outcome) for r in in_pytest] == [(r.name, r.outcome) for r in without]


def test_a_session_can_be_run_again(assignment: Assignment, references: References) -> None:
    """It is true that nothing of one submission shows in the next one's verdicts."""
    suite = assignment.suites[1]
    session = CheckSession((suite,))
    expected = references.expected[KEY]
    right = CheckInputs(expected, expected)
    first = session.run(KEY, right)
    session.run(
        KEY, CheckInputs({n: MissingObservation(n, Outcome.DIED) for n in expected}, expected)
    )
    assert session.run(KEY, right) == first


def test_advice_that_fails_costs_nothing(
    judge: Judge, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that it costs the name alone, and is reported, or raised without a callback."""

    def trip(*_arguments: object, **_keywords: object) -> None:
        raise ValueError("a leaf of another kind")

    wrong = next(v for v in assignment.suites[1].misconceptions if v.id == "sum-for-mean")
    before = _graded(judge, assignment, wrong.source)
    monkeypatch.setattr("autograder.judge.judge.advise", trip)
    told: list[str] = []
    after = _graded(judge, assignment, wrong.source, tell=told.append)
    assert (before.diagnosis, after.diagnosis, after.hint) == ("sum-for-mean", None, None)
    assert after.checks == before.checks
    assert after.points == before.points
    (fault,) = (text for text in told if KEY in text)
    assert fault.startswith(f"The advice on {KEY} failed.\nTraceback")
    assert fault.strip().endswith("ValueError: a leaf of another kind")
    with pytest.raises(ValueError, match="another kind"):
        _graded(judge, assignment, wrong.source)


def test_a_public_check_says_what_it_says_at_home(judge: Judge, assignment: Assignment) -> None:
    """It is true that the message quotes what was found and expected on public inputs alone."""
    wrong = next(v for v in assignment.suites[1].misconceptions if v.id == "sum-for-mean")
    result = _graded(judge, assignment, wrong.source)
    messages = {check.name: check.message for check in result.checks if not check.hidden}
    assert (
        "12 of 12 values differ; the greatest difference is" in messages["test_gives_the_gradient"]
    )
    hidden = {check.message for check in result.checks if check.hidden}
    assert hidden <= {HIDDEN_FAILED, NOT_TRIED}


def test_what_messages_quote_is_asked_first(judge: Judge) -> None:
    """It is true that nothing secret is sent before the last public answer is asked for."""
    order = [request.as_at_home for request in judge.requests]
    assert order == sorted(order, reverse=True)
    public = {r.exercise: r.scenarios for r in judge.requests if r.as_at_home}
    secret = {r.exercise: r.scenarios for r in judge.requests if not r.as_at_home}
    assert public.keys() == secret.keys()
    seeds = {s.seed for scenarios in secret.values() for s in scenarios}
    assert seeds.isdisjoint(s.seed for scenarios in public.values() for s in scenarios)


def test_a_check_that_passes_at_home_adds_no_message(judge: Judge, assignment: Assignment) -> None:
    """It is true that a check that passes on the public inputs adds nothing to its verdict."""
    source = (
        "def squared_mean_grad(values, seen=[]):\n"
        "    seen.append(1)\n"
        "    x = values.clone().requires_grad_()\n"
        "    (x ** 2).mean().backward()\n"
        "    return x, x.grad if len(seen) < 3 else 2 * x.grad\n"
    )
    result = _graded(judge, assignment, source)
    gradient = next(c for c in result.checks if c.name == "test_gives_the_gradient")
    assert gradient.outcome is Outcome.FAILED
    assert "greatest difference" not in gradient.message


def test_a_complex_number_is_a_wrong_answer(judge: Judge, assignment: Assignment) -> None:
    """It is true that a strange returned value costs points and needs no review."""
    source = (
        "def squared_mean_grad(values):\n    return torch.tensor(1 + 2j), torch.tensor(1 + 2j)\n"
    )
    result = _graded(judge, assignment, source)
    assert result.points == 0
    assert result.outcome is Outcome.FAILED


def test_what_was_not_observed_is_a_missing_observation() -> None:
    """It is true that every scenario has an entry after completion."""
    assert fill_missing({}, ("a",)) == {"a": MissingObservation("a", Outcome.DIED)}


_RESULTS = st.lists(
    st.builds(
        CheckResult,
        name=st.just("c"),
        title=st.just(""),
        outcome=st.sampled_from(Outcome),
        hidden=st.booleans(),
        weight=st.floats(0.1, 10),
    ),
    min_size=1,
).map(tuple)


@given(_RESULTS, st.floats(0.5, 100))
def test_points_stay_within_bounds(checks: tuple[CheckResult, ...], max_points: float) -> None:
    """It is true that points are 0 with no pass, all with all passed, and between otherwise."""
    points = points_of(checks, max_points)
    passed = [c.outcome is Outcome.PASSED for c in checks]
    assert 0 <= points <= round(max_points, 2)
    if not any(passed):
        assert points == 0
    if all(passed):
        assert points == round(max_points, 2)
        assert outcome_of(checks) is Outcome.PASSED
    else:
        assert outcome_of(checks) is not Outcome.PASSED


def test_no_checks_earn_nothing() -> None:
    """It is true that an exercise without checks gives no points by default."""
    assert points_of((), 5.0) == 0.0
