"""The Jupyter shell of one fork: it runs the cells and sends what they show.

Runs beside student code. The shell is ipykernel's, with its display hook, magics and event loop,
but without its sockets and messages: cells come, and records go, over the fork's one channel.
"""

import asyncio
import builtins
import gc
import getpass
import inspect
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any, NoReturn

import ipykernel.zmqshell
import numpy as np
import torch
from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.async_helpers import _asyncio_runner
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.pylabtools import activate_matplotlib
from matplotlib_inline.backend_inline import configure_inline_support
from traitlets import Type
from traitlets.config import Application, Config

from autograder.probe import session
from autograder.probe.wire import receive_frame
from autograder.sandbox.inside.records import CellStream, Records

_INLINE = "module://matplotlib_inline.backend_inline"
_MOST_CELLS_BYTES = 64 * 1024 * 1024
_search_module = inspect.getmodule


class ResultHook(DisplayHook):
    """Shows the value of a cell's last line."""

    shell: Any
    _result: dict[str, Any]

    def start_displayhook(self) -> None:
        """Begin a result."""
        self._result = {"output_type": "execute_result", "data": {}, "metadata": {}}

    def write_output_prompt(self) -> None:
        """Add the cell's number."""
        self._result["execution_count"] = self.prompt_count

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Add the value in all its forms."""
        self._result["data"] = format_dict
        self._result["metadata"] = md_dict or {}

    def finish_displayhook(self) -> None:
        """Send the result."""
        if self._result["data"]:
            self.shell.records.show(self._result)


class Publisher(DisplayPublisher):
    """Shows what ``display`` and ``clear_output`` ask for."""

    shell: Any

    def publish(  # type: ignore[override]
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_others: Any,
    ) -> None:
        """Show something, or show it in place of what has the same ``display_id``."""
        self._validate_data(data, metadata or {})  # type: ignore[no-untyped-call]
        self.shell.records.show(
            {
                "output_type": "update_display_data" if update else "display_data",
                "data": data,
                "metadata": metadata or {},
                "transient": transient or {},
            }
        )

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 - IPython's
        """Remove what the cell has shown: now, or when it shows something else."""
        self.shell.records.say(clear_output=bool(wait))


class SubmittedShell(ZMQInteractiveShell):
    """The shell of a submission, which ``quit()`` and ``kernel.do_shutdown()`` do not end.

    In Jupyter they ask for another kernel, and the cells below run in it.

    Attributes:
        records: Where outputs go.
    """

    displayhook_class = Type(ResultHook)  # type: ignore[assignment]
    display_pub_class = Type(Publisher)  # type: ignore[assignment]
    records: Records

    def _update_exit_now(self, change: object) -> None:
        """Go on."""

    def _showtraceback(self, etype: type, evalue: object, stb: list[str]) -> None:
        """Show an error."""
        try:
            text = str(evalue)
        # The exception may be the student's own, and so its text.
        except Exception:  # noqa: BLE001
            text = "<exception str() failed>"
        self._last_traceback = stb
        error = {"ename": etype.__name__, "evalue": text, "traceback": stb}
        self.records.show({"output_type": "error", **error})


def prepare_kernel() -> None:
    """Make, in the zygote, the interactive shell that all forks share."""
    vars(inspect)["getmodule"] = _module_of
    config = Config()
    config.HistoryManager.enabled = False
    shell = SubmittedShell.instance(config=config, compiler_class=XCachingCompiler)
    # A way to restart a kernel that many pages on the web give.
    shell.kernel = SimpleNamespace(do_shutdown=lambda restart=False: None, shell=shell)  # noqa: ARG005
    Application.instance().kernel = shell.kernel  # type: ignore[attr-defined]
    shell._sys_modules_keys = set(sys.modules)  # noqa: SLF001
    # The backend does this when it is imported, which was before there was a shell.
    activate_matplotlib(_INLINE)  # type: ignore[no-untyped-call]
    configure_inline_support(shell, _INLINE)  # type: ignore[no-untyped-call]
    builtins.input = _refuse_input("raw_input")
    getpass.getpass = _refuse_input("getpass")
    _replace_gui_magics(shell)
    # As in Jupyter: %store.
    shell.run_line_magic("load_ext", "storemagic")
    _warm_shell(shell)


def run_kernel(*, channel: int, output_bytes: int, scratch: str = "") -> NoReturn:
    """Run the cells that come over the channel, then answer what is asked about them.

    Args:
        channel: Descriptor of the channel to the trusted side.
        output_bytes: What all cells together may show.
        scratch: At the reduced level, the folder that this fork lives in.
    """
    # As in Jupyter, a module that the notebook has written beside itself can be imported; last, so
    # that it stands in for nothing.
    sys.path.append("")
    random.seed()
    np.random.seed()  # noqa: NPY002 - students draw from the global generator
    torch.default_generator.seed()
    gc.enable()
    if scratch:
        tempfile.tempdir = None
        vars(ipykernel.zmqshell)["system"] = _run_without_terminal
    connection = socket.socket(fileno=channel)
    # An error here, such as that of a channel which student code has closed, ends the fork.
    try:
        cells = json.loads(receive_frame(connection, max_bytes=_MOST_CELLS_BYTES))
        session.attach(connection)
        _run_cells(cells, Records(connection, output_bytes))
        session.serve()
    finally:
        os._exit(1)


def _run_cells(cells: list[dict[str, Any]], records: Records) -> None:
    shell = SubmittedShell.instance()
    shell.records = records
    records.capture_descriptors()
    sys.stdout, sys.stderr = CellStream(records, "stdout", 1), CellStream(records, "stderr", 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    records.say(is_last=not cells, ready=True)
    for number, cell in enumerate(cells):
        if cell["opens"]:
            with suppress(Exception):
                session.go_back(cell["opens"])
        records.begin_cell()
        # Whatever student code has done to the shell, or to its event loop, ends its own cell only.
        with suppress(BaseException):
            signal.signal(signal.SIGINT, records.on_interrupt)
            _run_in_loop(shell, cell["source"])
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        # Once more, where an interrupt came at the last moment.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if cell["closes"]:
            with suppress(Exception):
                session.keep(*cell["closes"])
        records.say(is_last=number == len(cells) - 1, ended=number)


def _run_in_loop(shell: SubmittedShell, source: str) -> None:
    loop = _event_loop()
    running = loop.create_task(_run_cell(shell, source))
    while not running.done() and not loop.is_closed():
        # A cell may stop the loop; what one has stopped may end when the next one has begun.
        with suppress(RuntimeError):
            loop.run_until_complete(running)


def _event_loop() -> asyncio.AbstractEventLoop:
    """The loop that a cell runs in, as in Jupyter: the same for all, unless one has closed it."""
    with suppress(RuntimeError):
        loop = asyncio.get_event_loop_policy().get_event_loop()
        if not loop.is_closed() and not loop.is_running():
            return loop
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop


async def _run_cell(shell: SubmittedShell, source: str) -> None:
    """Run one cell as ipykernel's ``do_execute`` does."""
    transformed, error = source, None
    try:
        transformed = shell.transform_cell(source)  # type: ignore[no-untyped-call]
    # A student's own transformation may raise anything.
    except Exception:  # noqa: BLE001
        error = sys.exc_info()
    known: dict[str, Any] = {"transformed_cell": transformed, "preprocessing_exc_tuple": error}
    if shell.loop_runner is not _asyncio_runner or not shell.should_run_async(source, **known):
        shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        return
    running = asyncio.ensure_future(shell.run_cell_async(source, store_history=True, **known))
    # A KeyboardInterrupt would end the loop, and not the cell that waits in it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, running.cancel)
    result = None
    try:
        result = await running
    finally:
        shell.events.trigger("post_execute")
        shell.events.trigger("post_run_cell", result)


