"""A cell that ends before its ``def`` costs what it costs, and the student is told why."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.course.settings import load_course
from autograder.course.workspace import SubmittedFile
from autograder.grading.preparation import open_worker_setup
from autograder.grading.worker import Equipment, Graded, WorkerSetup, grade
from autograder.model.verdict import Outcome
from autograder.terminal.progress import SilentProgress
from tests.grading import prepared
from tests.grading.fakes import ExecSandbox, ValueJudge, answered, cell, released_notebook

DOUBLE = "def double(x):\n    return 2 * x"
TEACHER = {
    one["metadata"].get("nbgrader", {}).get("grade_id"): "".join(one["source"])
    for one in prepared.solved()["cells"]
}
EPOCH = TEACHER["train_epoch-solution"]
# What Python reads from 3.12 on.
NEWER = (
    (("type Loss = float", "A newer Python may"), ('print(f"{names["a"]}")', "A newer Python may"))
    if sys.version_info < (3, 12)
    else ()
)
Notebook = dict[str, Any]
GradeNotebook = Callable[[Notebook], Graded]


def graded(worker_setup: WorkerSetup, *first: str, **answers: str) -> Graded:
    """The verdict on answers to the tiny course, behind cells of the student's own."""
    document = answered(**answers)
    document["cells"] = [*(cell("code", text) for text in first), *document["cells"]]
    content = json.dumps(document).encode()
    return grade(worker_setup, Equipment(ExecSandbox(), ValueJudge()), SubmittedFile("s", content))


def test_the_reason_stands_in_the_row_the_exercise_and_its_checks(
    worker_setup: WorkerSetup,
) -> None:
    """It is true that the missing module is named wherever a student or a TA may look."""
    verdict = graded(worker_setup, double_solution=f"import sklearn\n{DOUBLE}")
    double, square = verdict.result.exercises
    assert (double.outcome, double.points, square.points) == (Outcome.MISSING, 0.0, 6.0)
    (problem,) = verdict.result.problems
    assert problem.startswith("the cell `double-solution` ended with an error: there is no module")
    assert "named `sklearn` here. Only torch, numpy, matplotlib, tqdm and" in problem
    assert double.hint is not None
    assert double.hint.startswith("The cell `double-solution`, which would define `double`, ended")
    assert "`sklearn`" in double.hint
    assert "`sklearn`" in double.checks[0].message
    page = next(
        output["data"]["text/html"]
        for one in json.loads(verdict.notebook)["cells"]
        if one["metadata"].get("nbgrader", {}).get("grade_id") == "double"
        for output in one["outputs"]
    )
    # The headline of its report, above the table of checks.
    assert ">sklearn</code>" in page.partition("<table")[0]


def test_text_that_cannot_be_read_costs_its_own_exercise(worker_setup: WorkerSetup) -> None:
    """It is true that the cell is said not to have been run at all."""
    verdict = graded(worker_setup, double_solution=f"{DOUBLE}\nprint(“two”)")
    double, square = verdict.result.exercises
    assert (double.points, square.points) == (0.0, 6.0)
    assert "was not run, because the Python 3." in str(double.hint)
    assert "cannot read line 3 of it, “print(“two”)”. Quotes have to be" in str(double.hint)


def test_a_function_that_is_there_is_not_said_to_be_missing(worker_setup: WorkerSetup) -> None:
    """It is true that full points stay, and only what surprises is told."""
    for text, told in ((f"import sklearn\n{DOUBLE}", 1), (f"1 / 0\n{DOUBLE}", 0)):
        for answers in ((DOUBLE, text), (f"{DOUBLE}\n{text}", "")):
            first, own = answers
            verdict = graded(worker_setup, first, double_solution=own)
            assert verdict.result.score == 10.0
            assert len(verdict.result.problems) == (told if own or told else 0)
            assert all(exercise.hint is None for exercise in verdict.result.exercises)


def test_a_cell_that_would_define_nothing_is_not_blamed(worker_setup: WorkerSetup) -> None:
    """It is true that an error in a cell without the ``def`` explains no missing function."""
    for text in ("1 / 0", "undefined", "# def double(x)\n1 / 0", "double == 3"):
        verdict = graded(worker_setup, "1 / 0", double_solution=text)
        assert verdict.result.exercises[0].outcome is Outcome.MISSING
        assert verdict.result.exercises[0].hint == "Read the <statement> again."
        assert verdict.result.problems == ()


def test_what_a_student_defines_elsewhere_is_found_there(worker_setup: WorkerSetup) -> None:
    """It is true that the cell with the ``def`` is named, by its number where it has no name."""
    verdict = graded(worker_setup, "# mine", f"undefined\n{DOUBLE}", double_solution="# above")
    (problem,) = verdict.result.problems
    assert problem == "cell 2 ended with an error: nothing has defined `undefined` before"
    assert str(verdict.result.exercises[0].hint).startswith("Cell 2, which would define `double`,")


