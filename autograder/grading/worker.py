"""One submission from bytes to verdict: a pure function, in a worker of a grading run.

A worker trusts its setup, which the operator's process made, and nothing of the submission. A
failure that the submitted bytes cause is the student's outcome. A failure on our side marks the
submission for review. The batch goes on after both.
"""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from autograder.course.workspace import SubmittedFile
from autograder.errors import NoSandboxError
from autograder.grading.cell_failures import explain_failures
from autograder.grading.submission_run import run_submission
from autograder.model.exercise import SOLUTION_SUFFIX, Exercise
from autograder.model.limits import Limits
from autograder.model.program import ObservationRequest, Run, Sandbox
from autograder.model.verdict import ExerciseResult, Outcome, SubmissionResult
from autograder.notebook.autograded import autograded_notebook
from autograder.notebook.merged import MergedNotebook, blank, merge, missing_sentence
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import UnreadableError, read_notebook

NOT_A_NOTEBOOK = "the file could not be read as a notebook"
NO_RUN = Run(())


class Judges(Protocol):
    """The part of the judge that a worker needs."""

    @property
    def requests(self) -> tuple[ObservationRequest, ...]:
        """What a sandbox must observe."""

    def judge(
        self,
        run: Run,
        solutions: Mapping[str, str] | None = None,
        *,
        tell: Callable[[str], None] | None = None,
    ) -> tuple[ExerciseResult, ...]:
        """One verdict an exercise; ``solutions`` are the texts of the student's own cells.

        ``tell`` gets a sentence about each failure on our side that cost no points.
        """


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a worker holds open from its first submission to its last."""

    sandbox: Sandbox
    judge: Judges


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What every worker is given once.

    Attributes:
        source: The assignment's student version.
        exercises: The automatic ones, in order.
        limits: What one submission may use.
        equip: Opens the equipment; a function that can be sent to another process.
    """

    source: SourceNotebook
    exercises: tuple[Exercise, ...]
    limits: Limits
    equip: Callable[[], Equipment]


@dataclass(frozen=True, slots=True)
class Graded:
    """All that grading gives for one submission.

    Attributes:
        result: Its row of the results file.
        notebook: Text of the autograded notebook.
        unanswered: Solutions and answers that are as they were released.
        fault: What failed on our side, for the operator; empty when nothing did. Where it cost
            points, the row says ``needs_review``.
        doubt: Why the submission has to be graded once more, alone, before this is believed; empty
            where it need not.
    """

    result: SubmissionResult
    notebook: str
    unanswered: frozenset[str] = frozenset()
    fault: str = ""
    doubt: str = ""


class _WorkerState:
    """What a worker process holds: its setup and, from the first task on, its equipment."""

    def __init__(self) -> None:
        self.worker_setup: WorkerSetup | None = None
        self.equipment: Equipment | None = None
        # Some executors run several threads in a worker; a pytest session is for one at a time.
        self.turn = threading.Lock()


_STATE = _WorkerState()


def prepare(worker_setup: WorkerSetup) -> None:
    """Make this process a worker; an executor's initializer."""
    _STATE.worker_setup, _STATE.equipment = worker_setup, None
    parent = multiprocessing.parent_process()
    if parent is not None:
        # An interrupt in the terminal reaches every process: the operator's decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: "multiprocessing.process.BaseProcess") -> None:
    """A worker whose parent was killed would wait for its next task for ever."""
    parent.join()
    os._exit(1)


def grade_submission(
    worker_setup: WorkerSetup | None, submitted: SubmittedFile, doubt: str = ""
) -> Graded:
    """Grade one submission with this process's equipment.

    Args:
        worker_setup: None in a process that :func:`prepare` has made a worker.
        submitted: The submission.
        doubt: As for :func:`grade`.

    Raises:
        AutograderError: The equipment cannot be opened, or has failed for good, so that nothing can
            be graded at all.
    """
    with _STATE.turn:
        if worker_setup is not None and worker_setup is not _STATE.worker_setup:
            _STATE.worker_setup, _STATE.equipment = worker_setup, None
        if _STATE.worker_setup is None:
            raise RuntimeError("this process was given no setup")
        return grade(_STATE.worker_setup, _equipment(_STATE.worker_setup), submitted, doubt)


def grade_alone(
    grade_once: Callable[[SubmittedFile, str], Graded], submitted: SubmittedFile
) -> Graded:
    """The verdict on the only submission that is graded just now, which is alone anyway."""
    graded = grade_once(submitted, "")
    return grade_once(submitted, graded.doubt) if graded.doubt else graded


def prepare_and_equip(worker_setup: WorkerSetup) -> None:
    """Make this process a worker and open its equipment, before there is anything to grade."""
    prepare(worker_setup)
    # An error comes again, and is reported, with the first submission.
    with _STATE.turn, suppress(Exception):
        _equipment(worker_setup)


def _equipment(worker_setup: WorkerSetup) -> Equipment:
    if _STATE.equipment is None:
        _STATE.equipment = worker_setup.equip()
    return _STATE.equipment


