"""The Jupyter kernel of one fork: ipykernel, without what a fork does not need.

Runs beside student code. Its sockets are made by the trusted side, in a folder that this
process cannot see, and arrive as descriptors: there is no connection file and no path to fill,
to replace or to guess.
"""

import asyncio
import gc
import inspect
import os
import random
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, ClassVar, NoReturn

import ipykernel.ipkernel
import ipykernel.zmqshell
import numpy as np
import torch
import zmq
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.pylabtools import activate_matplotlib
from jupyter_client.session import Session
from matplotlib_inline.backend_inline import configure_inline_support
from traitlets.config import Config

from autograder.probe.session import attach

_INLINE = "module://matplotlib_inline.backend_inline"
_search_module = inspect.getmodule


class StreamFlushedWhenWritten(OutStream):
    """An output stream that is flushed only where something was written since the last time.

    A flush wakes another thread and waits for it; ipykernel asks for six of them around each cell.
    """

    def flush(self) -> None:
        """Send what was written, if anything was."""
        # A child that student code has forked has no thread that would do it later.
        if self._flush_pending or not self._is_master_process():  # type: ignore[no-untyped-call]
            super().flush()  # type: ignore[no-untyped-call]


class ForkedKernelApp(IPKernelApp):
    """An IPKernelApp on sockets that are listening already.

    Attributes:
        listening: Descriptor of the listening socket of each channel.
    """

    listening: dict[int, int]

    def load_config_file(self, *_arguments: Any, **_keywords: Any) -> None:
        """Read no configuration: there is none in the sandbox."""

    def init_connection_file(self) -> None:
        """Use no connection file: it all came with the request."""

    def write_connection_file(self, **_kwargs: Any) -> None:
        """Write no connection file."""

    def init_heartbeat(self) -> None:
        """Beat no heart: the trusted side watches the process itself."""

    def log_connection_info(self) -> None:
        """Keep the ports, which the kernel asks for, and print nothing."""
        self._ports = {"shell": self.shell_port, "iopub": self.iopub_port}

    def parse_command_line(self, *_arguments: Any, **_keywords: Any) -> None:
        """Parse nothing: all settings are made here."""

    def init_code(self) -> None:
        """Run nothing before the first cell.

        What modules there are at the start, the zygote has noted: asking all their names in each
        kernel would copy 1,300 pages of memory.
        """

    def init_kernel(self) -> None:
        """Make the kernel, and give it the shell that the zygote has prepared."""
        super().init_kernel()  # type: ignore[no-untyped-call]
        self.kernel.shell.kernel = self.kernel
        self.kernel.shell.parent = self.kernel
        self.kernel.shell.profile_dir = self.profile_dir

    def _bind_socket(self, s: Any, port: int) -> int:
        if port in self.listening:
            s.setsockopt(zmq.USE_FD, self.listening[port])
            s.bind(f"ipc:///kernel-{port}")
        else:
            # Nothing outside uses this channel; the kernel insists on having it.
            s.bind(f"inproc://unused-{id(s)}")
        return port

    def init_control(self, context: Any) -> None:
        """Make the control channel, and do not dial the shell socket's outside name."""
        endpoint = self.shell_socket.getsockopt(zmq.LAST_ENDPOINT)
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.debug_shell_socket.disconnect(endpoint)


class _NoModules:
    """``sys`` to ipykernel's eyes, with no module loaded.

    A kernel lists the files of all modules for a debugger. Nobody attaches one, and looking at
    3,000 modules makes a fork copy 4,600 pages: 15 ms of its 60.
    """

    modules: ClassVar[dict[str, object]] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(sys, name)


def _module_of(item: Any, file: str | None = None) -> ModuleType | None:
    """``inspect.getmodule``, which looks a frame's module up where it would search for it.

    Tracebacks ask for every frame, and a search goes over 2,500 modules: 10 s for a RecursionError.
    """
    if isinstance(item, FrameType):
        name = item.f_globals.get("__name__")
        return sys.modules.get(name) if isinstance(name, str) else None
    return _search_module(item, file)


class SubmittedShell(ZMQInteractiveShell):
    """The shell of a submission, which ``quit()`` and ``kernel.do_shutdown()`` do not end.

    In Jupyter they ask for another kernel, and the cells below run in it.
    """

    def _update_exit_now(self, change: object) -> None:
        """Go on."""


