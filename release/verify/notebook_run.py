"""Whether a notebook runs from top to bottom in time, with solutions and without.

In the operator's process; the notebook runs in the sandbox, as a student's would.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from autograder.judge.assignment import Assignment
from autograder.judge.reliable_observation import not_observed
from autograder.model.cells import NotebookCell, Role
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program, Run, Sandbox
from release.verify.variant_runner import VariantSandbox

# On one core of a plain machine: students do not run a longer notebook again and again.
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
        variant_sandbox: Where both run.
        limits: What a student's notebook may use.
    """
    seconds = min(limits.notebook_seconds, NOTEBOOK_SECONDS)
    shorter = replace(limits, notebook_seconds=seconds)
    code = [c for c in assignment.cells if c.kind == "code" and c.role is not Role.ANSWER]
    versions = {
        "the source notebook": [cell.source for cell in code],
        "the student version": [untouched.get(cell.grade_id, cell.source) for cell in code],
    }
    failures = []
    for version, sources in versions.items():
        what = f"{version} of {assignment.name}"
        run = _run(what, sources, sandbox=variant_sandbox.sandbox, limits=shorter)
        failures += [
            f"{assignment.name}: {version} does not run from top to bottom in {seconds:g} s: "
            f"{failure}."
            for failure in (*run.problems, *_exceptions(code, run))
        ]
    return tuple(failures)


def _run(what: str, sources: Iterable[str], *, sandbox: Sandbox, limits: Limits) -> Run:
    """Its run; what was stopped or ended is run once more, as the machine may have been busy.

    Raises:
        SandboxError: It is still not certain that the notebook itself is to blame.
    """
    program = Program(tuple(map(Cell, sources)))
    run = sandbox.run(program, limits)
    if run.problems or run.doubt:
        run = sandbox.run(program, limits)
    if run.doubt:
        raise not_observed(what, run.doubt)
    return run


def _exceptions(code: Iterable[NotebookCell], run: Run) -> Iterator[str]:
    # A run that was stopped has outputs of its first cells only.
    for number, (cell, outputs) in enumerate(zip(code, run.outputs, strict=False), start=1):
        name = f" (`{cell.grade_id}`)" if cell.grade_id else ""
        for output in outputs:
            if output["output_type"] == "error":
                message = " ".join(str(output["evalue"]).split())
                error = f"{output['ename']}: {message}" if message else output["ename"]
                yield f"code cell {number}{name} raises {error}"
