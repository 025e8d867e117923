"""Finds and reads the kit's data on an exercise: recorded observations and hints."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from autograder.checks.check import Check, checks_of
from autograder.checks.diagnosis import LookAlike
from autograder.checks.mismatches import Mismatches, find_mismatches
from autograder.model.exercise import Scenario
from autograder.model.observation import Observation
from autograder.probe.observation_file import read_observations

# This package, found without importing it: it imports this room.
KIT = Path(__file__).parents[1]
# Exercises that one notebook checks; the chapter has 18.
_KEPT = 20


@dataclass(frozen=True, slots=True)
class RecordedExercise:
    """The public half of one exercise.

    Attributes:
        key: ``assignment/exercise``.
        scenarios: The public ones, with their public seeds.
        checks: The public ones.
        expected: Scenario → what the instructor's solution showed.
        look_alikes: The misconceptions as observed.
        signatures: The mismatches of each look-alike with what is expected.
        parameters: Names of the function's parameters, in the order of the statement.
    """

    key: str
    scenarios: tuple[Scenario, ...]
    checks: tuple[Check, ...]
    expected: dict[str, Observation]
    look_alikes: tuple[LookAlike, ...]
    signatures: tuple[Mismatches, ...]
    parameters: tuple[str, ...]


def recorded_exercises(package: Path, folder: Path) -> dict[str, Path]:
    """Exercise name → the folder of its recorded observations.

    Args:
        package: The folder of the ``autograder`` package; a student's kit has the data in it.
        folder: The notebook's folder. An instructor's source notebook is in a course folder, and
            the data is in the releases that were built there.
    """
    for place in _places(package, folder):
        found = {path.parent.name: path.parent for path in place.glob("*/*/exercise.json")}
        if found:
            return found
    return {}


def _places(package: Path, folder: Path) -> Iterator[Path]:
    yield package / "recorded"
    for parent in (folder, *folder.parents):
        release = parent / "workspace" / "release"
        if release.is_dir():
            yield release / folder.name / "autograder" / "recorded"


def load_recorded(folder: Path) -> RecordedExercise | None:
    """The public half of the exercise recorded in ``folder``; None when it is damaged.

    It is read again only when a file has changed: reading takes longer than a check may take.
    """
    try:
        stamps = [(folder / name).stat() for name in ("exercise.json", "observations")]
    except OSError:
        return None
    return _load(folder, tuple((stamp.st_mtime_ns, stamp.st_size) for stamp in stamps))


# The stamps are part of the cache's key: a changed file is another entry.
@lru_cache(maxsize=_KEPT)
def _load(folder: Path, _stamps: tuple[tuple[int, int], ...]) -> RecordedExercise | None:
    try:
        document = json.loads((folder / "exercise.json").read_text(encoding="utf-8"))
        observations = read_observations(folder / "observations") or {}
        key, seeds, hints = document["exercise"], document["seeds"], document["hints"]
        parameters = tuple(document.get("parameters", ()))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    expected = {
        name: seen
        for name, seen in observations.pop("expected", {}).items()
        if isinstance(seen, Observation)
    }
    if not expected:
        return None
    assignment, name = key.split("/")
    package = f"autograder.suites.{assignment}.{name}"
    scenarios = import_module(f"{package}.scenarios").SCENARIOS
    looks = tuple(LookAlike(look, hints.get(look, ""), seen) for look, seen in observations.items())
    return RecordedExercise(
        key=key,
        scenarios=tuple(replace(s, seed=seeds[s.name]) for s in scenarios),
        checks=checks_of(import_module(f"{package}.test_{name}"), hidden=False),
        expected=expected,
        look_alikes=looks,
        signatures=tuple(find_mismatches(look.seen, expected) for look in looks),
        parameters=parameters,
    )
