"""``check`` in a notebook: what it says about right, wrong and unwritten functions."""

import linecache
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

import autograder
from autograder.judge.assignment import load_assignment
from autograder.judge.record import write_recorded
from autograder.model.limits import Limits
from autograder.sandbox.fake import FakeSandbox
from autograder.selfcheck.check import check, examine
from autograder.selfcheck.report import Note, SelfCheck
from autograder.selfcheck.submit import submit

ROOT = Path(__file__).parents[2]
Function = Callable[[Tensor], object]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with the recorded half of ``autograd`` in its built release."""
    course = tmp_path_factory.mktemp("course")
    notebook = ROOT / "assignments/autograd/autograd.ipynb"
    write_recorded(
        load_assignment("autograd", notebook),
        sandbox=FakeSandbox(),
        destination=course / "workspace/release/autograd/autograder/recorded",
        cache=course / "cache",
        limits=Limits(),
    )
    return course / "workspace/release/autograd"


@pytest.fixture(autouse=True)
def in_the_release(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where a student works."""
    monkeypatch.chdir(release)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def squared_mean_grad(values: Tensor) -> tuple[Tensor, Tensor | None]:
    """The exercise, solved."""
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    return x, x.grad


def _summed(values: Tensor) -> tuple[Tensor, Tensor | None]:
    x = values.clone().requires_grad_()
    (x**2).sum().backward()
    return x, x.grad


def _seen(function: object, **names: object) -> SelfCheck:
    result = examine(function, {"squared_mean_grad": function, **names})
    assert isinstance(result, SelfCheck)
    return result


def test_a_right_function_passes() -> None:
    """It is true that every public check passes on a right solution."""
    result = _seen(squared_mean_grad)
    assert result.passed
    assert result.diagnosis is None
    assert "✓" in str(result)


def test_a_mistake_is_named_with_its_hint() -> None:
    """It is true that a listed mistake shows its name and hint, as text and as HTML."""
    result = _seen(_summed)
    assert not result.passed
    assert result.diagnosis == "sum-for-mean"
    assert result.hint
    assert result.hint in str(result)
    assert "sum-for-mean" in result._repr_html_()


def test_two_mistakes_are_both_shown() -> None:
    """It is true that of two mistakes at once one is named, and the hint names the other."""

    def dydx(x0: float) -> Tensor | None:
        x = torch.tensor(float(x0), requires_grad=True)
        (3 * x**2 + 1).backward()
        return x.grad

    result = examine(dydx, {"dydx": dydx})
    assert isinstance(result, SelfCheck)
    assert result.diagnosis == "squares-only-x"
    assert "And there is “returns-tensor”" in str(result.hint)


def test_an_exception_shows_its_text_and_line() -> None:
    """It is true that at home, where inputs are public, an exception is quoted."""

    def broken(_values: Tensor) -> None:
        raise ValueError("so <not>")

    result = _seen(broken)
    assert "It raised ValueError: so <not>" in str(result)
    assert "so &lt;not&gt;" in result._repr_html_()


def test_an_exception_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that what happened is shown with the student's line, as text and as HTML."""
    source = "def squared_mean_grad(values):\n    return values @ values\n"
    lines = source.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, "<cell 1>", (1, None, lines, ""))
    names: dict[str, object] = {}
    exec(compile(source, "<cell 1>", "exec"), names)  # noqa: S102 - a cell of ours
    result = _seen(names["squared_mean_grad"])
    assert result.diagnosis is None
    assert result.hint is not None
    assert result.hint.startswith("A matrix product")
    assert result.hint.endswith("line 2 of the cell: “return values @ values”.")
    assert f"What happened: {result.hint}" in str(result)
    assert f"<b>What happened:</b> {result.hint}" in result._repr_html_()
    quoted = (
        "mat1 and mat2 shapes cannot be multiplied (4x3 and 4x3) (line 2 of its cell). A matrix"
    )
    assert quoted in str(result)


def test_an_unwritten_function_is_met_kindly() -> None:
    """It is true that the first call on a stub explains what to do and shows no failure."""

    def stub(_values: Tensor) -> None:
        raise NotImplementedError

    result = examine(stub, {"squared_mean_grad": stub})
    assert isinstance(result, Note)
    assert "squared_mean_grad is not written yet" in str(result)


