"""The sandbox that grading uses: a zygote and its confined kernels. Trusted side."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.model.limits import Limits
from autograder.model.program import Program, Run
from autograder.model.verdict import Confinement
from autograder.sandbox.launch import ZygoteProcess, say_nothing


class KernelSandbox:
    """Runs each program in a Jupyter kernel of its own, forked from a zygote and confined.

    ``start`` owns a zygote; ``connect``, in another process, uses that one::

        with KernelSandbox.start() as sandbox:
            run = sandbox.run(program, Limits())
    """

    def __init__(
        self,
        address: str,
        zygote: ZygoteProcess | None = None,
    ) -> None:
        self._address = address
        self._zygote = zygote

    @classmethod
    def start(
        cls,
        *,
        kit: Path | None = None,
        hidden: Iterable[Path] = (),
        limits: Limits | None = None,
        level: Confinement = Confinement.FULL,
    ) -> Self:
        """Start a zygote and wait until it is warm: some seconds, once a machine.

        Args:
            kit: The student kit; by default a fresh one, without recorded observations.
            hidden: Paths, such as the workspace, that each kernel checks it cannot see.
            limits: What the start-up rehearsal is held to; by default the default limits.
            level: How kernels are held; nothing less than what is asked for.

        Raises:
            ConfinementError: This machine cannot confine; says what is missing.
            SandboxError: The zygote ended, or was silent for too long.
        """
        sandbox = cls.begin(kit=kit, hidden=hidden, limits=limits, level=level)
        try:
            sandbox.await_ready()
        except BaseException:
            sandbox.close()
            raise
        return sandbox

    @classmethod
    def begin(
        cls,
        *,
        kit: Path | None = None,
        hidden: Iterable[Path] = (),
        limits: Limits | None = None,
        level: Confinement = Confinement.FULL,
        say: Callable[[str], None] = say_nothing,
    ) -> Self:
        """As :meth:`start`, without waiting: the first run does, or :meth:`await_ready`.

        A zygote that dies is started again, and ``say`` gets a sentence about it.
        """
        zygote = ZygoteProcess.begin(
            kit=kit, hidden=hidden, limits=limits or Limits(), level=level, say=say
        )
        return cls(zygote.address, zygote)

    @classmethod
    def connect(cls, address: str) -> Self:
        """Use the zygote that another process has started and will stop."""
        return cls(address)

    @property
    def address(self) -> str:
        """Path of the zygote's socket, for :meth:`connect` in other processes."""
        return self._address

    def await_ready(self) -> None:
        """Wait until the zygote that this object started is warm; raises as :meth:`start` does."""
        if self._zygote is not None:
            self._zygote.await_ready()

    def run(self, program: Program, limits: Limits) -> Run:
        """Run the cells as Jupyter would, then observe; the kernel is gone afterwards.

        Where the zygote dies meanwhile, the run is in doubt.

        Raises:
            NoSandboxError: There is no zygote, and none will be started.
            ConfinementError: A kernel could not be confined, and nothing ran.
        """
        # Half a second of imports, for which a process that only starts a zygote need not wait.
        from autograder.sandbox.run import run_program

        self.await_ready()
        return run_program(self._address, program, limits)

    def close(self) -> None:
        """Stop the zygote and every kernel, when this object started it."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
