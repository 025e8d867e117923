"""One submission from the first cell to the last observation. Trusted side."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograder.errors import ConfinementError, NoSandboxError, SandboxError
from autograder.model.limits import MEBIBYTE, Limits
from autograder.model.observation import Observation, ObservationResult
from autograder.model.program import Cell, Program, Run
from autograder.model.verdict import Outcome
from autograder.sandbox.client import ConfinedClient
from autograder.sandbox.missing_observations import explain_missing
from autograder.sandbox.observing import SERVE, Observer, all_missing
from autograder.sandbox.outputs import plain_outputs
from autograder.sandbox.provisioner import ForkProvisioner

# EAGAIN and ENOMEM, in the words of the C library and of Python.
_REFUSED = re.compile(
    "Resource temporarily unavailable|[Cc]an(?:not|'t) allocate memory|can't start new thread"
)


async def run_program(address: str, program: Program, limits: Limits) -> Run:
    """Run the cells in a kernel forked by the zygote at ``address``, then observe.

    A kernel that ends before its first cell is our fault, and so is one that was never had: the
    run says so, and holds nothing.

    Raises:
        NoSandboxError: There is no zygote.
    """
    kernel = ForkProvisioner(address=address, limits=limits)
    try:
        await kernel.launch_kernel([])
    except NoSandboxError:
        raise
    except (ConfinementError, SandboxError) as error:
        return _never_begun(program, str(error))
    try:
        run = await _KernelRun(kernel, program, limits).finish()
        if run.doubt:
            await kernel.kill()
            await kernel.wait()
            if kernel.exit_status() is None:
                # Without a status the zygote has died, and took this kernel along.
                return _never_begun(program, "the zygote died while a notebook was run")
        return run
    finally:
        await kernel.kill()
        await kernel.wait()
        await kernel.cleanup()


def _never_begun(program: Program, doubt: str) -> Run:
    """Nothing of the student's has run."""
    lost = {r.label: all_missing(r.scenarios, Outcome.INTERNAL_ERROR) for r in program.requests}
    outputs = ((),) * len(program.cells)
    return Run(outputs, lost, ended=Outcome.INTERNAL_ERROR, doubt=doubt)


class _KernelRun:
    def __init__(self, kernel: ForkProvisioner, program: Program, limits: Limits) -> None:
        cells = [_new_cell(number, cell) for number, cell in enumerate(program.cells, start=1)]
        self._kernel = kernel
        self._program = program
        self._limits = limits
        self._client = ConfinedClient(_new_notebook(cells), kernel=kernel, limits=limits)
        self._ended: Outcome | None = None
        # The cell that is running; None before the first one and behind the last one.
        self._cell: int | None = None
        self._memory_kills = _memory_kills()
        self._observer = Observer(
            kernel.channel,
            limits=limits,
            usage=self._client.tree.usage,
            notebook=self._client.budget,
        )

    async def finish(self) -> Run:
        try:
            await self._client.connect()
        except DeadKernelError:
            self._client.disconnect()
            status = self._kernel.exit_status()
            return _never_begun(self._program, f"a kernel ended before its first cell ({status})")
        try:
            await self._execute_cells()
            self._cell = None
            # In a thread: what the kernel sends meanwhile goes on being watched.
            seen = await asyncio.to_thread(self._observe)
        except DeadKernelError:
            self._explain_death()
            seen = self._observe()
        finally:
            self._client.disconnect()
        outputs = tuple(plain_outputs(cell.outputs) for cell in self._client.nb.cells)
        # The kernel may have been ended while it was observed.
        self._ended = self._ended or self._client.ended
        problems = self._client.problems
        if self._observer.gave_up and not problems:
            asked = {request.label: request.exercise for request in self._program.requests}
            name = asked[self._observer.gave_up].rpartition("/")[2]
            problems.append(f"the notebook's process ended, or hung, when `{name}` was called")
        return Run(
            outputs=outputs,
            seen=explain_missing(
                seen, self._program, stopped=self._client.stopped, ended=self._ended
            ),
            problems=tuple(problems),
            ended=self._ended,
            ended_in=self._cell,
            gave_up=self._observer.gave_up,
            long=frozenset(self._client.long | self._client.stopped),
            doubt=self._client.doubt or self._observer.doubt or _short_of_something(seen),
        )

    async def _execute_cells(self) -> None:
        for index, cell in enumerate(self._program.cells):
            self._cell = index
            if cell.opens:
                self._client.execute_silently(_session_call("go_back", cell.opens))
            await self._client.async_execute_cell(self._client.nb.cells[index], index)
            if cell.closes:
                self._client.execute_silently(_session_call("keep", *cell.closes))

    def _explain_death(self) -> None:
        self._ended = self._client.ended
        if self._ended is not None:
            return
        if self._kernel.ran_out_of_memory():
            self._ended = Outcome.OUT_OF_MEMORY
            limit = self._limits.group_bytes // MEBIBYTE
            self._client.problems.append(
                f"the notebook used more than {limit} MiB of memory; it was ended"
            )
            return
        self._ended = Outcome.DIED
        status = self._kernel.exit_status()
        number = "" if self._cell is None else f" in cell {self._cell + 1}"
        how = "" if status is None else f" (exit status {status})"
        sentence = f"the notebook's process ended before its time{number}{how}"
        self._client.problems.append(sentence)
        self._client.doubt = sentence
        if _memory_kills() > self._memory_kills:
            # It was within its own limits, or we had ended it ourselves.
            self._client.doubt = "this machine ran out of memory, and a kernel was ended for it"
            self._ended = Outcome.INTERNAL_ERROR

    def _observe(self) -> Mapping[str, Mapping[str, ObservationResult]]:
        requests = self._program.requests
        if self._ended is not None:
            return {r.label: all_missing(r.scenarios, self._ended) for r in requests}
        if not requests:
            return {}
        self._client.execute_silently(SERVE)
        asked = (*requests[:-1], replace(requests[-1], is_last=True))
        return {request.label: self._observer.observe(request) for request in asked}


def _short_of_something(seen: Mapping[str, Mapping[str, ObservationResult]]) -> str:
    """A sentence where a function says that it was refused a process or memory: perhaps by us."""
    for label, answers in seen.items():
        for one in answers.values():
            if isinstance(one, Observation) and one.raised and _REFUSED.search(one.raised.message):
                return f"{label}: {one.scenario} was refused a process or memory"
    return ""


def _memory_kills() -> int:
    """How many processes this machine has ended so far because it had no memory left."""
    with suppress(OSError, ValueError, IndexError):
        words = Path("/proc/vmstat").read_text(encoding="ascii").split()
        return int(words[words.index("oom_kill") + 1])
    return 0


def _new_notebook(cells: list[NotebookNode]) -> NotebookNode:
    return NotebookNode(cells=cells, metadata=NotebookNode(), nbformat=4, nbformat_minor=5)


def _new_cell(number: int, cell: Cell) -> Any:
    # nbformat's own new_code_cell would validate each against a schema: 1 ms a cell.
    return NotebookNode(
        cell_type="code",
        id=f"cell-{number}",
        metadata=NotebookNode(name=f"cell {number}", index=number - 1),
        source=cell.source,
        execution_count=None,
        outputs=[],
    )


def _session_call(function: str, *names: str) -> str:
    arguments = ", ".join(map(repr, names))
    return f'__import__("autograder.probe.session", fromlist=["_"]).{function}({arguments})'