@pytest.mark.parametrize(
    "target",
    [
        lambda values: squared_mean_grad(values),  # noqa: PLW0108 - the lambda is the point
        torch.enable_grad()(squared_mean_grad),
        "squared_mean_grad",
    ],
)
def test_the_exercise_is_found_by_its_name_in_the_notebook(target: object) -> None:
    """It is true that lambdas, wrapped functions and plain names lead to the exercise."""
    function = squared_mean_grad if isinstance(target, str) else target
    assert isinstance(examine(target, {"squared_mean_grad": function}), SelfCheck)


@pytest.mark.parametrize("target", [print, 3, None, "flying"])
def test_anything_else_gets_a_sentence(target: object) -> None:
    """It is true that what is no exercise of this notebook is answered with the names that are."""
    result = examine(target, {})
    assert isinstance(result, Note)
    assert "dydx, squared_mean_grad" in str(result)


def test_an_exercise_that_nothing_defines_has_its_note() -> None:
    """It is true that asking by name for what a failed cell would define points at that cell."""
    result = examine("dydx", {})
    assert isinstance(result, Note)
    assert result.title == "dydx is not defined"
    assert "ended with an error" in str(result)


def test_without_records_the_note_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that a folder without records gives a sentence and no traceback."""
    monkeypatch.chdir(tmp_path)
    result = examine(squared_mean_grad, {})
    assert isinstance(result, Note)
    assert "release build" in str(result)


def test_damaged_records_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a torn record is reported as such."""
    folder = tmp_path / "workspace/release/autograd/autograder/recorded/autograd/dydx"
    folder.mkdir(parents=True)
    (folder / "exercise.json").write_text("{", encoding="utf-8")
    (tmp_path / "assignments" / "autograd").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "assignments" / "autograd")
    assert "damaged" in str(examine("dydx", {"dydx": print}))


def test_the_students_state_is_left_alone() -> None:
    """It is true that a check neither draws from the student's random numbers nor prints."""
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    _seen(squared_mean_grad)
    assert torch.equal(torch.rand(1), wanted)


def test_prints_of_the_function_are_kept_away(capsys: pytest.CaptureFixture[str]) -> None:
    """It is true that a function that prints does not flood the table."""

    def noisy(values: Tensor) -> object:
        print("noise")  # noqa: T201 - the function prints
        return squared_mean_grad(values)

    _seen(noisy)
    assert capsys.readouterr().out == ""


def test_outside_jupyter_it_prints_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    """It is true that ``check`` in a script prints the table."""
    autograder.check(squared_mean_grad)
    assert "squared_mean_grad: " in capsys.readouterr().out


@pytest.mark.parametrize(("function", "raises"), [(squared_mean_grad, False), (_summed, True)])
def test_under_nbgrader_a_failed_check_fails_its_cell(
    function: Function, monkeypatch: pytest.MonkeyPatch, *, raises: bool
) -> None:
    """It is true that nbgrader's own validate and autograde give no credit for a wrong answer."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    monkeypatch.setitem(globals(), "squared_mean_grad", function)
    if raises:
        with pytest.raises(AssertionError, match="checks passed"):
            check(function)
    else:
        check(function)


def test_the_package_offers_check_and_submit_and_nothing_else() -> None:
    """It is true that ``from autograder import check`` works and other names are refused."""
    assert autograder.check is check
    assert autograder.submit is submit
    with pytest.raises(AttributeError, match="no attribute 'grade'"):
        autograder.grade  # noqa: B018


def test_nothing_recorded_holds_an_answer(release: Path) -> None:
    """It is true that records hold data and hints: no solution, no hidden scenario."""
    text = b"".join(p.read_bytes() for p in release.rglob("*") if p.is_file())
    assignment = load_assignment("autograd", ROOT / "assignments/autograd/autograd.ipynb")
    for suite, exercise in zip(assignment.suites, assignment.exercises, strict=True):
        known = [exercise.solution, *(v.source for v in (*suite.accepted, *suite.misconceptions))]
        lines = {line.strip() for source in known for line in source.splitlines()}
        assert not [line for line in lines if len(line) > 15 and line.encode() in text]
        hidden = [s.name for s in suite.scenarios if s.hidden]
        assert hidden
        assert not [name for name in hidden if f'"{name}"'.encode() in text]