def prepare_kernel() -> None:
    """Make, in the zygote, what all kernels share: the application and the interactive shell."""
    vars(inspect)["getmodule"] = _module_of
    vars(ipykernel.ipkernel)["sys"] = _NoModules()
    config = Config()
    config.HistoryManager.enabled = False
    config.Application.log_level = 50
    stream = f"{StreamFlushedWhenWritten.__module__}.{StreamFlushedWhenWritten.__qualname__}"
    ForkedKernelApp.instance(config=config, transport="ipc", outstream_class=stream)
    shell = SubmittedShell.instance(
        config=config, compiler_class=IPythonKernel.compiler_class.default_value
    )
    shell._sys_modules_keys = set(sys.modules)  # noqa: SLF001
    # The backend does this when it is imported, which was before there was a shell.
    activate_matplotlib(_INLINE)  # type: ignore[no-untyped-call]
    configure_inline_support(shell, _INLINE)  # type: ignore[no-untyped-call]
    _replace_gui_magics(shell)
    _warm_shell(shell)


def _replace_gui_magics(shell: ZMQInteractiveShell) -> None:
    """Let ``%matplotlib widget``, ``qt`` and the like draw pictures, and ``%conda`` do nothing.

    They work where a student has a browser, a window or conda, and would end their cell here.
    """
    draw = shell.enable_matplotlib
    shell.enable_matplotlib = lambda _gui=None: draw("inline")  # type: ignore[method-assign, no-untyped-call]
    for name in ("conda", "mamba", "micromamba"):
        shell.magics_manager.register_function(lambda _line: None, magic_name=name)


def run_kernel(*, channel: int, listening: dict[int, int], key: str, scratch: str = "") -> NoReturn:
    """Be a Jupyter kernel until killed.

    Args:
        scratch: At the reduced level, the folder that this kernel lives in.
        channel: Descriptor of the observation channel.
        listening: Port number, as in a connection file, to descriptor.
        key: What signs this session's messages.
    """
    # As in Jupyter, a module that the notebook has written beside itself can be imported; last, so
    # that it stands in for nothing.
    sys.path.append("")
    random.seed()
    np.random.seed()  # noqa: NPY002 - students draw from the global generator
    torch.default_generator.seed()
    gc.enable()
    attach(socket.socket(fileno=channel))
    asyncio.set_event_loop(asyncio.new_event_loop())
    app = ForkedKernelApp.instance()
    if scratch:
        _use_scratch_folder(scratch, app)
    app.session = Session(parent=app, key=key.encode("ascii"), username="student")
    app.listening = listening
    app.shell_port, app.iopub_port = sorted(listening)
    app.control_port, app.stdin_port, app.hb_port = 1001, 1002, 1003
    app.initialize([])  # type: ignore[no-untyped-call]
    app.start()  # type: ignore[no-untyped-call]
    os._exit(0)


def _use_scratch_folder(scratch: str, app: ForkedKernelApp) -> None:
    """Forget the zygote's own folders; no socket for prints of child processes, no terminal."""
    tempfile.tempdir = None
    vars(ipykernel.zmqshell)["system"] = _run_without_terminal
    # IPython would copy this file, with its mode, which no call can change here.
    readme = Path(scratch, ".ipython/profile_default/startup/README")
    readme.parent.mkdir(parents=True)
    readme.touch()
    app.ipython_dir = f"{scratch}/.ipython"
    # libzmq aborts the process when it is denied a TCP socket.
    IOPubThread._setup_pipe_in = _leave_out_the_pipe  # type: ignore[method-assign]  # noqa: SLF001


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


def _leave_out_the_pipe(thread: IOPubThread) -> None:
    thread._pipe_uuid = b""  # noqa: SLF001
    thread._pipe_flag = False  # noqa: SLF001


def _warm_shell(shell: ZMQInteractiveShell) -> None:
    """Let the shell build what it builds on first use: parsers, lexers, formatters."""
    shell.compile(shell.transform_cell("x = 1"), "<cell>", "exec")
    if shell.display_formatter is not None:
        shell.display_formatter.format(1)  # type: ignore[no-untyped-call]
    try:
        exec(compile("1 / 0", "<cell>", "exec"))  # noqa: S102 - four characters of our own
    except ZeroDivisionError as error:
        shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
