"""Runs a submission again without the cell that ended it. In a worker of a grading run.

A crash, an endless loop or a kernel that was killed on purpose costs the exercise whose cells hold
it. All other exercises are judged as usual.
"""

from dataclasses import replace

from autograder.model.cells import Role
from autograder.model.exercise import SOLUTION_SUFFIX
from autograder.model.limits import Limits
from autograder.model.observation import MissingObservation, ObservationResult
from autograder.model.program import Cell, Program, Run, Sandbox
from autograder.model.verdict import Outcome
from autograder.notebook.merged import MergedNotebook
from autograder.sandbox.observing import all_missing

# A submission that ends in another way each time does so by its own doing.
_MORE_TRIES = 2
_MOST_RUNS = 5
# Each of them may take the whole time that a notebook has.
_MOST_TIMED_OUT = 2
_MOST_NAMED_CELLS = 6


def run_submission(
    sandbox: Sandbox, submission: MergedNotebook, limits: Limits, *, doubt: str = ""
) -> Run:
    """Run a submission, and run it again without the cell that ended it early.

    Args:
        sandbox: Runs it.
        submission: Read and merged.
        limits: What it may use.
        doubt: Why an earlier run was in doubt. Then this one is alone on the machine as far as
            grading goes: what is doubtful for the same reason is believed, and what is doubtful
            for another reason is tried again. Without it a run that is in doubt is returned as it
            is.
    """
    known = {doubt} - {""}

    def run_program(program: Program) -> Run:
        run = sandbox.run(program, limits)
        for _ in range(_MORE_TRIES):
            if not known or not run.doubt or run.doubt in known:
                break
            known.add(run.doubt)
            run = sandbox.run(program, limits)
        return run

    reruns = _Reruns(submission, run_program(submission.program))
    for _ in range(_MOST_RUNS):
        if (reruns.doubt and not doubt) or not reruns.leave_out_more():
            break
        reruns.add(run_program(reruns.program))
    return reruns.whole


