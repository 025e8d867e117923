"""One submission from bytes to verdict."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from autograder.course.workspace import SubmittedFile
from autograder.errors import NoSandboxError
from autograder.grading.worker import (
    Equipment,
    Graded,
    Judges,
    WorkerSetup,
    grade,
    grade_submission,
    needs_review,
    prepare,
)
from autograder.model.limits import Limits
from autograder.model.program import Program, Run, Sandbox
from autograder.model.verdict import ExerciseResult, Outcome
from autograder.notebook.source import SourceNotebook
from tests.grading.fakes import (
    ADVICE_FAULT,
    EXERCISES,
    OUR_FAULT,
    ExecSandbox,
    FakeEquipment,
    Notebook,
    ValueJudge,
    answered,
    cell,
    find,
    released_notebook,
)


def graded(
    worker_setup: WorkerSetup,
    content: Notebook | bytes,
    *,
    sandbox: Sandbox | None = None,
    judge: Judges | None = None,
) -> Graded:
    """The verdict on a submission of student ``s``."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    equipment = Equipment(sandbox or ExecSandbox(), judge or ValueJudge())
    return grade(worker_setup, equipment, SubmittedFile("s", data))


def outcomes(verdict: Graded) -> list[Outcome]:
    """What became of each exercise."""
    return [exercise.outcome for exercise in verdict.result.exercises]


def test_a_right_submission_gets_all_points(worker_setup: WorkerSetup) -> None:
    """and its written answer waits for a person."""
    verdict = graded(worker_setup, answered())
    row = verdict.result
    assert (row.status, row.score, row.max_score, row.awaiting) == ("graded", 10.0, 10.0, ("why",))
    assert row.problems == ()
    assert verdict.unanswered == frozenset()


def test_an_untouched_release_gets_nothing(worker_setup: WorkerSetup) -> None:
    """nobody needs to look at it."""
    verdict = graded(worker_setup, released_notebook())
    assert (verdict.result.score, verdict.result.awaiting) == (0.0, ())
    assert verdict.unanswered == {"double-solution", "square-solution", "why"}


def test_one_wrong_function_costs_its_own_points(worker_setup: WorkerSetup) -> None:
    """the diagnosis is in the row and in the notebook."""
    verdict = graded(worker_setup, answered(double_solution="def double(x):\n    return x"))
    assert verdict.result.score == 6.0
    assert outcomes(verdict) == [Outcome.FAILED, Outcome.PASSED]
    outputs = find(json.loads(verdict.notebook), "double")["outputs"]
    assert outputs[0]["data"]["text/plain"] == "0"
    assert "off-target" in outputs[0]["data"]["text/html"]


def test_a_file_that_is_no_notebook_has_a_row_of_zeros(worker_setup: WorkerSetup) -> None:
    """with its problem, and a notebook that nbgrader can show."""
    for content in (b"\x00\xff", b"{}", b"[" * 10_000):
        verdict = graded(worker_setup, content)
        assert (verdict.result.status, verdict.result.score) == ("graded", 0.0)
        assert outcomes(verdict) == [Outcome.MISSING, Outcome.MISSING]
        assert len(verdict.result.problems) == 1
        assert "Notes from grading" in verdict.notebook


def test_what_could_not_be_opened_is_told_in_the_row(worker_setup: WorkerSetup) -> None:
    """the reason is the student's to read."""
    verdict = grade(
        worker_setup, FakeEquipment()(), SubmittedFile("s", b"", "there was no file `a.ipynb`")
    )
    assert verdict.result.problems == ("there was no file `a.ipynb`",)


def test_a_function_that_moved_to_another_cell_is_found(worker_setup: WorkerSetup) -> None:
    """and the sentence says so, whether or not the exercise passed."""
    document = answered()
    find(document, "double-solution").update(metadata={}, id="another")
    moved = graded(worker_setup, document)
    assert moved.result.score == 10.0
    assert moved.result.problems == (
        "the cell `double-solution` was missing; the `double` that another cell defines was graded",
    )
    assert "double-solution" not in moved.unanswered


def test_a_function_that_is_nowhere_is_graded_as_empty(worker_setup: WorkerSetup) -> None:
    """a deleted cell costs its own exercise only."""
    document = answered()
    document["cells"].remove(find(document, "double-solution"))
    verdict = graded(worker_setup, document)
    assert outcomes(verdict) == [Outcome.MISSING, Outcome.PASSED]
    assert verdict.result.problems == (
        (
            "the cell `double-solution` was missing and no other cell defined `double`; "
            "it was graded as empty"
        ),
    )


def test_a_fault_of_the_sandbox_needs_review(worker_setup: WorkerSetup) -> None:
    """no points are given or taken, the text is kept, and the operator learns why."""
    document = answered()
    document["cells"].append(cell("code", OUR_FAULT))
    verdict = graded(worker_setup, document)
    assert (verdict.result.status, verdict.result.score) == ("needs_review", 0.0)
    assert outcomes(verdict) == [Outcome.INTERNAL_ERROR] * 2
    assert verdict.result.awaiting == ("why",)
    assert "SandboxError: the zygote has gone" in verdict.fault
    assert "zygote" not in json.dumps(verdict.result.problems) + verdict.notebook
    assert "Because two times three" in verdict.notebook


