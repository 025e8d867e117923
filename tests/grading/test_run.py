"""A grading run with the gradebook, the journal and real worker processes."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from nbgrader import api

from autograder.course.releases import open_releases
from autograder.course.settings import Course
from autograder.course.workspace import find_submissions
from autograder.errors import UsageError
from autograder.grading import run as run_module
from autograder.grading.executors import Workers, process_pool
from autograder.grading.journal import Journal
from autograder.grading.preparation import LoadedAssignment
from autograder.grading.run import GradeOptions, GradingRun, grade_assignment
from autograder.grading.worker import WorkerSetup, prepare
from autograder.model.verdict import GradingResults, SubmissionResult
from autograder.notebook.source import SourceNotebook
from autograder.terminal.progress import Progress, SilentProgress
from tests.grading.fakes import (
    ADVICE_FAULT,
    ASSIGNMENT,
    OUR_FAULT,
    answered,
    cell,
    find,
    hand_in,
    released_notebook,
)

if TYPE_CHECKING:
    from autograder.judge.assignment import Assignment

WRONG = "def double(x):\n    return x"
Run = Callable[..., str]


class Told(SilentProgress):
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.counted = 0

    def say(self, sentence: str) -> None:
        """Remember it."""
        self.sentences.append(sentence)

    def advance(self) -> None:
        """Count it."""
        self.counted += 1


@pytest.fixture
def class_of_nine(course: Course) -> Course:
    """Right, wrong, blank, broken and dangerous submissions."""
    document = answered()
    faulty = answered()
    faulty["cells"].append(cell("code", OUR_FAULT))
    without = answered()
    without["cells"].remove(find(without, "square-solution"))
    handed = {
        "s001": document,
        "s002": answered(double_solution=WRONG),
        "s003": released_notebook(),
        "s004": b"no notebook",
        "s005": answered(square_solution="def square(x):\n    return 0"),
        "s006": faulty,
        "s007": without,
        "s008": document,
    }
    for student, content in handed.items():
        hand_in(course.workspace, student, content)  # type: ignore[arg-type]
    (course.submitted / "s009" / ASSIGNMENT).mkdir(parents=True)
    return course


@contextmanager
def threads(worker_setup: WorkerSetup, jobs: int) -> Iterator[Executor]:
    """Workers that are quickly there."""
    with ThreadPoolExecutor(jobs, initializer=prepare, initargs=(worker_setup,)) as pool:
        yield pool


class Ready:
    """A sandbox that needs no time."""

    def await_ready(self) -> None:
        """It is."""


def grade(
    course: Course,
    source: SourceNotebook,
    worker_setup: WorkerSetup,
    *,
    jobs: int = 0,
    students: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
) -> tuple[SubmissionResult, ...]:
    """Grade with so many worker processes, or with a thread when there are none."""

    @contextmanager
    def open_workers() -> Iterator[Workers]:
        pool = (
            partial(process_pool, worker_setup, Ready()) if jobs else partial(threads, worker_setup)
        )
        yield Workers(worker_setup, pool, jobs or 1)

    releases = open_releases(course, source, earlier=False)
    with Journal(course.results / f"{ASSIGNMENT}.journal.jsonl", "basis") as journal:
        run = GradingRun(course, source, releases, journal, progress or SilentProgress())
        submissions = find_submissions(course, ASSIGNMENT, students)
        return run.grade(submissions, open_workers, force=force)


@pytest.fixture
def run(course: Course, source: SourceNotebook, worker_setup: WorkerSetup) -> Run:
    """Grades, and gives the results file."""

    def results(*, told: Told | None = None, **options: Any) -> str:
        graded = grade(course, source, worker_setup, progress=told, **options)
        return GradingResults(ASSIGNMENT, "digest", graded).to_json()

    return results


def rows(text: str) -> dict[str, dict[str, Any]]:
    """The rows of a results file by student."""
    return {row["student"]: row for row in json.loads(text)["submissions"]}


def gradebook_scores(course: Course) -> dict[str, tuple[float, bool]]:
    """nbgrader's score of each student, and whether a person has to grade."""
    with api.Gradebook(course.db_url, course.course_id) as gradebook:
        return {
            row["student"]: (row["score"], row["needs_manual_grade"])
            for row in gradebook.submission_dicts(ASSIGNMENT)
        }


