"""Grades submissions against the release that they were made from. In the operator's process.

Today's grader and sandbox do it with that release's notebook and suites. They run in a process of
their own, because two releases of one suite are two modules of the same name. The rows come back
in the exercises and points that the gradebook has now.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

import autograder
from autograder.course.releases import NOT_KEPT, SUITES, KeptRelease, open_releases
from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import SandboxError
from autograder.grading.journal import read_result
from autograder.grading.worker import Graded, WorkerSetup, needs_review
from autograder.judge.variants import MISCONCEPTIONS
from autograder.model.cells import NotebookCell
from autograder.model.verdict import ExerciseResult, Outcome, SubmissionResult
from autograder.notebook.source import SourceNotebook

PACKAGE = Path(autograder.__file__).parent
PROGRAM = "autograder.grading.past_release_process"
# Modules that suites import, by the names which they had in releases of before.
RENAMED_MODULES = {
    "autograder.probe.classified": "autograder.probe.classification_batches",
    "autograder.probe.pretence": "autograder.probe.fake_accelerators",
}
_POINT_DIGITS = 2


def grade_earlier(
    course: Course,
    worker_setup: WorkerSetup,
    release: KeptRelease,
    batch: Sequence[SubmittedFile],
    *,
    jobs: int,
) -> Generator[tuple[SubmittedFile, Graded | Exception]]:
    """Verdicts in the order in which they come, or what went wrong on our side instead.

    Args:
        course: Its workspace has been made.
        worker_setup: Holds the assignment as it is now.
        release: What the submissions were made from.
        batch: The submissions.
        jobs: Submissions that are graded at the same time.
    """
    sentences = _sentences(release, worker_setup)
    noted = tuple(replace(one, notes=(*one.notes, *sentences)) for one in batch)
    waiting = {one.student: one for one in batch}
    reason = "it gave no verdict"
    try:
        with _grader(course, release, noted, jobs=jobs) as lines:
            for line in lines:
                graded = _read(json.loads(line), worker_setup, release)
                yield waiting.pop(graded.result.student), graded
    # It must not cost the batch that an earlier suite no longer fits today's grader.
    except (SandboxError, OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error)
    fault = SandboxError(f"release {release.number} could not be graded: {reason}")
    for submitted in waiting.values():
        yield submitted, fault


def grade_one(
    course: Course,
    worker_setup: WorkerSetup,
    submitted: SubmittedFile,
    present: Callable[[SubmittedFile], Graded],
) -> Graded:
    """The verdict on one submission, whichever release it is of.

    Args:
        course: Its workspace has been made.
        worker_setup: Holds the assignment as it is now.
        submitted: The submission.
        present: Grades a submission of the present release.
    """
    release = open_releases(course, worker_setup.source).of(submitted)
    if release is None:
        return present(submitted)
    ((_, verdict),) = grade_earlier(course, worker_setup, release, [submitted], jobs=1)
    if isinstance(verdict, Graded):
        return verdict
    return needs_review(worker_setup, submitted.student, fault=str(verdict))


def _sentences(release: KeptRelease, worker_setup: WorkerSetup) -> list[str]:
    what = f"an earlier release of `{release.assignment}`"
    sentences = [f"this notebook is of {what}; it was graded against what that release asks"]
    graded = [*(one.name for one in worker_setup.exercises), *worker_setup.source.written]
    new = [name for name in graded if name not in release.source.named]
    if new:
        listed = ", ".join(f"`{one}`" for one in new)
        sentences.append(f"that release does not ask for {listed}, which earned nothing")
    return sentences


@contextmanager
def _grader(
    course: Course, release: KeptRelease, batch: Sequence[SubmittedFile], *, jobs: int
) -> Generator[IO[str]]:
    """The lines that the process writes, one a submission.

    Raises:
        SandboxError: It ended before its work was done; says why.
    """
    # The workspace is private to its owner, and no kernel sees it.
    with tempfile.TemporaryDirectory(prefix=".earlier-", dir=course.workspace) as folder:
        packages, request = Path(folder, "packages"), Path(folder, "request.json")
        _copy_grader(packages / PACKAGE.name, release)
        request.write_text(
            json.dumps(_request(course, release, batch, jobs=jobs)), encoding="utf-8"
        )
        # `-m` would put the course's folder, where this project may be, before the copy.
        environment = os.environ | {"PYTHONPATH": str(packages), "PYTHONSAFEPATH": "1"}
        with (
            Path(folder, "errors").open("w+b") as errors,
            subprocess.Popen(
                [sys.executable, "-m", PROGRAM, str(request)],
                cwd=course.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            ) as process,
        ):
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            try:
                yield process.stdout
                status = process.wait()
            except BaseException:
                # Popen's own exit would wait for the whole batch.
                process.terminate()
                raise
            if status:
                # A file and not a pipe: a long traceback would fill a pipe that is not read.
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().rpartition("\n")[2]
                raise SandboxError(last or f"its process ended with {status}")


def _copy_grader(target: Path, release: KeptRelease) -> None:
    """This package as it is now, but for the assignment's suites."""
    shutil.copytree(PACKAGE, target, ignore=NOT_KEPT)
    suites = target / SUITES.relative_to(PACKAGE) / release.assignment
    shutil.rmtree(suites, ignore_errors=True)
    if release.suites.is_dir():
        shutil.copytree(release.suites, suites, ignore=NOT_KEPT)
        _bring_up_to_date(suites)