def test_a_fault_of_the_judge_needs_review(worker_setup: WorkerSetup) -> None:
    """as does one exercise whose verdict is INTERNAL_ERROR."""

    class Broken(ValueJudge):
        def judge(
            self, run: Run, solutions: Mapping[str, str] | None = None, **_: Any
        ) -> tuple[ExerciseResult, ...]:
            raise KeyError(run, solutions)

    class Unsure(ValueJudge):
        def judge(
            self, run: Run, solutions: Mapping[str, str] | None = None, **_: Any
        ) -> tuple[ExerciseResult, ...]:
            first, second = super().judge(run, solutions)
            return first, ExerciseResult(
                "square", 0.0, 6.0, Outcome.INTERNAL_ERROR, checks=second.checks
            )

    broken = graded(worker_setup, answered(), judge=Broken())
    assert broken.result.status == "needs_review"
    assert "KeyError" in broken.fault
    unsure = graded(worker_setup, answered(), judge=Unsure())
    assert (unsure.result.status, unsure.result.score) == ("needs_review", 4.0)


def test_advice_that_fails_costs_nothing(worker_setup: WorkerSetup) -> None:
    """the points stand, and the operator learns of it."""
    wrong = f"def double(x):  {ADVICE_FAULT}\n    return x"
    verdict = graded(worker_setup, answered(double_solution=wrong))
    assert (verdict.result.status, verdict.result.score) == ("graded", 6.0)
    assert verdict.fault.endswith("'leaf'")


def test_the_judge_is_given_the_students_own_cells(worker_setup: WorkerSetup) -> None:
    """their texts as they were handed in, so that a line of them can be shown."""
    given: list[Mapping[str, str] | None] = []

    class Attentive(ValueJudge):
        def judge(
            self, run: Run, solutions: Mapping[str, str] | None = None, **_: Any
        ) -> tuple[ExerciseResult, ...]:
            given.append(solutions)
            return super().judge(run, solutions)

    graded(worker_setup, answered(), judge=Attentive())
    assert given == [
        {
            "double": "def double(x):\n    return 2 * x",
            "square": "def square(x):\n    return x * x",
        }
    ]


def test_what_the_sandbox_tells_is_a_problem_of_the_row(worker_setup: WorkerSetup) -> None:
    """such as a cell that was stopped."""

    class Slow(ExecSandbox):
        def run(self, program: Program, limits: Limits) -> Run:
            run = super().run(program, limits)
            return Run(run.outputs, run.seen, ("cell 4 ran longer than 20 s and was stopped",))

    verdict = graded(worker_setup, answered(), sandbox=Slow())
    assert verdict.result.problems == ("cell 4 ran longer than 20 s and was stopped",)


def test_a_row_for_a_person_without_the_students_text(worker_setup: WorkerSetup) -> None:
    """every written answer waits: nobody knows whether it was answered."""
    verdict = needs_review(worker_setup, "s", fault="it died")
    assert verdict.result.awaiting == ("why",)
    assert verdict.unanswered == frozenset()
    assert verdict.result.status == "needs_review"


def test_a_prepared_process_grades(worker_setup: WorkerSetup) -> None:
    """its equipment is opened with the first submission and kept."""
    opened: list[int] = []

    def equip() -> Equipment:
        opened.append(1)
        return FakeEquipment()()

    counted = WorkerSetup(worker_setup.source, EXERCISES, worker_setup.limits, equip)
    prepare(counted)
    submitted = SubmittedFile("s", json.dumps(answered()).encode())
    assert grade_submission(None, submitted) == grade_submission(None, submitted)
    assert grade_submission(counted, submitted).result.score == 10.0
    assert opened == [1]
    other = WorkerSetup(worker_setup.source, EXERCISES, worker_setup.limits, equip)
    assert grade_submission(other, submitted).result.score == 10.0
    assert opened == [1, 1]


@pytest.mark.parametrize("seed", range(3))
def test_a_verdict_depends_on_nothing_else(
    worker_setup: WorkerSetup, source: SourceNotebook, seed: int
) -> None:
    """the same bytes give the same notebook and the same row."""
    content: dict[str, Any] = answered()
    assert graded(worker_setup, content) == graded(worker_setup, content), seed
    assert SourceNotebook.from_json(source.to_json()) == source


def test_what_no_submission_could_be_run_in_ends_the_run(worker_setup: WorkerSetup) -> None:
    """nobody's row says that a person has to look at it, when nothing can be graded."""

    class Gone(ExecSandbox):
        def run(self, program: Program, limits: Limits) -> Run:  # noqa: ARG002
            raise NoSandboxError("there is no zygote")

    with pytest.raises(NoSandboxError):
        graded(worker_setup, answered(), sandbox=Gone())
