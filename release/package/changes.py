"""What a new version of an assignment changes for students who have the earlier one. Trusted side.

Pure functions of the files of two packages: sentences for an announcement, nothing of answers.
"""

from collections.abc import Iterable, Iterator, Mapping

from autograder.model.cells import NotebookCell, read_cells
from autograder.model.exercise import SOLUTION_SUFFIX
from release.package.package_files import REQUIREMENTS

STATEMENT_SUFFIX = "-statement"
Files = Mapping[str, bytes]
Cells = Mapping[str, NotebookCell]


def changes_between(assignment: str, earlier: Files, later: Files) -> tuple[str, ...]:
    """Sentences about what differs; empty when nothing does that a student would notice.

    Args:
        assignment: Its name.
        earlier: Path in the package → content, of the version that students have.
        later: The same of the new version.
    """
    before, after = (
        # Jupyter's ids stay what they are when a cell is moved; older notebooks have none.
        {cell.cell_id or str(number): cell for number, cell in enumerate(read_cells(notebook))}
        for notebook in (earlier[f"{assignment}.ipynb"], later[f"{assignment}.ipynb"])
    )
    return (
        *_about_exercises(before, after),
        *_about_texts(before, after),
        *_about_files(assignment, earlier, later),
    )


def announcement(assignment: str, version: str, *, earlier: str, sentences: Iterable[str]) -> str:
    """The sentences as a text in Markdown, to be sent to students."""
    listed = "\n".join(f"- {sentence}" for sentence in sentences)
    return (
        f"# {assignment}: version {version}\n\n"
        f"What has changed since version {earlier}:\n\n"
        f"{listed or '- Nothing that you would notice.'}\n\n"
        "Work done in the earlier version can be handed in as it is, and is graded against what "
        "that version asks. To hand in the new one, copy your solution cells into its notebook and "
        "run the checks once more.\n"
    )


def _about_exercises(before: Cells, after: Cells) -> Iterator[str]:
    for name, cell in after.items():
        if cell.points is None:
            continue
        worth = f"{cell.points:g} point{'' if cell.points == 1 else 's'}"
        earlier = before[name].points if name in before else None
        if earlier is None:
            yield f"`{name}` is new, {worth}."
        elif earlier != cell.points:
            yield f"`{name}` is worth {worth}; it was {earlier:g}."
    for name, cell in before.items():
        if cell.points is not None and name not in after:
            yield f"`{name}` is no longer part of the assignment."


def _about_texts(before: Cells, after: Cells) -> Iterator[str]:
    others = []
    for name in (name for name in after if name in before):
        if before[name].source == after[name].source:
            continue
        if name.endswith(STATEMENT_SUFFIX):
            exercise = name.removesuffix(STATEMENT_SUFFIX)
            yield f"The statement of `{exercise}` has changed: read it again."
        elif name.endswith(SOLUTION_SUFFIX):
            yield f"`{name.removesuffix(SOLUTION_SUFFIX)}` begins with another cell to fill in."
        else:
            others.append(name)
    others += [name for name in after if name not in before and after[name].points is None]
    if others:
        listed = ", ".join(f"`{name}`" for name in others)
        yield f"Explanations or examples are new or reworded, in the cells {listed}."


def _about_files(assignment: str, earlier: Files, later: Files) -> Iterator[str]:
    if earlier.get(REQUIREMENTS) != later.get(REQUIREMENTS):
        yield f"{REQUIREMENTS} has changed: run the first of the README's two commands once more."
    changed = [path for path in {*earlier, *later} if earlier.get(path) != later.get(path)]
    # The files of an exercise are in a folder <assignment>/<exercise>.
    folders = [path.split("/")[:-1] for path in changed]
    for exercise in sorted({f[-1] for f in folders if assignment in f[:-1]}):
        yield f"What `check({exercise})` looks at has changed."