def _bring_up_to_date(suites: Path) -> None:
    """Let suites that were kept under earlier names find what has been renamed since."""
    for path in suites.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for earlier, later in RENAMED_MODULES.items():
            text = text.replace(earlier, later)
        path.write_text(text, encoding="utf-8")
    for path in suites.rglob("misconceptions.py"):
        # Whole solutions, which its reader takes as well as edits.
        path.rename(path.with_name(MISCONCEPTIONS))


def _request(
    course: Course, release: KeptRelease, batch: Sequence[SubmittedFile], *, jobs: int
) -> dict[str, Any]:
    return {
        "assignment": release.assignment,
        "batch": [
            asdict(one) | {"content": base64.b64encode(one.content).decode()} for one in batch
        ],
        "confinement": course.confinement,
        "jobs": jobs,
        "notebooks": str(release.notebooks),
        "root": str(course.root),
        "secret_file": str(course.secret_file),
        "workspace": str(course.workspace),
    }


def _read(document: dict[str, Any], worker_setup: WorkerSetup, release: KeptRelease) -> Graded:
    result = _in_todays_points(read_result(document["result"]), worker_setup)
    notebook = _without_unknown_cells(document["notebook"], worker_setup.source)
    named = worker_setup.source.named.keys()
    unanswered = frozenset(document["unanswered"]) & named
    # What the release did not ask for has not been answered.
    new = frozenset(named - release.source.named.keys())
    return Graded(result, notebook, unanswered | new, document["fault"])


def _in_todays_points(result: SubmissionResult, worker_setup: WorkerSetup) -> SubmissionResult:
    """The share of an exercise's points that was earned, of the points that it is worth now."""
    known = {one.name: one for one in result.exercises}
    exercises = []
    for exercise in worker_setup.exercises:
        earned = known.get(exercise.name)
        if earned is None:
            earned = ExerciseResult(exercise.name, 0.0, exercise.max_points, Outcome.MISSING)
        elif earned.max_points != exercise.max_points:
            # The same share of the points that the exercise is worth now.
            share = earned.points / earned.max_points if earned.max_points else 0.0
            points = round(share * exercise.max_points, _POINT_DIGITS)
            earned = replace(earned, points=points, max_points=exercise.max_points)
        exercises.append(earned)
    return replace(
        result,
        score=round(sum(one.points for one in exercises), 6),
        max_score=float(sum(one.max_points for one in exercises)),
        exercises=tuple(exercises),
        awaiting=tuple(name for name in result.awaiting if name in worker_setup.source.written),
    )


def _without_unknown_cells(notebook: str, source: SourceNotebook) -> str:
    """The notebook with no cell that nbgrader would look for in the gradebook, and not find."""
    document = json.loads(notebook)
    for raw in document["cells"]:
        cell = NotebookCell.of(raw)
        if cell.nbgrader and cell.grade_id not in source.named:
            del raw["metadata"]["nbgrader"]
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