def _refuse_input(name: str) -> Any:
    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        message = f"{name} was called, but this frontend does not support input requests."
        raise StdinNotImplementedError(message)

    return refuse


def _module_of(item: Any, file: str | None = None) -> ModuleType | None:
    """``inspect.getmodule``, which looks a frame's module up where it would search for it.

    Tracebacks ask for every frame, and a search goes over 2,500 modules: 10 s for a RecursionError.
    """
    if isinstance(item, FrameType):
        name = item.f_globals.get("__name__")
        return sys.modules.get(name) if isinstance(name, str) else None
    return _search_module(item, file)


def _replace_gui_magics(shell: ZMQInteractiveShell) -> None:
    """Let ``%matplotlib widget``, ``qt`` and the like draw pictures, and ``%conda`` do nothing.

    They work where a student has a browser, a window or conda, and would end their cell here.
    """
    draw = shell.enable_matplotlib
    shell.enable_matplotlib = lambda _gui=None: draw("inline")  # type: ignore[method-assign, no-untyped-call]
    for name in ("conda", "mamba", "micromamba"):
        shell.magics_manager.register_function(lambda _line: None, magic_name=name)


def _run_without_terminal(command: str) -> int:
    """Run what follows a ``!``; IPython would open a terminal for it."""
    done = subprocess.run(  # noqa: S602 - it is the student's
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    print(done.stdout, end="")  # noqa: T201 - into the cell's output
    return done.returncode


def _warm_shell(shell: ZMQInteractiveShell) -> None:
    """Let the shell build what it builds on first use: parsers, lexers, formatters."""
    shell.compile(shell.transform_cell("x = 1"), "<cell>", "exec")
    if shell.display_formatter is not None:
        shell.display_formatter.format(1)  # type: ignore[no-untyped-call]
    try:
        exec(compile("1 / 0", "<cell>", "exec"))  # noqa: S102 - four characters of our own
    except ZeroDivisionError as error:
        shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
