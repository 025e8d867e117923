"""A tiny course, and a sandbox and a judge that understand it; for tests of the grading room.

Its one assignment, ``sums``, has two exercises and a written answer. The sandbox runs cells with
plain ``exec``, so tests hand it only code of their own.
"""

import contextlib
import copy
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.grading.worker import Equipment
from autograder.model.exercise import Exercise, Scenario
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, Observation, ObservationResult
from autograder.model.program import ObservationRequest, Program, Run
from autograder.model.verdict import CheckResult, ExerciseResult, Outcome

ASSIGNMENT = "sums"
EXERCISES = (
    Exercise(ASSIGNMENT, "double", 4.0, "def double(x):\n    return 2 * x"),
    Exercise(ASSIGNMENT, "square", 6.0, "def square(x):\n    return x * x"),
)
EXPECTED = {"double": 6, "square": 9}
RIGHT = {
    "double-solution": "def double(x):\n    return 2 * x",
    "square-solution": "def square(x):\n    return x * x",
    "why": "Because two times three is six.",
}
OUR_FAULT = "# the sandbox fails on our side"
ADVICE_FAULT = "# on this, the advice fails"
Notebook = dict[str, Any]
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def cell(kind: str, source: str, **nbgrader: Any) -> dict[str, Any]:
    """A cell of an nbgrader notebook; keywords become its nbgrader metadata."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    if nbgrader:
        plain = {"grade": False, "locked": False, "solution": False, "task": False}
        made["metadata"]["nbgrader"] = {**plain, "schema_version": 3, **nbgrader}
        made["id"] = nbgrader["grade_id"]
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def notebook(*cells: Mapping[str, Any]) -> Notebook:
    """A notebook of nbformat 4.5."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    numbered = [{"id": f"c{index}", **one} for index, one in enumerate(cells)]
    metadata = {"kernelspec": kernel}
    return {"cells": numbered, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def source_notebook() -> Notebook:
    """What the instructor edits."""
    body = "    ### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION"
    return notebook(
        {
            **cell("markdown", "# Sums\n\n![graph](attachment:graph.png)"),
            "attachments": {"graph.png": {"image/png": PIXEL}},
        },
        cell("code", "import math", grade_id="setup", locked=True),
        cell("code", "half = 0.5\nprint(half)"),
        cell(
            "code",
            f"def double(x):\n{body.format('2 * x')}",
            grade_id="double-solution",
            solution=True,
        ),
        cell("code", "check(double)", grade_id="double", grade=True, locked=True, points=4),
        cell(
            "code",
            f"def square(x):\n{body.format('x * x')}",
            grade_id="square-solution",
            solution=True,
        ),
        cell("code", "check(square)", grade_id="square", grade=True, locked=True, points=6),
        cell("markdown", "Because.", grade_id="why", grade=True, solution=True, points=2),
    )


def released_notebook() -> Notebook:
    """What the student is given."""
    released = copy.deepcopy(source_notebook())
    for one in released["cells"]:
        name = one["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "why":
            one["source"] = "YOUR ANSWER HERE"
        elif name and name.endswith("-solution"):
            head = one["source"].partition("\n")[0]
            one["source"] = f"{head}\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    return released


def answered(**answers: str) -> Notebook:
    """A submission; ``double_solution="…"`` answers the cell ``double-solution``."""
    given = {**RIGHT, **{name.replace("_", "-"): text for name, text in answers.items()}}
    submitted = released_notebook()
    for one in submitted["cells"]:
        name = one["metadata"].get("nbgrader", {}).get("grade_id")
        if name in given:
            one["source"] = given[name]
    return submitted


def find(document: Notebook, grade_id: str) -> dict[str, Any]:
    """The first cell of that name."""
    return next(
        one
        for one in document["cells"]
        if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def make_course(root: Path, project: Path) -> Path:
    """A course folder with the project's own settings and the one tiny assignment."""
    for name in ("course_config.py", "nbgrader_config.py"):
        (root / name).write_bytes((project / name).read_bytes())
    folder = root / "assignments" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(source_notebook()), encoding="utf-8")
    return root


def hand_in(workspace: Path, student: str, content: Notebook | bytes) -> Path:
    """Put a submission where ``nbgrader collect`` would."""
    folder = workspace / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{ASSIGNMENT}.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


class ExecSandbox:
    """Runs cells in this very process, and calls each exercise's function with 3."""

    def run(self, program: Program, limits: Limits) -> Run:  # noqa: ARG002
        """Run the cells; an error ends a cell, not the notebook."""
        namespace: dict[str, Any] = {}
        kept: dict[str, dict[str, Any]] = {}
        outputs = []
        for one in program.cells:
            if OUR_FAULT in one.source:
                raise SandboxError("the zygote has gone")
            outputs.append(tuple(_executed(one.source, namespace)))
            kept |= {name: dict(namespace) for name in one.closes}
        seen = {
            request.label: {
                scenario.name: _seen(request.exercise, scenario.name, kept)
                for scenario in request.scenarios
            }
            for request in program.requests
        }
        return Run(tuple(outputs), seen)


def _executed(source: str, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    printed = io.StringIO()
    failed = []
    with contextlib.redirect_stdout(printed):
        try:
            exec(source, namespace)  # noqa: S102
        except Exception as error:  # noqa: BLE001
            name, text = type(error).__name__, str(error)
            failed = [{"output_type": "error", "ename": name, "evalue": text, "traceback": []}]
    text = printed.getvalue()
    stream = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    return [*stream, *failed]


def _seen(key: str, scenario: str, kept: Mapping[str, Mapping[str, Any]]) -> ObservationResult:
    name = key.rpartition("/")[2]
    function: Callable[[int], Any] | None = kept.get(name, {}).get(name)
    if function is None:
        return MissingObservation(scenario, Outcome.MISSING)
    try:
        return Observation(scenario, {"value": function(3)})
    except Exception:  # noqa: BLE001
        return MissingObservation(scenario, Outcome.RAISED)


class ValueJudge:
    """Gives full points for the right value, none otherwise."""

    @property
    def requests(self) -> tuple[ObservationRequest, ...]:
        """One scenario an exercise."""
        return tuple(ObservationRequest(e.key, (Scenario("three"),)) for e in EXERCISES)

    def judge(
        self,
        run: Run,
        solutions: Mapping[str, str] | None = None,
        *,
        tell: Callable[[str], None] | None = None,
    ) -> tuple[ExerciseResult, ...]:
        """One verdict an exercise."""
        if tell and any(ADVICE_FAULT in text for text in (solutions or {}).values()):
            tell("The advice on fakes/double failed.\nTraceback:\nKeyError: \x1b[31m'leaf'")
        return tuple(self._judged(exercise, run) for exercise in EXERCISES)

    def _judged(self, exercise: Exercise, run: Run) -> ExerciseResult:
        seen = run.seen[exercise.key]["three"]
        outcome = seen.outcome if isinstance(seen, MissingObservation) else Outcome.FAILED
        if isinstance(seen, Observation) and seen["value"] == EXPECTED[exercise.name]:
            outcome = Outcome.PASSED
        passed = outcome is Outcome.PASSED
        message = "" if passed else "expected <b>another</b> value"
        check = CheckResult("test_value", "Is the value right?", outcome, True, 1.0, message)  # noqa: FBT003
        return ExerciseResult(
            name=exercise.name,
            points=exercise.max_points if passed else 0.0,
            max_points=exercise.max_points,
            outcome=outcome,
            diagnosis=None if passed else "off-target",
            hint=None if passed else "Read the <statement> again.",
            checks=(check,),
        )


@dataclass(frozen=True, slots=True)
class FakeEquipment:
    """Equips a worker with the two; can be sent to another process."""

    def __call__(self) -> Equipment:
        """Open nothing."""
        return Equipment(ExecSandbox(), ValueJudge())
