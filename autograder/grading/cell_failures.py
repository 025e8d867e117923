"""Says which cells ended early, and which functions are not defined because of that.

In a worker. The submission itself says what ended a cell: the sentence is shown, and moves no
point.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder.checks.failed_cell import Failure, failure_of
from autograder.model.observation import MissingObservation
from autograder.model.program import Run
from autograder.model.verdict import ExerciseResult, Outcome
from autograder.notebook.merged import MergedCell, MergedNotebook

_MOST_SENTENCES = 10
Exercises = tuple[ExerciseResult, ...]


@dataclass(frozen=True, slots=True)
class FailedCell:
    """A cell of the student's own that ended early.

    Attributes:
        cell: The cell.
        name: What a sentence calls it.
        failure: How it ended.
    """

    cell: MergedCell
    name: str
    failure: Failure


def explain_failures(
    submission: MergedNotebook, run: Run, exercises: Exercises
) -> tuple[tuple[str, ...], Exercises]:
    """Sentences on cells that ended early, and the verdicts with the reason where one explains it.

    Args:
        submission: What was run.
        run: What came of it.
        exercises: The judge's verdicts.
    """
    failed = tuple(_failed_cells(submission, run))
    causes = {name: _cause(name, failed) for name in _undefined(run)}
    blamed = [cause for cause in causes.values() if cause]
    shown = [one for one in failed if one in blamed or one.failure.is_surprising]
    # Those that explain a missing function come first: the others may be cut.
    shown.sort(key=lambda one: one not in blamed)
    sentences = tuple(f"{one.name} {_sentence(one.failure)}" for one in shown[:_MOST_SENTENCES])
    explained = (_explained(one, causes.get(one.name)) for one in exercises)
    return sentences, tuple(explained)


def _failed_cells(submission: MergedNotebook, run: Run) -> Iterator[FailedCell]:
    """The student's own cells that ended early, in their order."""
    for number, (index, outputs) in enumerate(
        zip(submission.positions, run.outputs, strict=False), start=1
    ):
        cell = None if index is None else submission.cells[index]
        if cell is None or (cell.source is not None and not cell.source.is_students):
            continue
        failure = failure_of(cell.text, outputs)
        if failure:
            name = f"the cell `{cell.source.grade_id}`" if cell.source else f"cell {number}"
            yield FailedCell(cell, name, failure)


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


def _cause(exercise: str, failed: tuple[FailedCell, ...]) -> FailedCell | None:
    """The last cell that would have defined the exercise, had it not ended before."""
    defines = re.compile(
        rf"^[ \t]{{0,20}}(?:async +)?(?:def|class) +{re.escape(exercise)}\b"
        rf"|^{re.escape(exercise)} *[:=](?!=)",
        re.MULTILINE,
    )
    for one in reversed(failed):
        text, failure = one.cell.text, one.failure
        lines = [text.count("\n", 0, found.start()) + 1 for found in defines.finditer(text)]
        # Without a syntax error the lines before the failing one have run, and may have defined it.
        if lines and (not failure.was_read or (failure.line or 0) <= lines[-1]):
            return one
    return None


def _explained(exercise: ExerciseResult, cause: FailedCell | None) -> ExerciseResult:
    if cause is None:
        return exercise
    cell, failure = cause.name, cause.failure
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
