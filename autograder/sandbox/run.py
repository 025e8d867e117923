"""One submission from the first cell to the last observation. Trusted side."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograder.model.limits import MEBIBYTE, Limits
from autograder.model.observation import Seen
from autograder.model.program import Cell, Program, Run
from autograder.model.verdict import Outcome
from autograder.sandbox.client import ConfinedClient
from autograder.sandbox.losses import explain_losses
from autograder.sandbox.observing import SERVE, Observer, lose
from autograder.sandbox.outputs import plain_outputs
from autograder.sandbox.provisioner import ForkProvisioner


async def run_program(address: str, program: Program, limits: Limits) -> Run:
    """Run the cells in a kernel forked by the zygote at ``address``, then observe.

    Raises:
        SandboxError: The zygote is gone.
        ConfinementError: The fork could not be confined.
    """
    kernel = ForkProvisioner(address=address, limits=limits)
    await kernel.launch_kernel([])
    try:
        return await _Running(kernel, program, limits).to_the_end()
    finally:
        await kernel.kill()
        await kernel.wait()
        await kernel.cleanup()


class _Running:
    def __init__(self, kernel: ForkProvisioner, program: Program, limits: Limits) -> None:
        cells = [_new_cell(number, cell) for number, cell in enumerate(program.cells, start=1)]
        self._kernel = kernel
        self._program = program
        self._limits = limits
        self._client = ConfinedClient(_new_notebook(cells), kernel=kernel, limits=limits)
        self._ended: Outcome | None = None

    async def to_the_end(self) -> Run:
        try:
            await self._client.connect()
            await self._execute_cells()
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
        return Run(
            outputs=outputs,
            seen=explain_losses(
                seen, self._program, stopped=self._client.stopped, ended=self._ended
            ),
            problems=tuple(self._client.problems),
            ended=self._ended,
        )

    async def _execute_cells(self) -> None:
        for index, cell in enumerate(self._program.cells):
            if self._client.seconds_left <= 0:
                self._give_up(index)
                return
            if cell.opens:
                self._client.execute_silently(_session_call("go_back", cell.opens))
            await self._client.async_execute_cell(self._client.nb.cells[index], index)
            if cell.closes:
                self._client.execute_silently(_session_call("keep", *cell.closes))

    def _give_up(self, index: int) -> None:
        budget = self._limits.notebook_seconds
        self._client.problems.append(
            f"the notebook ran longer than {budget:g} s; it was ended before cell {index + 1}"
        )
        self._ended = Outcome.TIMED_OUT

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
        how = "" if status is None else f" (exit status {status})"
        self._client.problems.append(f"the notebook's process ended before its time{how}")

    def _observe(self) -> Mapping[str, Mapping[str, Seen]]:
        requests = self._program.requests
        if self._ended is not None:
            return {r.label: lose(r.scenarios, self._ended) for r in requests}
        if not requests:
            return {}
        self._client.execute_silently(SERVE)
        observer = Observer(
            self._kernel.channel, limits=self._limits, deadline=self._client.deadline
        )
        asked = (*requests[:-1], replace(requests[-1], is_last=True))
        return {request.label: observer.observe(request) for request in asked}


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
