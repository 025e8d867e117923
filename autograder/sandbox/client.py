"""Runs cells in a forked kernel through nbclient, with an end to everything.

Trusted side. Messages from the kernel are for display only: no verdict, and no belief that a cell
has done its work, rests on them. A message cannot raise an error here, and it cannot
make this process keep more than its budget.
"""

import asyncio
import contextlib
import logging
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.session import Session
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, DeadKernelError
from nbformat import NotebookNode

from autograder.model.limits import MEBIBYTE, WAITING_FACTOR, Limits
from autograder.model.verdict import Outcome
from autograder.probe.budget import LOOK_SECONDS, Budget, Spent
from autograder.sandbox.memory_growth import memory_grown
from autograder.sandbox.process_tree import ProcessTree, first_excess
from autograder.sandbox.provisioner import ForkProvisioner

INTERRUPT_SECONDS = 2.0
# Of the notebook's budget: a cell that takes more may be left out when the notebook takes too long.
_LONG = 1 / 20
# After a cell's reply its last outputs are in flight already; a dropped one never comes.
_IOPUB_SECONDS = 1.0
_LAST_RESORT_SECONDS = 2.0
_START_SECONDS = 60.0
_QUEUED_MESSAGES = 100
_STATUS_BYTES = 16 * 1024
_REPLY_BYTES = 64 * 1024 * 1024
_SILENT = logging.getLogger("autograder.sandbox.nbclient")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class BoundedClient(AsyncKernelClient):
    """A kernel client whose sockets hold a bounded number of bounded messages."""

    message_bytes = 0

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> Any:
        created = self.context.socket({"shell": zmq.DEALER, "iopub": zmq.SUB}[channel])
        created.linger = 0
        created.rcvhwm = _QUEUED_MESSAGES
        # A reply repeats the traceback, of which nothing is kept here: a long one is no reason to
        # hang up, and to take the cell for one that never ended.
        created.maxmsgsize = _REPLY_BYTES if channel == "shell" else self.message_bytes
        if identity:
            created.identity = identity
        created.connect(self._make_url(channel))
        return created

    def stop_channels(self) -> None:
        """Close the two channels that were opened; asking for another one would open it."""
        for channel in (self.shell_channel, self.iopub_channel):
            channel.stop()


