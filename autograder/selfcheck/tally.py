"""Counts the public checks that pass, in the kernel that has run a student's notebook."""

import json
from collections.abc import Mapping
from pathlib import Path

from autograder.model.verdict import Outcome
from autograder.selfcheck.check import examine
from autograder.selfcheck.recorded import KIT, load_recorded, recorded_exercises
from autograder.selfcheck.report import SelfCheck
from autograder.selfcheck.rerun import MARK


def tally(names: Mapping[str, object]) -> None:
    """Print one line: how many public checks of each exercise pass.

    Args:
        names: The notebook's namespace.
    """
    found = {}
    exercises = recorded_exercises(KIT, Path.cwd())
    for name, folder in sorted(exercises.items()):
        recorded = load_recorded(folder)
        total = len(recorded.checks) if recorded else 0
        result = examine(name, names)
        verdicts = result.results if isinstance(result, SelfCheck) else ()
        passed = sum(verdict.outcome is Outcome.PASSED for verdict in verdicts)
        found[name] = {"passed": passed, "total": total}
    print(f"\n{MARK}{json.dumps(found)}")  # noqa: T201 - its reader is the other end of the kernel