def test_a_class_is_graded_and_recorded(class_of_nine: Course, run: Run) -> None:
    """each broken submission costs only itself, in the results and in the gradebook."""
    told = Told()
    graded = rows(run(told=told))
    assert {student: row["score"] for student, row in graded.items()} == {
        "s001": 10.0,
        "s002": 6.0,
        "s003": 0.0,
        "s004": 0.0,
        "s005": 4.0,
        "s006": 0.0,
        "s007": 4.0,
        "s008": 10.0,
        "s009": 0.0,
    }
    review = {student for student, row in graded.items() if row["status"] == "needs_review"}
    assert review == {"s006"}
    assert gradebook_scores(class_of_nine) == {
        student: (row["score"], student not in {"s003", "s004", "s009"})
        for student, row in graded.items()
    }
    assert told.counted == 9
    assert sum("needs review" in sentence for sentence in told.sentences) == 1
    written = class_of_nine.autograded.glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
    assert len(list(written)) == 9


def test_a_worker_that_dies_costs_one_submission(course: Course, run: Run) -> None:
    """it needs review, in the results and in the gradebook; the others are graded."""
    crash = answered()
    crash["cells"].append(cell("code", "import os\nos._exit(9)"))
    for student, content in {"s001": answered(), "s002": crash, "s003": answered()}.items():
        hand_in(course.workspace, student, content)
    graded = rows(run(jobs=2))
    assert [row["status"] for row in graded.values()] == ["graded", "needs_review", "graded"]
    assert gradebook_scores(course) == {
        "s001": (10.0, True),
        "s002": (0.0, True),
        "s003": (10.0, True),
    }
    assert graded["s002"]["exercises"][0]["outcome"] == "INTERNAL_ERROR"


def test_what_fails_on_our_side_is_told_and_logged(course: Course, run: Run) -> None:
    """a line for each, the whole of it in a file; failed advice costs no points and no review."""
    faulty = answered()
    faulty["cells"].append(cell("code", OUR_FAULT))
    hand_in(course.workspace, "s001", faulty)
    hand_in(course.workspace, "s002", answered(double_solution=f"{WRONG}  {ADVICE_FAULT}"))
    told = Told()
    graded = rows(run(told=told))
    assert [row["status"] for row in graded.values()] == ["needs_review", "graded"]
    assert graded["s002"]["score"] == 6.0
    assert (
        "s001 needs review: autograder.errors.SandboxError: the zygote has gone" in told.sentences
    )
    assert "s002 was graded, but its advice failed: KeyError: ?[31m'leaf'" in told.sentences
    log = (course.results / f"{ASSIGNMENT}.faults.log").read_text(encoding="utf-8")
    assert "s001 needs review:\nTraceback (most recent call last):" in log
    assert "s002 was graded, but its advice failed:\nThe advice on fakes/double failed." in log
    assert "\x1b" not in log


def test_the_number_of_workers_changes_nothing(class_of_nine: Course, run: Run) -> None:
    """the results are the same bytes for one worker and for two, from a journal or anew."""
    one = run(jobs=1)
    notebooks = {p: p.read_bytes() for p in class_of_nine.autograded.rglob("*.ipynb")}
    assert run(jobs=2) == one
    assert run(jobs=2, force=True) == one
    assert {p: p.read_bytes() for p in class_of_nine.autograded.rglob("*.ipynb")} == notebooks


def test_what_has_not_changed_is_not_graded_again(class_of_nine: Course, run: Run) -> None:
    """only what is new, what has changed and what needs review."""
    run()
    hand_in(class_of_nine.workspace, "s002", answered())
    hand_in(class_of_nine.workspace, "s010", answered())
    told = Told()
    graded = rows(run(told=told))
    assert told.counted == 3
    assert told.sentences[0] == "7 submissions graded before and kept"
    assert (graded["s002"]["score"], graded["s010"]["score"]) == (10.0, 10.0)
    assert gradebook_scores(class_of_nine)["s002"] == (10.0, True)


def test_what_another_program_has_graded_is_graded_again(class_of_nine: Course, run: Run) -> None:
    """the gradebook and the results never contradict each other after a run."""
    first = run()
    before = gradebook_scores(class_of_nine)
    with api.Gradebook(class_of_nine.db_url, class_of_nine.course_id) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "s001")
        for grade in submission.notebooks[0].grades:
            grade.auto_score = 0.0
        gradebook.db.commit()
    told = Told()
    assert run(told=told) == first
    # The one that was changed, and the one that needs review anyway.
    assert told.counted == 2
    assert gradebook_scores(class_of_nine) == before


def test_a_date_that_is_none_is_told(class_of_nine: Course, run: Run) -> None:
    """it stops nbgrader's own list of submissions, so the operator hears of it."""
    folder = class_of_nine.submitted / "s001" / ASSIGNMENT
    (folder / "timestamp.txt").write_text("yesterday, I think")
    told = Told()
    run(students=["s001"], told=told)
    assert any("s001: timestamp.txt is no date" in sentence for sentence in told.sentences)


