"""What a new version of an assignment changes for students who have the earlier one. Trusted side.

Pure functions of the files of two packages: sentences for an announcement, nothing of answers.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from autograder.judge.assignment import SOLUTION_SUFFIX
from release.package.package_files import REQUIREMENTS

_STATEMENT_SUFFIX = "-statement"
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class _Cell:
    source: str
    points: float | None


def changes_between(assignment: str, earlier: Files, later: Files) -> tuple[str, ...]:
    """Sentences about what differs; empty when nothing does that a student would notice.

    Args:
        assignment: Its name.
        earlier: Path in the package → content, of the version that students have.
        later: The same of the new version.
    """
    notebook = f"{assignment}.ipynb"
    before, after = _cells(earlier[notebook]), _cells(later[notebook])
    return (
        *_about_exercises(before, after),
        *_about_cells(before, after),
        *_about_files(assignment, earlier, later),
    )


def announcement(assignment: str, version: str, earlier: str, sentences: Iterable[str]) -> str:
    """The sentences as a text in Markdown, to be sent to students."""
    listed = "\n".join(f"- {sentence}" for sentence in sentences)
    return (
        f"# {assignment}: version {version}\n\n"
        f"What is other than in version {earlier}:\n\n"
        f"{listed or '- Nothing that you would notice.'}\n\n"
        "Work done in the earlier version can be handed in as it is, and is graded against what "
        "that version asks. To hand in the new one, copy your solution cells into its notebook and "
        "run the checks once more.\n"
    )


def _cells(notebook: bytes) -> dict[str, _Cell]:
    """Each cell by its id, in order."""
    found = {}
    for number, raw in enumerate(json.loads(notebook)["cells"]):
        source = raw["source"] if isinstance(raw["source"], str) else "".join(raw["source"])
        points = raw["metadata"].get("nbgrader", {}).get("points")
        found[str(raw.get("id", number))] = _Cell(source, points)
    return found


def _about_exercises(before: Mapping[str, _Cell], after: Mapping[str, _Cell]) -> Iterator[str]:
    for name, cell in after.items():
        if cell.points is None:
            continue
        old = before.get(name)
        if old is None or old.points is None:
            yield f"`{name}` is new, {_points(cell.points)}."
        elif old.points != cell.points:
            yield f"`{name}` is worth {_points(cell.points)}; it was {old.points:g}."
    for name, cell in before.items():
        if cell.points is not None and name not in after:
            yield f"`{name}` is no longer asked."


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _about_cells(before: Mapping[str, _Cell], after: Mapping[str, _Cell]) -> Iterator[str]:
    changed = [name for name in after if name in before and _differ(before[name], after[name])]
    for name in changed:
        if name.endswith(_STATEMENT_SUFFIX):
            yield f"The statement of `{name.removesuffix(_STATEMENT_SUFFIX)}` reads otherwise."
        elif name.endswith(SOLUTION_SUFFIX):
            yield f"`{name.removesuffix(SOLUTION_SUFFIX)}` begins with another cell to fill in."
    told = (_STATEMENT_SUFFIX, SOLUTION_SUFFIX)
    others = [name for name in changed if not name.endswith(told)]
    others += [name for name in after if name not in before and after[name].points is None]
    if others:
        listed = ", ".join(f"`{name}`" for name in others)
        yield f"Explanations or examples are new or reworded, in the cells {listed}."


def _differ(first: _Cell, second: _Cell) -> bool:
    return first.source != second.source


def _about_files(assignment: str, earlier: Files, later: Files) -> Iterator[str]:
    if earlier.get(REQUIREMENTS) != later.get(REQUIREMENTS):
        yield f"{REQUIREMENTS} has changed: run the first of the README's two commands once more."
    names = sorted(
        path for path in {*earlier, *later} if earlier.get(path) != later.get(path)
    )  # fmt: skip
    parts = {
        parts[-2]
        for parts in (path.split("/") for path in names)
        if assignment in parts and parts[-2] != assignment
    }
    for exercise in sorted(parts):
        yield f"What `check({exercise})` looks at has changed."
