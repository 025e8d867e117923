"""One submission from the first cell to the last observation. Trusted side.

What a fork sends about its cells is for display only: no verdict, and no belief that a cell has
done its work, rests on it. It cannot raise an error here, and cannot make this process keep more
than its budget.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.errors import ConfinementError, NoSandboxError, SandboxError, WireError
from autograder.model.limits import MEBIBYTE, WAITING_FACTOR, Limits
from autograder.model.observation import Observation, ObservationResult
from autograder.model.program import Program, Run
from autograder.model.verdict import Outcome
from autograder.probe.budget import LOOK_SECONDS, Budget, Spent
from autograder.probe.wire import send_frame
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.missing_observations import explain_missing
from autograder.sandbox.observing import Observer, all_missing
from autograder.sandbox.outputs import Outputs
from autograder.sandbox.process_tree import ProcessTree
from autograder.sandbox.record_reader import RecordReader

_INTERRUPT_SECONDS = 2.0
_START_SECONDS = 60.0
# However busy the machine is, it looks more often than that.
_STUCK_SECONDS = 60.0
# Between a kernel's end and that of its process 1, which knows the exit status, on a busy machine.
_END_SECONDS = 30.0
# Of the notebook's budget: a cell that takes more may be left out when the notebook takes too long.
_LONG = 1 / 20
# Beyond the outputs' budget: a record that is no output.
_WORD_BYTES = 1024
# EAGAIN and ENOMEM, in the words of the C library and of Python.
_REFUSED = re.compile(
    "Resource temporarily unavailable|[Cc]an(?:not|'t) allocate memory|can't start new thread"
)


class _EndedError(Exception):
    """The kernel has ended, by itself or by our hand."""


def run_program(address: str, program: Program, limits: Limits) -> Run:
    """Run the cells in a kernel forked by the zygote at ``address``, then observe.

    A kernel that ends before its first cell is our fault, and so is one that was never had: the
    run says so, and holds nothing.

    Raises:
        NoSandboxError: There is no zygote.
    """
    try:
        kernel = Kernel(address, limits)
    except NoSandboxError:
        raise
    except (ConfinementError, SandboxError) as error:
        return _never_begun(program, str(error))
    with closing(kernel):
        one = _KernelRun(kernel, program, limits)
        is_over = threading.Event()
        last_resort = threading.Thread(target=one.end_when_stuck, args=(is_over,), daemon=True)
        last_resort.start()
        try:
            run = one.finish()
        finally:
            is_over.set()
            # Before the kernel's descriptors can become another one's.
            last_resort.join()
        if run.doubt:
            kernel.kill()
            if kernel.exit_status() is None:
                # Without a status the zygote has died, and took this kernel along.
                return _never_begun(program, "the zygote died while a notebook was run")
        return run


def _never_begun(program: Program, doubt: str) -> Run:
    """Nothing of the student's has run."""
    lost = {r.label: all_missing(r.scenarios, Outcome.INTERNAL_ERROR) for r in program.requests}
    outputs = ((),) * len(program.cells)
    return Run(outputs, lost, ended=Outcome.INTERNAL_ERROR, doubt=doubt)