def grade(
    worker_setup: WorkerSetup, equipment: Equipment, submitted: SubmittedFile, doubt: str = ""
) -> Graded:
    """The verdict on one submission; raises nothing for anything that it holds.

    Args:
        worker_setup: The run's.
        equipment: This worker's.
        submitted: The submission.
        doubt: Why an earlier verdict was in doubt. Then no other submission is graded meanwhile,
            and what happens again is believed.

    Raises:
        NoSandboxError: Nothing can be graded any more.
    """
    if submitted.unreadable:
        return unreadable(worker_setup, submitted.student, submitted.unreadable)
    try:
        notebook = read_notebook(submitted.content, wanted=worker_setup.source.named)
        notebook = replace(notebook, problems=(*submitted.notes, *notebook.problems))
        submission = merge(notebook, worker_setup.source, requests=equipment.judge.requests)
    except UnreadableError as error:
        return unreadable(worker_setup, submitted.student, str(error))
    # Any other error while these bytes are read is the submission's, not ours.
    except Exception:  # noqa: BLE001
        return unreadable(worker_setup, submitted.student, NOT_A_NOTEBOOK)
    try:
        return _judged(worker_setup, equipment, submitted.student, submission, doubt=doubt)
    except NoSandboxError:
        raise
    # One submission of a batch: the others go on.
    except Exception:  # noqa: BLE001
        fault = traceback.format_exc()
        graded = needs_review(worker_setup, submitted.student, fault=fault, submission=submission)
        return graded if doubt else replace(graded, doubt=fault)


def _judged(
    worker_setup: WorkerSetup,
    equipment: Equipment,
    student: str,
    submission: MergedNotebook,
    *,
    doubt: str,
) -> Graded:
    run = run_submission(equipment.sandbox, submission, worker_setup.limits, doubt=doubt)
    if run.ended is Outcome.INTERNAL_ERROR or (run.doubt and not doubt):
        graded = needs_review(worker_setup, student, fault=run.doubt, submission=submission)
        return graded if doubt else replace(graded, doubt=run.doubt)
    faults: list[str] = []
    exercises = equipment.judge.judge(run, submission.solutions, tell=faults.append)
    failures, exercises = explain_failures(submission, run, exercises)
    found = {result.name: result.outcome is not Outcome.MISSING for result in exercises}
    # A notebook of another assignment lacks every cell, and has a sentence of its own for that.
    missing = tuple(
        missing_sentence(name, found=found.get(name, False))
        for name in worker_setup.source.exercises
        if name in submission.missing and (found.get(name) or not submission.is_foreign)
    )
    # Its own cell is as it was released, but another cell answers it.
    defined = frozenset(
        f"{name}{SOLUTION_SUFFIX}" for name in submission.missing if found.get(name)
    )
    problems = (*submission.problems, *missing, *failures, *run.problems)
    submission = replace(submission, problems=problems)
    graded = _graded(worker_setup, student, submission, run=run, exercises=exercises)
    return replace(graded, unanswered=graded.unanswered - defined, fault="\n".join(faults))


def unreadable(worker_setup: WorkerSetup, student: str, reason: str) -> Graded:
    """Nothing for a submission that is no notebook, and why."""
    submission = replace(blank(worker_setup.source), problems=(reason,))
    exercises = _all(worker_setup.exercises, Outcome.MISSING)
    return _graded(worker_setup, student, submission, run=NO_RUN, exercises=exercises)


def needs_review(
    worker_setup: WorkerSetup, student: str, *, fault: str, submission: MergedNotebook | None = None
) -> Graded:
    """A row that costs no points and gives none until a person has looked at it.

    Args:
        worker_setup: The run's.
        student: The student's id.
        fault: What failed, for the operator.
        submission: What the student wrote, where it is known.
    """
    sentence = "the grader itself failed on this submission; a person has to look at it"
    known = submission or blank(worker_setup.source)
    known = replace(known, problems=(*known.problems, sentence))
    exercises = _all(worker_setup.exercises, Outcome.INTERNAL_ERROR)
    graded = _graded(worker_setup, student, known, run=NO_RUN, exercises=exercises)
    if submission is not None:
        return replace(graded, fault=fault)
    # What the student wrote is not known: a person grades every written answer.
    awaiting = replace(graded.result, awaiting=worker_setup.source.written)
    return replace(graded, result=awaiting, unanswered=frozenset(), fault=fault)


def _all(exercises: Iterable[Exercise], outcome: Outcome) -> tuple[ExerciseResult, ...]:
    return tuple(ExerciseResult(e.name, 0.0, e.max_points, outcome) for e in exercises)


def _graded(
    worker_setup: WorkerSetup,
    student: str,
    submission: MergedNotebook,
    *,
    run: Run,
    exercises: tuple[ExerciseResult, ...],
) -> Graded:
    failed = any(result.outcome is Outcome.INTERNAL_ERROR for result in exercises)
    unanswered = submission.unanswered
    result = SubmissionResult(
        student=student,
        status="needs_review" if failed else "graded",
        # Binary fractions add up to 7.199999999999999 where points are 7.2.
        score=round(sum(result.points for result in exercises), 6),
        max_score=float(sum(exercise.max_points for exercise in worker_setup.exercises)),
        problems=submission.problems,
        exercises=exercises,
        awaiting=tuple(name for name in worker_setup.source.written if name not in unanswered),
    )
    notebook = autograded_notebook(
        submission,
        worker_setup.source,
        outputs=run.outputs,
        exercises=exercises,
        problems=submission.problems,
    )
    return Graded(result, notebook, unanswered)
