"""``python -m tests.benchmarks.confinement``: what all layers cost one submission.

An empty notebook is run in forks of one zygote, confined and unconfined in turn, so that both meet
the same machine; the medians are compared. Nothing of a student's is run.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from unittest import mock

from rich.console import Console
from rich.table import Table

from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.kit import build_kit
from autograder.sandbox.sandbox import KernelSandbox
from tests.benchmarks.unconfined import UNCONFINED_SECONDS

CONFINED, UNCONFINED = "all layers", "a plain fork of the same zygote"
LIMITS = {CONFINED: Limits(), UNCONFINED: replace(Limits(), notebook_seconds=UNCONFINED_SECONDS)}
# What the Linux kernel says of the process that runs cells: 2 stands for a filter.
SECCOMP = {CONFINED: "Seccomp:\t2", UNCONFINED: "Seccomp:\t0"}
EMPTY = Program((Cell(""),))
OWN_STATUS = Program((Cell("print(open('/proc/self/status').read())"),))
PROJECT = Path(__file__).parents[2]
Seconds = dict[str, list[float]]
ROUNDS = 100


def main() -> int:
    """Measure, and print one line for either."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.confinement", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    with zygote() as sandbox:
        show(sandbox, rounds=max(parser.parse_args().rounds, 2))
    return 0


def show(sandbox: KernelSandbox, *, rounds: int = ROUNDS) -> None:
    """Measure in the forks of this zygote, and print the table."""
    for name, limits in LIMITS.items():
        require_level(sandbox, limits, SECCOMP[name])
    ready, whole = measure(sandbox, rounds=rounds)
    Console(highlight=False, width=100).print(table(ready, whole, rounds=rounds))


@contextmanager
def zygote() -> Iterator[KernelSandbox]:
    """The real zygote, which does without confinement for some requests."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        kit = build_kit(Path(folder, "kit"))
        own = Path(__file__).with_name("unconfined.py")
        (kit / own.name).write_bytes(own.read_bytes())
        with (
            mock.patch("autograder.sandbox.launch._start_bootstrap", _start_bootstrap),
            KernelSandbox.start(kit=kit) as it,
        ):
            yield it


def _start_bootstrap(control: int, listener: int) -> "subprocess.Popen[bytes]":
    """The real bootstrap process, but what it becomes begins with our own module."""
    boot = f"""
import os, sys
sys.path.insert(0, {str(PROJECT)!r})
execute = os.execve
def replacing(path, arguments, environment):
    boot = arguments[-1].replace("autograder.sandbox.inside.zygote import", "unconfined import")
    execute(path, [*arguments[:-1], boot], environment)
os.execve = replacing
from autograder.sandbox.inside.bootstrap import main
main({control}, {listener})
"""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-c", boot],
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=(control, listener),
        start_new_session=True,
        cwd="/",
    )


def require_level(sandbox: KernelSandbox, limits: Limits, sign: str) -> None:
    """Make sure that a kernel is what it is measured as.

    Raises:
        RuntimeError: It is not.
    """
    (outputs,) = sandbox.run(OWN_STATUS, limits).outputs
    said = "".join(str(output.get("text", "")) for output in outputs)
    if sign not in said:
        raise RuntimeError(f"the kernel should say {sign!r}; it said {said[-300:]!r}")


def measure(sandbox: KernelSandbox, *, rounds: int) -> tuple[Seconds, Seconds]:
    """Until a fork is ready for its first cell, and a whole empty submission; in turn."""
    ready: Seconds = {name: [] for name in LIMITS}
    whole: Seconds = {name: [] for name in LIMITS}
    for number in range(rounds):
        for name in list(LIMITS) if number % 2 else list(LIMITS)[::-1]:
            ready[name].append(_launch(sandbox.address, LIMITS[name]))
            started = time.perf_counter()
            sandbox.run(EMPTY, LIMITS[name])
            whole[name].append(time.perf_counter() - started)
    return ready, whole


def _launch(address: str, limits: Limits) -> float:
    started = time.perf_counter()
    with closing(Kernel(address, limits)):
        return time.perf_counter() - started


def table(
    ready: Mapping[str, list[float]], whole: Mapping[str, list[float]], *, rounds: int
) -> Table:
    """One line for each, and one for the difference."""
    shown = Table(
        "",
        "fork until ready, ms",
        "whole empty submission, ms",
        title=f"The cost of confinement: medians (quartiles) of {rounds}",
    )
    for name in LIMITS:
        shown.add_row(name, _spread(ready[name]), _spread(whole[name]))
    shown.add_row("[bold]confinement costs[/]", _difference(ready), _difference(whole))
    return shown


def _difference(seconds: Mapping[str, list[float]]) -> str:
    confined, plain = (statistics.median(seconds[name]) for name in LIMITS)
    return f"[bold]{1000 * (confined - plain):.1f}[/]"


def _spread(seconds: list[float]) -> str:
    low, middle, high = statistics.quantiles((1000 * one for one in seconds), n=4)
    return f"{middle:.1f} ({low:.1f} to {high:.1f})"


if __name__ == "__main__":
    sys.exit(main())
