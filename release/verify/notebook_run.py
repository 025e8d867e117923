"""Whether a notebook runs from top to bottom in time, with solutions and without.

In the operator's process; the notebook runs in the sandbox, as a student's would.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from autograder.judge.assignment import Assignment, SourceCell
from autograder.judge.reliable_observation import not_observed
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program, Run
from release.verify.variant_runner import VariantSandbox

# On one core of a plain machine: longer ones students will not run again.
NOTEBOOK_SECONDS = 60.0


def failures_of(
    assignment: Assignment,
    untouched: Mapping[str, str],
    variant_sandbox: VariantSandbox,
    limits: Limits,
) -> tuple[str, ...]:
    """A sentence for each cell that fails, in the source notebook and in the student version.

    Args:
        assignment: The source notebook.
        untouched: Solution cells of the student version, by grade_id.
        variant_sandbox: Where they run.
        limits: What a student's notebook may use.
    """
    shorter = min(limits.notebook_seconds, NOTEBOOK_SECONDS)
    budget = replace(limits, notebook_seconds=shorter)
    code = [
        cell for cell in assignment.cells if cell.role in {"solution", "locked", "code", "grade"}
    ]
    versions = {
        "the source notebook": [cell.source for cell in code],
        "the student version": [untouched.get(cell.grade_id, cell.source) for cell in code],
    }
    return tuple(
        f"{assignment.name}: {which} does not run from top to bottom in {shorter:g} s: {what}."
        for which, sources in versions.items()
        for what in _failures(
            code, _run(f"{which} of {assignment.name}", sources, variant_sandbox, budget)
        )
    )


def _run(what: str, sources: Iterable[str], variant_sandbox: VariantSandbox, budget: Limits) -> Run:
    """Its run; what was stopped or ended is run once more, as the machine may have been busy.

    Raises:
        SandboxError: It is still not certain that the notebook itself is to blame.
    """
    program = Program(tuple(map(Cell, sources)))
    run = variant_sandbox.sandbox.run(program, budget)
    if run.problems or run.doubt:
        run = variant_sandbox.sandbox.run(program, budget)
    if run.doubt:
        raise not_observed(what, run.doubt)
    return run


def _failures(code: Iterable[SourceCell], run: Run) -> Iterator[str]:
    yield from run.problems
    for number, (cell, outputs) in enumerate(zip(code, run.outputs, strict=False), start=1):
        for output in outputs:
            if output["output_type"] == "error":
                yield f"code cell {number}{_name(cell)} raises {_error(output)}"


def _name(cell: SourceCell) -> str:
    return f" (`{cell.grade_id}`)" if cell.grade_id else ""


def _error(output: Mapping[str, Any]) -> str:
    text = " ".join(str(output["evalue"]).split())
    return f"{output['ename']}: {text}" if text else str(output["ename"])
