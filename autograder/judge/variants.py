"""Reads ``accepted.py`` and ``misconceptions.py``: solution cells as students would type them.

The files are in the percent format that notebook editors know. Each cell opens with
``# %% <id>``, or with ``# %% <id>.<form>`` where one mistake shows in several forms; a
misconception goes on with ``# hint:`` lines; the rest is the cell's source. What stands before the
first cell (imports for the editor's sake) is not part of any of them.

A mistake with a free choice in it (which ε, which period) says ``# each: CHOICE = 1e-6 | 1e-7`` in
its first line of source, and is as many forms as there are choices.
"""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from autograder.errors import SuiteError
from autograder.model.exercise import Variant

_CELL = re.compile(r"^# %% (?P<id>[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)?)[ \t]*$", re.MULTILINE)
_EACH = re.compile(r"\A# each: (?P<word>\w+) = (?P<choices>.+)\n")
_HINT = re.compile(r"\A(?P<hint># hint:.*\n(?:#(?! each:).*\n)*)?", re.MULTILINE)


def read_variants(path: Path) -> tuple[Variant, ...]:
    """The file's cells, in order.

    Raises:
        SuiteError: Two cells have one id, or a cell is empty.
    """
    pieces = _CELL.split(path.read_text(encoding="utf-8"))[1:]
    variants = tuple(
        form
        for name, text in zip(pieces[::2], pieces[1::2], strict=True)
        for form in _forms(_variant(name, text))
    )
    _complain_about_ids(path, variants)
    return variants


def _variant(name: str, text: str) -> Variant:
    body = text.lstrip("\n")
    found = _HINT.match(body)
    comment = (found and found["hint"]) or ""
    words = comment.replace("# hint:", "").replace("\n#", "\n").split()
    return Variant(name, body[len(comment) :].strip() + "\n", " ".join(words))


def _forms(variant: Variant) -> list[Variant]:
    each = _EACH.match(variant.source)
    if each is None:
        return [variant]
    text, word = variant.source[each.end() :], re.compile(rf"\b{each['word']}\b")
    choices = [choice.strip() for choice in each["choices"].split("|")]
    return [
        replace(
            variant,
            id=f"{variant.id}{'-' if '.' in variant.id else '.'}{number}",
            source=choice.join(word.split(text)),
        )
        for number, choice in enumerate(choices, start=1)
    ]


def _complain_about_ids(path: Path, variants: tuple[Variant, ...]) -> None:
    counts = Counter(variant.id for variant in variants)
    wrong = [name for name, count in counts.items() if count > 1]
    wrong += [variant.id for variant in variants if not variant.source.strip()]
    if wrong:
        message = f"{path}: the cells {wrong} are empty or share an id; give each its own"
        raise SuiteError(message)
