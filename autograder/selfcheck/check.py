"""``check``, which students call. Runs in the student's own process, so no one trusts it."""

import contextlib
import inspect
import io
import linecache
import os
from collections.abc import Mapping
from pathlib import Path
from types import CodeType

from autograder.checks.advice import advise
from autograder.checks.attempt import Attempt
from autograder.checks.check import run_checks
from autograder.model.observation import Observation
from autograder.model.verdict import Outcome
from autograder.probe.describe import is_cell
from autograder.probe.observe import observe, plan_of
from autograder.selfcheck.recorded import KIT, RecordedExercise, load_recorded, recorded_exercises
from autograder.selfcheck.report import Note, SelfCheck, show

# nbgrader sets it while it validates or grades. Then a failed check must fail its cell.
_NBGRADER = "NBGRADER_EXECUTION"


def check(target: object) -> None:
    """Run the public checks on an exercise's function or class and show their verdicts.

    Args:
        target: The function or class itself, ``check(train_step)``, or its name as a string.

    Raises:
        AssertionError: Only while nbgrader runs the cell and a check did not pass.
    """
    # The globals of the calling cell are the notebook's namespace.
    caller = inspect.currentframe()
    names = caller.f_back.f_globals if caller is not None and caller.f_back is not None else {}
    result = examine(target, names)
    show(result)
    if os.environ.get(_NBGRADER) and not result.passed:
        message = f"{result.title}: not every check passed"
        raise AssertionError(message)


def examine(target: object, names: Mapping[str, object]) -> SelfCheck | Note:
    """The verdicts of the public checks on ``target``, or a note why there are none.

    Args:
        target: The function, the class or the exercise's name.
        names: The notebook's namespace, to find the exercise of a lambda or a wrapped function.
    """
    exercises = recorded_exercises(KIT, Path.cwd())
    if not exercises:
        return Note(
            "No exercises found",
            "Nothing is recorded here to check against. Open the notebook in the folder that you "
            "were given; if you are its author, run `release build` first.",
        )
    if isinstance(target, str) and target in exercises and target not in names:
        return Note(
            f"{target} is not defined",
            "The cell that defines it has not been run, or it ended with an error first. Run "
            "it, and read the last line below it.",
        )
    name = _exercise_name(target, names, tuple(exercises))
    if name is None:
        return Note(
            "This is not one of the exercises",
            f"check() knows {', '.join(sorted(exercises))}. Call it with one of these functions.",
        )
    recorded = load_recorded(exercises[name])
    if recorded is None:
        return Note(
            f"{name} cannot be checked",
            "Its recorded observations are damaged. Unpack your copy of the assignment again.",
        )
    return _examine(names.get(name) if isinstance(target, str) else target, name, recorded)


def _exercise_name(
    target: object, names: Mapping[str, object], exercises: tuple[str, ...]
) -> str | None:
    if isinstance(target, str):
        return target if target in exercises and target in names else None
    for name in exercises:
        if name in names and names[name] is target:
            return name
    own = getattr(target, "__name__", None)
    return own if own in exercises else None


def _examine(target: object, name: str, recorded: RecordedExercise) -> SelfCheck | Note:
    plan = plan_of(recorded.key)
    silence = io.StringIO()
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        actual = {s.name: observe(target, s, plan) for s in recorded.scenarios}
    results = run_checks(recorded.checks, actual, recorded.expected)
    if results and all(r.outcome in {Outcome.MISSING, Outcome.SKIPPED} for r in results):
        return Note(
            f"{name} is not written yet",
            "Replace `raise NotImplementedError()` by your own code, run that cell, and then run "
            "this one again.",
        )
    attempt = Attempt(
        checks=recorded.checks,
        results=results,
        actual=actual,
        expected=recorded.expected,
        cells=_cells_run(),
        own_cell=_own_cell(target),
        parameters=recorded.parameters,
    )
    advice = advise(attempt, recorded.look_alikes, signatures=recorded.signatures)
    return SelfCheck(
        name=name,
        results=results,
        diagnosis=advice.diagnosis,
        hint=advice.hint,
        stages=_stages(actual),
    )


def _cells_run() -> tuple[str, ...]:
    """The cells that have been run; Jupyter keeps their texts for tracebacks."""
    files = [file for file in linecache.cache if is_cell(file)]
    return tuple("".join(linecache.getlines(file)) for file in files)


def _own_cell(target: object) -> str:
    """The cell that defines the function, or the first method of the class; else empty."""
    for member in vars(target).values() if isinstance(target, type) else [target]:
        code = getattr(member, "__code__", None)
        if isinstance(code, CodeType) and is_cell(code.co_filename):
            return "".join(linecache.getlines(code.co_filename))
    return ""


def _stages(actual: Mapping[str, Observation]) -> tuple[str, ...]:
    """The stages of the first scenario that has any."""
    for seen in actual.values():
        if seen.events:
            return tuple(event.name for event in seen.events)
    return ()