class ConfinedClient(NotebookClient):
    """nbclient with real events in place of its polling, and with budgets.

    Attributes:
        problems: Sentences about cells that were stopped or cut.
        ended: Why we ended the kernel, or None while we have not.
        stopped: Indices of the cells that ran longer than they may.
        long: Indices of the cells that took a good part of the notebook's budget.
        doubt: Why it is not certain that a cell was stopped for its own doing; or empty.
        budget: The whole notebook's.
        tree: The kernel's processes.
    """

    def __init__(self, notebook: NotebookNode, *, kernel: ForkProvisioner, limits: Limits) -> None:
        super().__init__(notebook, allow_errors=True, coalesce_streams=False, log=_SILENT)
        self.problems: list[str] = []
        self.ended: Outcome | None = None
        self.stopped: set[int] = set()
        self.long: set[int] = set()
        self.doubt = ""
        self.tree = ProcessTree(kernel.pidfd, folder=kernel.scratch)
        self.budget = Budget(self.tree.usage, limits.notebook_seconds)
        self._kernel = kernel
        self._limits = limits
        self._bytes_left = limits.output_bytes
        self._death = asyncio.Event()
        self._client = _new_client(kernel, limits)
        self.kc = self._client

    async def connect(self) -> None:
        """Open the channels and wait until the kernel publishes to us.

        Raises:
            DeadKernelError: It ended first, or was silent for too long.
        """
        asyncio.get_running_loop().add_reader(self._kernel.pidfd, self._on_death)
        self._watches = [
            asyncio.ensure_future(watch)
            for watch in (self._end_when_flooded(), self._end_when_heavy(), self._end_when_over())
        ]
        self._client.start_channels(stdin=False, hb=False, control=False)
        welcome = asyncio.ensure_future(self._client.iopub_channel.socket.recv_multipart())
        death = asyncio.ensure_future(self._death.wait())
        await asyncio.wait(
            {welcome, death}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        death.cancel()
        if not welcome.done():
            welcome.cancel()
            raise DeadKernelError

    def disconnect(self) -> None:
        """Close the channels and stop watching the kernel."""
        asyncio.get_running_loop().remove_reader(self._kernel.pidfd)
        for watch in self._watches:
            watch.cancel()
        self._client.stop_channels()

    def execute_silently(self, source: str) -> None:
        """Queue code of ours behind the cell that is running; nothing waits for it."""
        self._client.execute(source, silent=True, store_history=False, stop_on_error=False)

    async def _end_when_flooded(self) -> None:
        await memory_grown()
        await self._end(Outcome.DIED, "the notebook flooded the grader with messages; it was ended")

    async def _end_when_heavy(self) -> None:
        limits = self._limits
        what = await first_excess(
            self.tree,
            memory_bytes=limits.group_bytes,
            folder_bytes=limits.scratch_bytes,
        )
        limit = limits.group_bytes if what == "memory" else limits.scratch_bytes
        await self._end(
            Outcome.OUT_OF_MEMORY,
            f"the notebook used more than {limit // MEBIBYTE} MiB of {what}; it was ended",
        )

    async def _end_when_over(self) -> None:
        """The last resort: end the kernel where nothing else has ended it."""
        while self.budget.spent() is None:  # noqa: ASYNC110 - nothing signals spent processor time
            await asyncio.sleep(_LAST_RESORT_SECONDS)
        await asyncio.sleep(_LAST_RESORT_SECONDS)
        await self._end_notebook("it was ended")

    async def _end_notebook(self, where: str) -> None:
        """Its budget is over."""
        spent, seconds = self.budget.spent(), self._limits.notebook_seconds
        if spent is Spent.STARVED:
            await self._end_starved("the notebook")
        elif spent is Spent.WAITING:
            self.doubt = self.doubt or f"the notebook waited; {where}"
            waited = WAITING_FACTOR * seconds
            sentence = f"the notebook waited for more than {waited:g} s in all; {where}"
            await self._end(Outcome.TIMED_OUT, sentence)
        else:
            sentence = f"the notebook ran longer than {seconds:g} s; {where}"
            await self._end(Outcome.TIMED_OUT, sentence)

    async def _end_starved(self, what: str) -> None:
        """It cannot be known how long it would have taken: the machine had no processor for it."""
        self.doubt = f"{what} got next to no processor time: this machine is too busy"
        await self._end(Outcome.INTERNAL_ERROR, self.doubt)

    async def _end(self, outcome: Outcome, problem: str) -> None:
        """End the kernel with everything in it; the first reason counts."""
        if self.ended is None:
            self.ended = outcome
            self.problems.append(problem)
        await self._kernel.kill()

    def _on_death(self) -> None:
        asyncio.get_running_loop().remove_reader(self._kernel.pidfd)
        self._death.set()

    async def _async_poll_kernel_alive(self) -> None:
        await self._death.wait()
        # What it printed last may be on its way still.
        await asyncio.sleep(0)
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()

    async def _async_poll_for_reply(  # noqa: PLR0917 - nbclient's signature
        self,
        msg_id: str,
        cell: NotebookNode,
        timeout: float | None,  # noqa: ARG002, ASYNC109
        task_poll_output_msg: "asyncio.Future[Any]",
        task_poll_kernel_alive: "asyncio.Future[Any]",
    ) -> dict[str, Any]:
        budget = Budget(self.tree.usage, self._limits.cell_seconds)
        try:
            if not await self._replied(msg_id, budget):
                await self._stop(msg_id, cell, budget)
            self._note_length(cell, budget)
            await self._await_outputs(task_poll_output_msg)
        finally:
            task_poll_kernel_alive.cancel()
        # The kernel's own reply may be forged; it only says that the cell's turn is over.
        return {"content": {"status": "ok"}}

    async def _await_outputs(self, task: "asyncio.Future[Any]") -> None:
        """Wait for the cell's last output, which may have been one too large to be let in."""
        try:
            await asyncio.wait_for(task, _IOPUB_SECONDS)
        except TimeoutError:
            # ZeroMQ has dropped the connection for good, and reads no more of the message.
            self._note_cut()
            await self._connect_outputs_anew()

    async def _connect_outputs_anew(self) -> None:
        outputs = self._client.iopub_channel.socket
        address = self._client._make_url("iopub")  # noqa: SLF001 - no public name for it
        with contextlib.suppress(zmq.ZMQError):
            outputs.disconnect(address)
        outputs.connect(address)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(outputs.recv_multipart(), _IOPUB_SECONDS)

    async def _stop(self, msg_id: str, cell: NotebookNode, budget: Budget) -> None:
        """Interrupt the cell; end the kernel when that does not help, or its time is over."""
        name = cell.metadata["name"]
        spent, seconds = budget.spent(), self._limits.cell_seconds
        how = f"ran longer than {seconds:.3g} s"
        if spent is Spent.WAITING:
            how = f"waited for more than {WAITING_FACTOR * seconds:.3g} s"
            self.doubt = self.doubt or f"{name} {how}"
        if spent is None:
            await self._end_notebook(f"it was ended in {name}")
        elif spent is Spent.STARVED:
            await self._end_starved(name)
        else:
            self.stopped.add(cell.metadata["index"])
            await self._kernel.interrupt()
            if await self._replied(msg_id, Budget(self.tree.usage, INTERRUPT_SECONDS)):
                self.problems.append(f"{name} {how} and was stopped")
                return
            sentence = f"{name} {how} and could not be stopped; the notebook was ended there"
            await self._end(Outcome.TIMED_OUT, sentence)
        await self._death.wait()
        raise DeadKernelError

    def _note_length(self, cell: NotebookNode, budget: Budget) -> None:
        """Whether the cell took a good part of the notebook's budget."""
        allowed = _LONG * self._limits.notebook_seconds
        # Most cells are over before anybody has to look at what they use.
        if budget.elapsed() > allowed and (
            budget.used() > allowed or budget.elapsed() > WAITING_FACTOR * allowed
        ):
            self.long.add(cell.metadata["index"])

    async def _replied(self, msg_id: str, budget: Budget) -> bool:
        """Whether the reply to ``msg_id`` came before this budget or the notebook's was over."""
        reply = asyncio.ensure_future(self._reply(msg_id))
        try:
            while not (await asyncio.wait({reply}, timeout=LOOK_SECONDS))[0]:
                if budget.spent() or self.budget.spent():
                    return False
        finally:
            reply.cancel()
        return True

    async def _reply(self, msg_id: str) -> None:
        while _parent(await self._receive(self._client.shell_channel)) != msg_id:
            pass

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        while True:
            message = await self._receive(self._client.iopub_channel)
            if _parent(message) != parent_msg_id:
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return
            except Exception:  # noqa: BLE001, S112 - around student code: it wrote the message
                continue

    def handle_comm_msg(self, outs: Any, msg: Any, cell_index: int) -> None:
        """Ignore widgets: they would give the kernel a say in how other outputs are kept."""

    async def _receive(self, channel: Any) -> dict[str, Any]:
        """The next message, or an empty one in place of what is malformed or beyond the budget."""
        # While messages are queued, receiving never waits: without this, no timeout is ever due.
        await asyncio.sleep(0)
        frames = await channel.socket.recv_multipart()
        size = sum(map(len, frames))
        try:
            if size > _STATUS_BYTES and self._bytes_left <= 0:
                return {}
            _, parts = channel.session.feed_identities(frames)
            message: dict[str, Any] = channel.session.deserialize(parts)
        except Exception:  # noqa: BLE001 - around student code: it wrote the message
            return {}
        if message.get("msg_type") in ("status", "execute_input", "execute_reply"):
            return message
        return message if self._affords(size) else {}

    def _affords(self, size: int) -> bool:
        """Whether an output of this size fits in what is left of the budget; counts it."""
        if self._bytes_left <= 0:
            return False
        self._bytes_left -= size
        if self._bytes_left <= 0:
            self._note_cut()
        return self._bytes_left > 0

    def _note_cut(self) -> None:
        """Say once that outputs are missing."""
        limit = self._limits.output_bytes
        sentence = f"outputs were cut: there were more than {limit} bytes of them"
        if sentence not in self.problems:
            self.problems.append(sentence)


def _new_client(kernel: ForkProvisioner, limits: Limits) -> BoundedClient:
    info: dict[str, Any] = {**kernel.connection_info}
    session = Session(key=info.pop("key").encode("ascii"), username="autograder")
    client = BoundedClient(session=session, context=zmq.asyncio.Context.instance(), **info)
    client.message_bytes = max(limits.output_bytes, _STATUS_BYTES)
    return client


def _parent(message: dict[str, Any]) -> object:
    header = message.get("parent_header")
    return header.get("msg_id") if isinstance(header, dict) else None
