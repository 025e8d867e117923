"""The autograded notebook: what nbgrader's formgrader and feedback pages show.

Built in a worker, from the student's text and outputs; written by the operator's process. Student
code wrote the outputs: they are shown, and prove nothing. What a page would run or load is taken
out here (see sanitise_html.py and sanitise_markdown.py): the notebook is harmless in any program
that shows it.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from autograder.model.cells import Role
from autograder.model.verdict import ExerciseResult
from autograder.notebook.merged import MergedCell, MergedNotebook
from autograder.notebook.report import grade_outputs, problems_page
from autograder.notebook.sanitise_html import coloured, printable, shown_media
from autograder.notebook.sanitise_markdown import harmless_markdown, harmless_raw
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import without_surrogates

_ATTACHED = re.compile(r"attachment:(?P<name>[^\s)>\"']*)")
STREAMS = frozenset({"stdout", "stderr"})


def autograded_notebook(
    submission: MergedNotebook,
    source: SourceNotebook,
    *,
    outputs: Sequence[Sequence[Mapping[str, Any]]],
    exercises: Sequence[ExerciseResult],
    problems: tuple[str, ...],
) -> str:
    """The notebook's text: valid nbformat 4.5, the same bytes for the same arguments."""
    results = {result.name: result for result in exercises}
    shown = dict(zip(submission.positions, outputs, strict=False))
    counts = {index: count for count, index in enumerate(submission.positions, start=1)}
    ours = frozenset(cell.source for cell in source.cells)
    cells = []
    note = problems_page(problems)
    if note:
        cells.append({"cell_type": "markdown", "id": "notes", "metadata": {}, "source": note})
    for index, cell in enumerate(submission.cells):
        entry = _entry(cell, f"cell-{index}", ours)
        if cell.kind == "code":
            entry["execution_count"] = counts.get(index)
            entry["outputs"] = _outputs(cell, shown.get(index, ()), results, counts.get(index))
        cells.append(entry)
    document = {"cells": cells, "metadata": source.metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _entry(cell: MergedCell, name: str, ours: Collection[str]) -> dict[str, Any]:
    metadata = dict((cell.source.metadata if cell.source else None) or {})
    entry: dict[str, Any] = {"cell_type": cell.kind, "id": name, "metadata": metadata}
    entry["source"] = cell.text if cell.text in ours else _harmless(cell)
    if cell.kind == "markdown":
        pictures = _pictures(cell)
        if pictures:
            entry["attachments"] = pictures
        # A feedback page that lacks one picture would not be made at all.
        entry["source"] = _ATTACHED.sub(
            lambda found: found[0] if found["name"] in pictures else f"missing-{found[0]}",
            entry["source"],
        )
    return entry


def _harmless(cell: MergedCell) -> str:
    """What the student wrote, as any page may show it."""
    if cell.kind == "markdown":
        return harmless_markdown(cell.text, _pictures(cell))
    return harmless_raw(cell.text) if cell.kind == "raw" else printable(cell.text)


def _pictures(cell: MergedCell) -> Mapping[str, Mapping[str, str]]:
    if cell.own is not None:
        return cell.own.attachments
    return (cell.source and cell.source.attachments) or {}


def _outputs(
    cell: MergedCell,
    given: Sequence[Mapping[str, Any]],
    results: Mapping[str, ExerciseResult],
    count: int | None,
) -> list[dict[str, Any]]:
    if cell.source is not None and cell.source.role is Role.GRADE:
        result = results.get(cell.source.grade_id)
        return grade_outputs(result, execution_count=1) if result else []
    cleaned = (_output(output, count or 1) for output in given)
    return [output for output in cleaned if output is not None]


def _output(output: Mapping[str, Any], count: int) -> dict[str, Any] | None:
    """One output with known keys and plain texts only, or None for one that is not shown."""
    kind = output.get("output_type")
    if kind == "stream":
        name = output.get("name")
        stream = name if isinstance(name, str) and name in STREAMS else "stdout"
        return {"output_type": kind, "name": stream, "text": coloured(_text(output.get("text")))}
    if kind == "error":
        given = output.get("traceback")
        lines = [coloured(_text(line)) for line in given] if isinstance(given, list) else []
        name, value = (printable(_text(output.get(key))) for key in ("ename", "evalue"))
        return {"output_type": kind, "ename": name, "evalue": value, "traceback": lines}
    # A tuple, not a set: a student may send a list as the kind.
    if kind not in ("display_data", "execute_result"):
        return None
    data = output.get("data")
    bundle = data if isinstance(data, Mapping) else {}
    shown = shown_media({media: _text(content) for media, content in bundle.items()})
    if not shown:
        return None
    entry = {"output_type": kind, "data": shown, "metadata": {}}
    return {**entry, "execution_count": count} if kind == "execute_result" else entry


def _text(value: object) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    return without_surrogates(value) if isinstance(value, str) else ""