def test_a_name_keeps_its_capitals(worker_setup: WorkerSetup) -> None:
    """It is true that a cell is called as the notebook calls it."""
    verdict = graded(worker_setup, double_solution=f"import Sklearn\n{DOUBLE}")
    assert "`Sklearn`" in str(verdict.result.exercises[0].hint)


def test_many_cells_that_fail_make_a_short_list(worker_setup: WorkerSetup) -> None:
    """It is true that what explains a lost exercise is told, however many cells fail before it."""
    verdict = graded(worker_setup, *["import sklearn"] * 300, double_solution=f"import a\n{DOUBLE}")
    assert len(verdict.result.problems) == 10
    assert verdict.result.problems[0].startswith("the cell `double-solution` ended")


def test_a_blank_notebook_is_told_nothing(worker_setup: WorkerSetup) -> None:
    """It is true that what is not written yet is not an error."""
    content = json.dumps(released_notebook()).encode()
    verdict = grade(
        worker_setup, Equipment(ExecSandbox(), ValueJudge()), SubmittedFile("s", content)
    )
    assert verdict.result.problems == ()


# --- in real kernels


@pytest.fixture(scope="module")
def grade_training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GradeNotebook]:
    """Grades notebooks of the real assignment ``training``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AUTOGRADER_WORKSPACE", raising=False)
        patch.setenv("AUTOGRADER_SECRET", prepared.SECRET)
        course = load_course(prepared.make_course(tmp_path_factory.mktemp("c") / "course"))
        with open_worker_setup(course, prepared.ASSIGNMENT, SilentProgress().say) as (
            worker_setup,
            _,
        ):
            equipment = worker_setup.equip()
            yield lambda document: grade(
                worker_setup, equipment, SubmittedFile("s", json.dumps(document).encode())
            )


def with_epoch(solution: str) -> Notebook:
    """The solved notebook with another text in ``train_epoch``'s cell."""
    document = prepared.solved()
    for one in document["cells"]:
        if one["metadata"].get("nbgrader", {}).get("grade_id") == "train_epoch-solution":
            one["source"] = solution
    return document


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("from torchvision import datasets", "no module named `torchvision` here"),
        ("from helpers import *", "a file of your own beside the notebook is not"),
        ("from torch import nothing", "`nothing` cannot be imported from `torch`"),
        ("print(“loss”)", "Quotes have to be straight"),
        ("losses = [", "Python 3."),
        ("open('data/train.csv')", "there is no file `data/train.csv` here"),
        ("%run helpers.ipynb", "there is no file `helpers.ipynb` here"),
        ("%nothing of ours", "there is no magic `%nothing` here"),
        ("names = nothing", "nothing has defined `nothing` before"),
        ("import torch; torch.ones(2, 3) @ torch.ones(2, 3)", "whose shapes do not fit"),
        *NEWER,
    ],
)
def test_whatever_ends_a_cell_is_told(grade_training: GradeNotebook, line: str, words: str) -> None:
    """It is true that a real kernel's word is understood, and that the line is right."""
    result = grade_training(with_epoch(f"\n{line}\n{EPOCH}")).result
    step, epoch = result.exercises
    assert (result.status, step.outcome, epoch.outcome) == ("graded", "PASSED", "MISSING")
    (problem,) = result.problems
    assert problem.startswith("the cell `train_epoch-solution` ")
    for said in (problem, epoch.hint or ""):
        assert words in said
        assert "line 2" in said or "line 14" in said
    assert any("line 2" in check.message or "line 14" in check.message for check in epoch.checks)


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize(
    "beginning",
    [
        "from tqdm import tqdm as bar",
        "from tqdm.notebook import tqdm as bar",
        "from tqdm.auto import tqdm as bar",
        "!pip install tqdm sklearn\nfrom tqdm import tqdm as bar",
        "try:\n    from fastprogress import bar\nexcept ImportError:\n    bar = iter",
        "%matplotlib widget\nbar = iter",
        "%matplotlib qt\nbar = iter",
        "%conda install tqdm\nbar = iter",
    ],
)
def test_what_works_for_students_costs_nothing(
    grade_training: GradeNotebook, beginning: str
) -> None:
    """It is true that bars, fallbacks, and magics for a screen give full points and no note."""
    assert "in loader:" in EPOCH
    solution = f"{beginning}\n{EPOCH.replace('in loader:', 'in bar(loader):')}"
    result = grade_training(with_epoch(solution)).result
    assert result.score == result.max_score, result.exercises[1]
    assert result.problems == ()


@pytest.mark.kernel
@pytest.mark.slow
def test_an_import_for_a_plot_costs_nothing_and_is_told(grade_training: GradeNotebook) -> None:
    """It is true that right functions keep full points when another cell of the student's fails."""
    document = prepared.solved()
    document["cells"].insert(1, cell("code", "import torch\nimport seaborn as sns") | {"id": "me"})
    result = grade_training(document).result
    assert result.score == result.max_score
    (problem,) = result.problems
    assert "ended in line 2, “import seaborn as sns”: there is no module named" in problem