class _Reruns:
    """What has been seen so far, and what had to be left out for it.

    Attributes:
        blamed: Index of each cell in which the notebook ended → how it ended there.
        also_left_out: Indices of cells of the student's own that are left out with them.
        not_requested: Label of each request during which the kernel ended → what was seen of it.
    """

    def __init__(self, submission: MergedNotebook, run: Run) -> None:
        self.blamed: dict[int, Outcome] = {}
        self.also_left_out: set[int] = set()
        self.not_requested: dict[str, dict[str, ObservationResult]] = {}
        self._submission = submission
        self._runs = [run]
        self._outputs = list(run.outputs)
        self._problems = list(run.problems)
        roles = [_role(submission, index) for index in range(len(submission.program.cells))]
        self._own = {index for index, role in enumerate(roles) if role is Role.TEXT}
        self._solutions = {index for index, role in enumerate(roles) if role is Role.SOLUTION}

    @property
    def program(self) -> Program:
        """What is left to run; sections end where they ended."""
        whole, out = self._submission.program, self._left_out
        cells = tuple(
            Cell("", closes=cell.closes) if index in out else cell
            for index, cell in enumerate(whole.cells)
        )
        return Program(cells, tuple(r for r in whole.requests if r.label not in self.not_requested))

    @property
    def doubt(self) -> str:
        """Why some run of it is in doubt; or empty."""
        return next((run.doubt for run in self._runs if run.doubt), "")

    @property
    def whole(self) -> Run:
        """All runs as one."""
        seen = {**self._runs[-1].seen, **self.not_requested}
        for request in self._submission.program.requests:
            for index in _own_part(self._submission, request.exercise.partition("/")[2]):
                if index in self.blamed:
                    seen[request.label] = all_missing(request.scenarios, self.blamed[index])
        return replace(
            self._runs[-1],
            outputs=tuple(self._outputs),
            problems=tuple(dict.fromkeys(self._problems)),
            seen=seen,
            doubt=self.doubt,
        )

    @property
    def _left_out(self) -> set[int]:
        return self.blamed.keys() | self.also_left_out

    def leave_out_more(self) -> bool:
        """Whether something can be left out for the rest to be seen; notes what."""
        run = self._runs[-1]
        timed_out = sum(_took_long(one) for one in self._runs)
        if run.ended is Outcome.INTERNAL_ERROR or timed_out > _MOST_TIMED_OUT:
            return False
        before = (*self.blamed, *self.also_left_out, *self.not_requested)
        if run.gave_up:
            self._leave_out_request(run)
        elif run.ended and run.ended_in is not None:
            self._leave_out_cell(run.ended, run.ended_in, run.long)
        return (*self.blamed, *self.also_left_out, *self.not_requested) != before

    def add(self, run: Run) -> None:
        """Take note of another run of what was left."""
        out = self._left_out
        self._runs.append(run)
        self._outputs = [
            old if index in out else new
            for index, (old, new) in enumerate(zip(self._outputs, run.outputs, strict=True))
        ]
        if out:
            self._problems.append(f"the notebook was run again without {_numbers(out)}")
        self._problems += run.problems

    def _leave_out_request(self, run: Run) -> None:
        """Where others have been lost with it; or, the second time, all of the student's own cells.

        One of them may have left something behind that ends the kernel later. So it is at once
        where the kernel hangs: it times the functions itself, and none can make it hang.
        """
        if (self.not_requested or _took_long(run)) and self._own - self._left_out:
            self.not_requested = {}
            self.also_left_out = self._own - self.blamed.keys()
            return
        asked = {request.label: request.exercise for request in self.program.requests}
        after = list(asked)[list(asked).index(run.gave_up) :]
        if {asked[label] for label in after} != {asked[run.gave_up]}:
            # Another request about that function would end it as well.
            same = [label for label, exercise in asked.items() if exercise == asked[run.gave_up]]
            self.not_requested |= {label: dict(run.seen[label]) for label in same}

    def _leave_out_cell(self, ended: Outcome, cell: int, long: frozenset[int]) -> None:
        """The cell in which it ended; or all of the student's own, which may have set it off."""
        if ended is Outcome.TIMED_OUT and cell not in long and self._own & long:
            # The notebook's time was over there, and these have taken it.
            self.also_left_out |= self._own & long
        elif cell in self._own and len(self.blamed) <= 1:
            # Two are left out singly; a notebook that ends in a third is not worth a run for each.
            self.blamed[cell] = ended
        # All of them at once. A solution that was blamed gets another run without them.
        elif (self.blamed or cell not in self._solutions) and self._own - self._left_out:
            self.blamed = {one: how for one, how in self.blamed.items() if one in self._own}
            self.also_left_out = self._own - self.blamed.keys()
        elif cell in self._solutions:
            self.blamed[cell] = ended


def _took_long(run: Run) -> bool:
    """Whether it was ended for that, or hung while it was observed."""
    lost = run.seen.get(run.gave_up, {}).values()
    hung = any(
        isinstance(one, MissingObservation) and one.outcome is Outcome.TIMED_OUT for one in lost
    )
    return hung or run.ended is Outcome.TIMED_OUT


def _role(submission: MergedNotebook, index: int) -> Role:
    """What a cell of the program is for; TEXT for one of the student's own."""
    position = submission.positions[index]
    source = None if position is None else submission.cells[position].source
    return Role.LOCKED if position is None else source.role if source else Role.TEXT


def _own_part(submission: MergedNotebook, exercise: str) -> list[int]:
    """Indices, in the program, of an exercise's solution cell and of all up to its grade cell."""
    names = [cell.source.grade_id if cell.source else "" for cell in submission.cells]
    solution, grade = f"{exercise}{SOLUTION_SUFFIX}", exercise
    if solution not in names or grade not in names:
        return []
    first, last = names.index(solution), max(names.index(solution), names.index(grade))
    return [
        index
        for index, position in enumerate(submission.positions)
        if position is not None and first <= position <= last
    ]


def _numbers(cells: set[int]) -> str:
    """Such as ``cells 3, 5 and 8``, as a notebook counts them."""
    if len(cells) > _MOST_NAMED_CELLS:
        return f"{len(cells)} of its cells"
    *others, last = (str(index + 1) for index in sorted(cells))
    return f"cells {', '.join(others)} and {last}" if others else f"cell {last}"
