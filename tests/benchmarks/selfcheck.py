"""``python -m tests.benchmarks.selfcheck``: how long ``check(…)`` lets a student wait.

Every exercise's accepted variants and misconceptions are checked as in a notebook, in this
process, on one thread; the first call, which reads what is recorded, is shown apart.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from autograder.judge.record import write_recorded
from autograder.judge.suite import load_suite
from autograder.model.limits import Limits
from autograder.sandbox.fake import FakeSandbox
from autograder.selfcheck.check import examine
from tests.suites.workbench import EXERCISES, assignment_of, namespace_of

_MILLISECONDS = 1000


def main() -> int:
    """Record what students get, time the checks, print a table."""
    torch.set_num_threads(1)
    lines = Table("exercise", "first call, ms", "median, ms", "slowest, ms")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for exercise in EXERCISES:
            first, *others = [one * _MILLISECONDS for one in _seconds(exercise, Path(folder))]
            figures = first, statistics.median(others), max(others)
            lines.add_row(exercise, *(f"{figure:.0f}" for figure in figures))
    Console(highlight=False).print(lines)
    return 0


def _seconds(exercise: str, root: Path) -> Iterator[float]:
    """What each solution of the exercise takes to be checked, in order."""
    name, function = exercise.split("/")
    release = root / "workspace" / "release" / name
    recorded = release / "autograder" / "recorded"
    if not recorded.is_dir():
        # The notebooks' own examples print, too.
        with redirect_stdout(io.StringIO()):
            write_recorded(
                assignment_of(name), sandbox=FakeSandbox(), destination=recorded,
                cache=root / "cache", limits=Limits(),
            )  # fmt: skip
    os.chdir(release)
    suite = load_suite(name, function)
    for variant in (*suite.accepted, *suite.misconceptions):
        with redirect_stdout(io.StringIO()):
            namespace = namespace_of(exercise, variant.source)
        begun = time.perf_counter()
        examine(namespace[function], namespace)
        yield time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
