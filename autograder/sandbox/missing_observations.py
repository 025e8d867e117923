"""Says why observations were lost, as far as this side knows. Trusted side.

The kernel's own word, that a name is not defined or a process has died, is replaced where the
grader itself stopped what should have defined it. Nothing that arrived is ever changed.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import ObservationRequest, Program
from autograder.model.verdict import Outcome

Everything = Mapping[str, Mapping[str, ObservationResult]]


def explain_missing(
    seen: Everything, program: Program, *, stopped: AbstractSet[int], ended: Outcome | None
) -> Everything:
    """What was seen, each loss with its cause.

    Args:
        seen: Request's label → scenario → what was seen.
        program: What was asked for.
        stopped: Indices of the cells that the grader stopped for taking too long.
        ended: Why the grader ended the kernel, or how it ended by itself; None if it did not.
    """
    explained = {}
    for request in program.requests:
        causes = {Outcome.DIED: ended} if ended else {}
        if stopped & set(_section(request, program)):
            causes[Outcome.MISSING] = Outcome.TIMED_OUT
        answers = seen.get(request.label, {})
        explained[request.label] = {name: _explained(one, causes) for name, one in answers.items()}
    return explained


def _explained(seen: ObservationResult, causes: Mapping[Outcome, Outcome]) -> ObservationResult:
    if isinstance(seen, MissingObservation) and seen.outcome in causes:
        return MissingObservation(seen.scenario, causes[seen.outcome])
    return seen


def _section(request: ObservationRequest, program: Program) -> Iterator[int]:
    """Indices of the cells in the exercise's section, its own last cell included."""
    name = request.kept or request.exercise.partition("/")[2]
    ends = [index for index, cell in enumerate(program.cells) if cell.closes]
    own = next((index for index in ends if name in program.cells[index].closes), None)
    last = len(program.cells) - 1 if own is None else own
    before = max((index for index in ends if index < last), default=-1)
    yield from range(before + 1, last + 1)