def test_what_was_lost_is_graded_again(class_of_nine: Course, run: Run) -> None:
    """a journal does not stand for a notebook or a gradebook that has gone."""
    run(students=["s001", "s002"])
    (class_of_nine.autograded / "s001" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").unlink()
    told = Told()
    run(students=["s001", "s002"], told=told)
    assert told.counted == 1
    (class_of_nine.workspace / "gradebook.db").unlink()
    told = Told()
    run(students=["s001", "s002"], told=told)
    assert told.counted == 2
    assert set(gradebook_scores(class_of_nine)) == {"s001", "s002"}


def test_a_resubmission_changes_its_moment(class_of_nine: Course, run: Run) -> None:
    """the gradebook has the last one, and formgrader sees it as graded."""
    path = class_of_nine.submitted / "s001" / ASSIGNMENT / "timestamp.txt"
    copy = class_of_nine.autograded / "s001" / ASSIGNMENT / "timestamp.txt"
    for moment in ("2030-01-01 00:00:00 UTC", "2030-01-02 00:00:00 UTC"):
        path.write_text(moment)
        run(students=["s001"])
        assert copy.read_text() == moment
    with api.Gradebook(class_of_nine.db_url) as gradebook:
        assert str(gradebook.find_submission(ASSIGNMENT, "s001").timestamp) == "2030-01-02 00:00:00"
    path.write_text("no moment")
    run(students=["s001"])
    assert not copy.exists()


def test_only_named_students_are_graded(class_of_nine: Course, run: Run) -> None:
    """the others are neither graded nor in the results."""
    assert list(rows(run(students=["s002", "s001"]))) == ["s001", "s002"]
    assert set(gradebook_scores(class_of_nine)) == {"s001", "s002"}


class _Arriving(Told):
    """Progress during which a student hands in."""

    def __init__(self, course: Course) -> None:
        super().__init__()
        self._course = course

    def advance(self) -> None:
        """Let one arrive when the first one is graded."""
        super().advance()
        if self.counted == 1:
            hand_in(self._course.workspace, "s010", answered())


@pytest.fixture
def fake_workers(
    source: SourceNotebook, worker_setup: WorkerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let `grade_assignment` find the tiny assignment, and grade with a thread."""
    assignment = cast("Assignment", SimpleNamespace(suite_digest="digest"))
    loaded = LoadedAssignment(assignment, source, secret=b"secret")
    workers = Workers(worker_setup, partial(threads, worker_setup), 1)
    monkeypatch.setattr(run_module, "load_for_grading", lambda *_given: loaded)
    monkeypatch.setattr(run_module, "open_workers", lambda *_given, **_named: nullcontext(workers))


@pytest.mark.usefixtures("fake_workers")
def test_a_full_table_keeps_what_was_graded_before(class_of_nine: Course) -> None:
    """the workspace's results file names everybody who has been graded; the answer, the asked."""
    grade_assignment(class_of_nine, GradeOptions(ASSIGNMENT, students=("s001",)), Told())
    options = GradeOptions(ASSIGNMENT, students=("s002",))
    results = grade_assignment(class_of_nine, options, Told())
    assert [row.student for row in results.submissions] == ["s002"]
    kept = rows((class_of_nine.results / f"{ASSIGNMENT}.json").read_text(encoding="utf-8"))
    assert list(kept) == ["s001", "s002"]


@pytest.mark.usefixtures("fake_workers")
def test_what_arrives_during_a_run_is_said_to_be_left_out(class_of_nine: Course) -> None:
    """the operator learns that it is not graded yet, and the next run grades it."""
    told = _Arriving(class_of_nine)
    grade_assignment(class_of_nine, GradeOptions(ASSIGNMENT), told)
    file = class_of_nine.results / f"{ASSIGNMENT}.json"
    assert "s010" not in rows(file.read_text(encoding="utf-8"))
    assert told.sentences[-1] == (
        "1 submission not graded yet, or graded before something changed: "
        f"run `autograder grade {ASSIGNMENT}`"
    )
    later = Told()
    grade_assignment(class_of_nine, GradeOptions(ASSIGNMENT), later)
    assert rows(file.read_text(encoding="utf-8"))["s010"]["score"] == 10.0
    assert not any("not graded yet" in sentence for sentence in later.sentences)


@pytest.mark.usefixtures("class_of_nine")
def test_a_run_that_was_broken_off_goes_on(run: Run) -> None:
    """what waited to be recorded is recorded; resuming gives what an uninterrupted run gives."""

    class Impatient(Told):
        def advance(self) -> None:
            super().advance()
            if self.counted == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(told=Impatient())
    told = Told()
    resumed = run(told=told)
    assert "3 submissions graded before and kept" in told.sentences
    assert resumed == run(force=True)


def test_a_folder_that_cannot_be_written_ends_the_run(class_of_nine: Course, run: Run) -> None:
    """in a sentence, with what was graded before kept."""
    class_of_nine.autograded.write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        run()
