"""Tells which cells ended early, and which functions are not defined because of that.

In a worker. What ended a cell is the student's word: it is told, and moves no point.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from autograder.checks.failed_cell import Failure, failure_of
from autograder.model.observation import MissingObservation
from autograder.model.program import Run
from autograder.model.verdict import ExerciseResult, Outcome
from autograder.notebook.merged import MergedCell, MergedNotebook

_MOST_TOLD = 10
Failed = tuple[MergedCell, str, Failure]
Exercises = tuple[ExerciseResult, ...]


def tell_failures(
    submission: MergedNotebook, run: Run, exercises: Exercises
) -> tuple[tuple[str, ...], Exercises]:
    """Sentences on cells that ended early, and the verdicts with the reason where one explains it.

    Args:
        submission: What was run.
        run: What came of it.
        exercises: The judge's verdicts.
    """
    failed = tuple(_failed(submission, run))
    undefined = _undefined(run)
    causes = {name: _cause(name, failed) for name in undefined}
    blamed = [cause for cause in causes.values() if cause]
    told = [one for one in failed if one in blamed or one[2].is_surprising]
    told.sort(key=lambda one: one not in blamed)
    sentences = tuple(f"{name} {_sentence(failure)}" for _, name, failure in told[:_MOST_TOLD])
    explained = (_explained(one, causes.get(one.name)) for one in exercises)
    return sentences, tuple(explained)


def _failed(submission: MergedNotebook, run: Run) -> Iterator[Failed]:
    """The student's own cells that ended early, in their order, and what each is called."""
    for number, (index, outputs) in enumerate(
        zip(submission.positions, run.outputs, strict=False), start=1
    ):
        cell = None if index is None else submission.cells[index]
        if cell is None or (cell.source is not None and not cell.source.is_students):
            continue
        failure = failure_of(cell.text, outputs)
        if failure:
            called = f"the cell `{cell.source.grade_id}`" if cell.source else f"cell {number}"
            yield cell, called, failure


def _undefined(run: Run) -> frozenset[str]:
    """Exercises of whose name nothing was defined."""
    return frozenset(
        label.rpartition("/")[2]
        for label, seen in run.seen.items()
        if seen
        and all(
            isinstance(one, MissingObservation) and one.outcome is Outcome.MISSING
            for one in seen.values()
        )
    )


def _cause(exercise: str, failed: tuple[Failed, ...]) -> Failed | None:
    """The last cell that would have defined the exercise, had it not ended before."""
    defines = re.compile(
        rf"^[ \t]{{0,20}}(?:async +)?(?:def|class) +{re.escape(exercise)}\b"
        rf"|^{re.escape(exercise)} *[:=](?!=)",
        re.MULTILINE,
    )
    for one in reversed(failed):
        cell, _, failure = one
        found = [cell.text.count("\n", 0, m.start()) + 1 for m in defines.finditer(cell.text)]
        if found and (not failure.was_read or (failure.line or 0) <= found[-1]):
            return one
    return None


def _explained(exercise: ExerciseResult, cause: Failed | None) -> ExerciseResult:
    if cause is None:
        return exercise
    _, cell, failure = cause
    hint = (
        f"{cell[0].upper()}{cell[1:]}, which would define `{exercise.name}`, {_sentence(failure)}."
    )
    message = f"Nothing of that name was defined; {cell} {failure.happened}."
    checks = tuple(
        replace(check, message=message) if check.outcome is Outcome.MISSING else check
        for check in exercise.checks
    )
    return replace(exercise, hint=hint, checks=checks)


def _sentence(failure: Failure) -> str:
    return ". ".join(filter(None, [failure.happened, failure.advice]))
