"""Reads ``accepted.py`` and ``misconceptions.diff``: solution cells as students would type them.

A file is made of cells. Each opens with ``# %% NAME``, or with ``# %% NAME.FORM`` where one mistake
shows in several forms. A misconception goes on with ``# hint:`` lines; a form without them has the
hint of the first cell of its name. Text before the first cell is ignored.

The rest of a cell is its source: whole, or the lines in which it differs from the cell ``base``, a
right solution, or from another cell above: ``# %% NAME from OTHER``. That is a diff without line
numbers: a line that begins with ``-`` goes, one with ``+`` comes, and one with a space stays and
shows the place. ``@@`` parts two places, the upper one first.

A mistake with a free choice in it (which ε, which period) says ``# each: CHOICE = 1e-6 | 1e-7``
after its hint, and is as many forms as there are choices; so is what is made from it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import SuiteError
from autograder.model.exercise import Variant

MISCONCEPTIONS = "misconceptions.diff"
# The right solution that edits change unless they name another cell.
BASE = "base"
_ID = r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)?"
_OPENING = re.compile(r"^(?=# %%)", re.MULTILINE)
_CELL = re.compile(
    rf"# %% (?P<id>{_ID})(?: from (?P<origin>{_ID}))?[ \t]*\n+"
    r"(?P<hint># hint:.*\n(?:#(?! each:).*\n)*)?\n*"
    r"(?:# each: (?P<word>\w+) = (?P<choices>.+)\n)?"
    r"(?P<code>[\s\S]*)"
)
_NEXT_PLACE = re.compile(r"^@@[ \t]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class VariantCell:
    """One cell of a file.

    Attributes:
        id: Its name, with the form where there are several.
        hint: Its own, or that of its name.
        source: The whole solution.
        edit: What the file says of it where it is made from another cell; else empty.
        origin: The cell that it is made from; else empty.
        word: Where it is in the source, something may be chosen freely; else empty.
        choices: What may be there, parted by ``|``.
    """

    id: str
    hint: str
    source: str
    edit: str = ""
    origin: str = ""
    word: str = ""
    choices: str = ""

    def forms(self) -> list[Variant]:
        """One for each choice, or the one that there is."""
        parts = re.split(rf"\b{self.word}\b", self.source) if self.word else [self.source]
        if len(parts) == 1:
            return [Variant(self.id, self.source, self.hint)]
        # The mistake's name ends at the first dot, and an id has one at most.
        dot = "-" if "." in self.id else "."
        return [
            Variant(f"{self.id}{dot}{number}", choice.strip().join(parts), self.hint)
            for number, choice in enumerate(self.choices.split("|"), start=1)
        ]


def read_variants(path: Path) -> tuple[Variant, ...]:
    """The forms of the file's cells, in order.

    Raises:
        SuiteError: What ``read_variant_cells`` raises, or two forms have one id.
    """
    variants = tuple(form for cell in read_variant_cells(path).values() for form in cell.forms())
    for name, count in Counter(variant.id for variant in variants).items():
        if count > 1:
            raise SuiteError(f"{path}: {count} forms are called `{name}`; give each its own name.")
    return variants


def read_variant_cells(path: Path) -> Mapping[str, VariantCell]:
    """The file's cells by their ids, in order.

    Raises:
        SuiteError: The file or a cell cannot be read, or an edit does not fit.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read: {error}.") from error
    cells: dict[str, VariantCell] = {}
    for text in _OPENING.split(content)[1:]:
        found = _CELL.fullmatch(text)
        if found is None:
            raise SuiteError(
                f"{path}: {text.splitlines()[0]!r} opens no cell; write '# %% name', "
                "'# %% name.form' or '# %% name from other', in small letters, digits and hyphens."
            )
        where = f"{path}, cell `{found['id']}`"
        if found["id"] in cells:
            raise SuiteError(f"{where}: a cell above has the same name; give each its own.")
        cells[found["id"]] = _cell(found, cells, where)
    return cells


def apply_edit(source: str, edit: str, *, where: str) -> str:
    """The source with the edit's lines in their places.

    Raises:
        SuiteError: A place is not found below the one before, or is found more than once.
    """
    done: list[str] = []
    rest = source.splitlines()
    for number, place in enumerate(_NEXT_PLACE.split(edit)):
        text = place.strip("\n")
        lines = text.splitlines()
        old = [line[1:] for line in lines if not line.startswith("+")]
        starts = [n for n in range(len(rest)) if old and rest[n : n + len(old)] == old]
        if len(starts) != 1:
            raise SuiteError(
                f"{where}: its lines are found {len(starts)} times"
                f"{' below the place before' if number else ''}, and must be found once: "
                f"{text!r}. Lines that stay, each with a space before it, show the place."
            )
        done += rest[: starts[0]] + [line[1:] for line in lines if not line.startswith("-")]
        rest = rest[starts[0] + len(old) :]
    return "\n".join([*done, *rest]).strip("\n") + "\n"


def _cell(found: re.Match[str], above: Mapping[str, VariantCell], where: str) -> VariantCell:
    name, code = found["id"], found["code"].strip("\n") + "\n"
    words = (found["hint"] or "").replace("# hint:", "").replace("\n#", "\n").split()
    hints = [" ".join(words), *(one.hint for one in above.values() if _same_name(one.id, name))]
    hint = next(filter(None, hints), "")
    if not code.strip():
        raise SuiteError(f"{where}: the cell is empty; write its source, or what it changes.")
    if found["origin"] or re.search(r"^[+-]", code, re.MULTILINE):
        origin = _origin(found["origin"] or BASE, code, above, where)
        source = apply_edit(origin.source, code, where=f"{where} from `{origin.id}`")
        cell = replace(origin, id=name, hint=hint, source=source, edit=code, origin=origin.id)
    else:
        cell = VariantCell(name, hint, code)
    if not found["word"]:
        return cell
    if not re.search(rf"\b{found['word']}\b", cell.source):
        raise SuiteError(f"{where}: its source lacks the word {found['word']} of its `# each:`.")
    return replace(cell, word=found["word"], choices=found["choices"])


def _origin(name: str, edit: str, above: Mapping[str, VariantCell], where: str) -> VariantCell:
    for line in edit.splitlines():
        # An empty line passes, since "" is in every text: it stays, as one with a space does.
        if line[:1] not in "+- " and line.rstrip() != "@@":
            raise SuiteError(
                f"{where}: {line!r} is no line of an edit; each begins with '+', '-' or a space, "
                "or is '@@'. (A cell that is written whole has no `from`, and no line that begins "
                "with '+' or '-'.)"
            )
    if name not in above:
        raise SuiteError(
            f"{where}: it is made from `{name}`, which is no cell above it; name one that is, or "
            "write it whole."
        )
    return above[name]


def _same_name(one: str, other: str) -> bool:
    return one.partition(".")[0] == other.partition(".")[0]
