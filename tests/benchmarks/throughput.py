"""``make bench``: the same submissions graded by stock nbgrader and by this, in turn, in one run.

Stock nbgrader grades a course whose grade cells run the same checks inside the kernel. Both are
whole commands, start-up included, and both regrade what one run before the clock has graded once;
round after round they change places in line.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import confinement, holes, selfcheck
from tests.benchmarks.contenders import Contender, make_contenders
from tests.benchmarks.memory import MemoryWatch

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Measurement:
    """One command on all submissions."""

    seconds: float
    peak_bytes: int


def main() -> int:
    """Make both courses, grade them in turn, print what was measured."""
    arguments = _arguments()
    _say(
        f"{arguments.rounds} rounds of {arguments.submissions} submissions, twice over; stock "
        "nbgrader alone needs about 6 s for each of them"
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _say("making two courses and their submissions")
        contenders = make_contenders(Path(folder), submissions=arguments.submissions)
        for one in contenders:
            _say(f"not timed: one submission with {one.name}")
            one.finish(one.start("--student", "s001"))
        measured = run_rounds(contenders, rounds=arguments.rounds)
    Console(highlight=False).print(table(measured, submissions=arguments.submissions))
    stock, ours = (statistics.median(m.seconds for m in rounds) for rounds in measured.values())
    print(f"ratio of medians: {stock / ours:.1f}")
    with confinement.zygote() as sandbox:
        confinement.show(sandbox)
    selfcheck.main()
    return holes.main()


def run_rounds(contenders: Sequence[Contender], *, rounds: int) -> dict[str, list[Measurement]]:
    """Every contender measured once a round, the order reversed in every other one."""
    measured: dict[str, list[Measurement]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for one in contenders if number % 2 == 0 else contenders[::-1]:
            measurement = measure(one)
            _say(f"round {number + 1} of {rounds}: {one.name} took {measurement.seconds:.1f} s")
            measured[one.name].append(measurement)
    return measured


def measure(contender: Contender) -> Measurement:
    """The command's wall clock and the peak memory of all that it started."""
    started = time.monotonic()
    process = contender.start()
    with MemoryWatch(process.pid) as memory:
        contender.finish(process)
        seconds = time.monotonic() - started
    return Measurement(seconds, memory.peak_bytes)


def table(measured: Mapping[str, Sequence[Measurement]], *, submissions: int) -> Table:
    """One line a contender: the median with its range, and memory."""
    shown = Table(
        "",
        "rounds",
        "a minute: median (range)",
        "peak memory",
        title=f"{submissions} submissions of training",
    )
    for name, rounds in measured.items():
        rates = sorted(60 * submissions / one.seconds for one in rounds)
        peak = max(one.peak_bytes for one in rounds) / MEBIBYTE
        spread = f"{statistics.median(rates):.1f} ({rates[0]:.1f} to {rates[-1]:.1f})"
        shown.add_row(name, str(len(rounds)), spread, f"{peak:.0f} MiB")
    return shown


def _say(sentence: str) -> None:
    print(f"bench: {sentence}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