class _KernelRun:
    def __init__(self, kernel: Kernel, program: Program, limits: Limits) -> None:
        self._kernel = kernel
        self._program = program
        self._limits = limits
        self._tree = ProcessTree(kernel.pidfd, folder=kernel.scratch)
        self._budget = Budget(self._tree.usage, limits.notebook_seconds)
        # The first look sets the zero.
        self._budget.used()
        self._outputs = Outputs()
        self._bytes_left = limits.output_bytes
        self._problems: list[str] = []
        self._doubt = ""
        self._records = RecordReader(kernel.channel, limits.output_bytes + _WORD_BYTES)
        # Why we have ended the kernel, or how it has ended by itself.
        self._ended: Outcome | None = None
        # The cell that is running; None before the first one and behind the last one.
        self._cell: int | None = None
        self._stopped: set[int] = set()
        self._long: set[int] = set()
        self._look_at = 0.0
        self._looked_at = time.monotonic()
        self._memory_kills = _memory_kills()

    def finish(self) -> Run:
        if not self._begin():
            self._kernel.kill()
            status = self._kernel.exit_status()
            return _never_begun(self._program, f"a kernel ended before its first cell ({status})")
        requests = self._program.requests
        observer = Observer(
            self._kernel.channel,
            limits=self._limits,
            usage=self._tree.usage,
            notebook=self._budget,
            look=self._look,
        )
        seen: Mapping[str, Mapping[str, ObservationResult]]
        try:
            for index in range(len(self._program.cells)):
                self._cell = index
                self._run_cell(index)
            self._cell = None
            asked = (*requests[:-1], *(replace(one, is_last=True) for one in requests[-1:]))
            seen = {request.label: observer.observe(request) for request in asked}
        except _EndedError:
            if self._ended is None:
                self._explain_death()
            lost = self._ended or Outcome.DIED
            seen = {r.label: all_missing(r.scenarios, lost) for r in requests}
        if observer.gave_up and not self._problems:
            names = {request.label: request.exercise for request in requests}
            name = names[observer.gave_up].rpartition("/")[2]
            sentence = f"the notebook's process ended, or hung, when `{name}` was called"
            self._problems.append(sentence)
        return Run(
            outputs=self._outputs.of_cells(len(self._program.cells)),
            seen=explain_missing(seen, self._program, stopped=self._stopped, ended=self._ended),
            problems=tuple(self._problems),
            ended=self._ended,
            ended_in=self._cell,
            gave_up=observer.gave_up,
            long=frozenset(self._long | self._stopped),
            doubt=self._doubt or observer.doubt or _short_of_something(seen),
        )

    def end_when_stuck(self, is_over: threading.Event) -> None:
        """Kill the kernel where reading from it holds this side: from another thread.

        Receiving is quick, but for what else comes with the bytes: an open file that is dropped may
        wait for its other end.
        """
        while not is_over.wait(_STUCK_SECONDS / 4):
            if time.monotonic() - self._looked_at > _STUCK_SECONDS:
                self._kernel.kill()
                return

    def _begin(self) -> bool:
        """Send the cells; whether the kernel is about to run the first of them."""
        self._kernel.channel.settimeout(_START_SECONDS)
        cells = [asdict(cell) for cell in self._program.cells]
        try:
            send_frame(self._kernel.channel, json.dumps(cells).encode())
            return self._await_word("ready", Budget(self._tree.usage, _START_SECONDS).spent)
        except (_EndedError, OSError):
            return False

    def _run_cell(self, index: int) -> None:
        """Follow a cell to its end, or to that of its budget."""
        self._outputs.begin_cell()
        budget = Budget(self._tree.usage, self._limits.cell_seconds)
        if not self._await_end(index, budget):
            self._stop(index, budget)
        allowed = _LONG * self._limits.notebook_seconds
        # Most cells are over before anybody has to look at what they use.
        if budget.elapsed() > allowed and (
            budget.used() > allowed or budget.elapsed() > WAITING_FACTOR * allowed
        ):
            self._long.add(index)

    def _await_end(self, index: int, budget: Budget) -> bool:
        """Whether the cell ended before this budget, or the notebook's, was over.

        A forged word of its end only says that its turn is over.
        """
        return self._await_word(
            "ended", lambda: budget.spent() or self._budget.spent(), expected=index
        )

    def _stop(self, index: int, budget: Budget) -> None:
        """Interrupt the cell; end the kernel when that does not help, or its time is over."""
        name = f"cell {index + 1}"
        spent, seconds = budget.spent(), self._limits.cell_seconds
        how = f"ran longer than {seconds:.3g} s"
        if spent is Spent.WAITING:
            how = f"waited for more than {WAITING_FACTOR * seconds:.3g} s"
            self._doubt = self._doubt or f"{name} {how}"
        if spent is None:
            self._end_notebook(f"it was ended in {name}")
        elif spent is Spent.STARVED:
            self._end_starved(name)
        else:
            self._stopped.add(index)
            self._kernel.interrupt()
            if self._await_end(index, Budget(self._tree.usage, _INTERRUPT_SECONDS)):
                self._problems.append(f"{name} {how} and was stopped")
                return
            sentence = f"{name} {how} and could not be stopped; the notebook was ended there"
            self._end(Outcome.TIMED_OUT, sentence)
        raise _EndedError

    def _end_notebook(self, where: str) -> None:
        """Its budget is over."""
        spent, seconds = self._budget.spent(), self._limits.notebook_seconds
        if spent is Spent.STARVED:
            self._end_starved("the notebook")
        elif spent is Spent.WAITING:
            self._doubt = self._doubt or f"the notebook waited; {where}"
            waited = WAITING_FACTOR * seconds
            sentence = f"the notebook waited for more than {waited:g} s in all; {where}"
            self._end(Outcome.TIMED_OUT, sentence)
        else:
            sentence = f"the notebook ran longer than {seconds:g} s; {where}"
            self._end(Outcome.TIMED_OUT, sentence)

    def _end_starved(self, what: str) -> None:
        """It cannot be known how long it would have taken: the machine had no processor for it."""
        self._doubt = f"{what} got next to no processor time: this machine is too busy"
        self._end(Outcome.INTERNAL_ERROR, self._doubt)

    def _end(self, outcome: Outcome, problem: str) -> None:
        """End the kernel with everything in it; the first reason counts."""
        if self._ended is None:
            self._ended = outcome
            self._problems.append(problem)
        self._kernel.kill()

    def _look(self) -> None:
        """End the kernel if all of its processes together use too much."""
        self._looked_at = begun = time.monotonic()
        if begun < self._look_at:
            return
        limits = self._limits
        what = self._tree.excess(memory_bytes=limits.group_bytes, folder_bytes=limits.scratch_bytes)
        if what:
            limit = limits.group_bytes if what == "memory" else limits.scratch_bytes
            self._end(
                Outcome.OUT_OF_MEMORY,
                f"the notebook used more than {limit // MEBIBYTE} MiB of {what}; it was ended",
            )
        # However many processes there are to be weighed, half of the time is for other work.
        now = time.monotonic()
        self._look_at = now + max(LOOK_SECONDS, now - begun)

    def _await_word(
        self, word: str, is_over: Callable[[], object], *, expected: object = True
    ) -> bool:
        """Keep what the cell shows until the kernel says ``word``; whether it did in time.

        Raises:
            _EndedError: The kernel has ended.
        """

        def look() -> object:
            self._look()
            return self._has_ended() or is_over()

        while True:
            try:
                record, size = self._records.next(look)
            except TimeoutError:
                if self._has_ended():
                    raise _EndedError from None
                return False
            except WireError:
                sentence = "the notebook sent the grader what is no output; it was ended"
                self._end(Outcome.DIED, sentence)
                raise _EndedError from None
            except (EOFError, OSError):
                raise _EndedError from None
            if record.get(word) == expected:
                return True
            self._keep(record, size)

    def _has_ended(self) -> bool:
        """Whether the kernel has, and all that it sent has been read.

        A process that it has started may hold its channel open.
        """
        return self._kernel.has_ended() and self._records.is_empty()

    def _keep(self, record: dict[str, Any], size: int) -> None:
        if "output_type" in record and self._cell is not None:
            if size > self._bytes_left:
                self._note_cut()
                return
            self._bytes_left -= size
            self._outputs.add(record)
        elif "clear_output" in record and self._cell is not None:
            self._outputs.clear(wait=bool(record["clear_output"]))
        elif "cut" in record:
            self._note_cut()

    def _note_cut(self) -> None:
        """Say once that outputs are missing."""
        limit = self._limits.output_bytes
        sentence = f"outputs were cut: there were more than {limit} bytes of them"
        if sentence not in self._problems:
            self._problems.append(sentence)

    def _explain_death(self) -> None:
        """The kernel has ended, and it was not we who ended it."""
        if self._kernel.ran_out_of_memory():
            limit = self._limits.group_bytes // MEBIBYTE
            self._end(
                Outcome.OUT_OF_MEMORY,
                f"the notebook used more than {limit} MiB of memory; it was ended",
            )
            return
        # Student code may have closed the channel instead.
        self._kernel.has_ended(wait=_END_SECONDS)
        self._kernel.kill()
        status = self._kernel.exit_status()
        number = "" if self._cell is None else f" in cell {self._cell + 1}"
        how = "" if status is None else f" (exit status {status})"
        sentence = f"the notebook's process ended before its time{number}{how}"
        self._problems.append(sentence)
        self._ended = Outcome.DIED
        self._doubt = sentence
        if _memory_kills() > self._memory_kills:
            # It was within its own limits, or we had ended it ourselves.
            self._doubt = "this machine ran out of memory, and a kernel was ended for it"
            self._ended = Outcome.INTERNAL_ERROR


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
