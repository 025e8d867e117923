"""Reads attack files: one hostile, or merely odd, submission each. harness.py has the syntax."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import suites

HERE = Path(__file__).parent
FAMILIES = (
    "forging", "claims", "leaking", "escaping", "exhausting", "breaking", "oddities", "rules",
)  # fmt: skip
EARNS = ("0", "full", "as-without")
PLACES = ("first", "before", "solution", "after", "end")
ASSIGNMENT_OF = {
    path.parent.name: path.parents[1].name
    for path in sorted(Path(suites.__file__).parent.glob("*/*/plan.py"))
}
_KEYS = ("what", "earns", "says", "target", "right", "shows")
_HEADER = re.compile(r"^# (?P<key>[a-z]+):(?P<value>.*)$")
_SECTION = re.compile(r"^# %% ?(?P<title>.*)$", re.MULTILINE)


class AttackError(Exception):
    """An attack file is not what it should be; says which, where and what to do."""


@dataclass(frozen=True, slots=True)
class Section:
    """One piece of an attack file.

    Attributes:
        place: Where the cell goes; or ``notebook`` for a program of ours that edits the notebook,
            or ``file`` for a file handed in beside it.
        source: Its text.
        is_trick: Whether the notebook without the trick goes without it.
        name: The file's name.
    """

    place: str
    source: str
    is_trick: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attack:
    """One submission and what must become of it.

    Attributes:
        family: The folder it lies in.
        name: The file's name without its suffix.
        what: What it tries, in a sentence.
        earns: One of EARNS, or a number of points for the target.
        says: A regular expression that must match somewhere in its row.
        target: The exercise whose solution it replaces.
        is_right: Whether every exercise keeps its right solution unless the file gives another.
        shows: A regular expression that must match in the outputs of its autograded notebook;
            proves that the trick was played. Empty when nothing is asked.
        sections: In the order of the file.
    """

    family: str
    name: str
    what: str
    earns: str
    says: str
    target: str
    is_right: bool
    shows: str
    sections: tuple[Section, ...]

    @property
    def key(self) -> str:
        """``family/name``, as pytest shows it."""
        return f"{self.family}/{self.name}"

    @property
    def assignment(self) -> str:
        """The assignment that the target belongs to."""
        return ASSIGNMENT_OF[self.target]

    def without_trick(self) -> "Attack":
        """The same notebook as somebody honest would hand it in."""
        honest = tuple(section for section in self.sections if not section.is_trick)
        return replace(self, sections=honest)


def attack_files() -> list[Path]:
    """Every attack file, in a steady order; each becomes one test."""
    return [path for family in FAMILIES for path in sorted((HERE / family).glob("*.txt"))]


def read_attack(path: Path) -> Attack:
    """The attack in a file.

    Raises:
        AttackError: Something in it is missing, unknown or in the wrong place.
    """
    reader = _Reader(path)
    text = path.read_text(encoding="utf-8")
    pieces = _SECTION.split(text)
    header = reader.header(pieces[0])
    sections = tuple(
        reader.section(title, body) for title, body in zip(pieces[1::2], pieces[2::2], strict=True)
    )
    attack = Attack(
        family=path.parent.name,
        name=path.stem,
        what=header["what"],
        earns=header["earns"],
        says=header["says"],
        target=header.get("target", "train_step"),
        is_right=header["earns"] == "full" or header.get("right") == "yes",
        shows=header.get("shows", ""),
        sections=sections,
    )
    reader.complain(attack)
    return attack


class _Reader:
    def __init__(self, path: Path) -> None:
        self._where = f"{path.parent.name}/{path.name}"

    def header(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        key = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            match = _HEADER.match(line)
            if match and match["key"] in _KEYS:
                key = match["key"]
                found[key] = match["value"].strip()
            elif key and line.startswith("#   "):
                found[key] += " " + line[1:].strip()
            else:
                known = ", ".join(_KEYS)
                self._fail(
                    f"line {number} is {line!r}; before the first `# %%` there are lines "
                    f"`# key: value` with the keys {known}; `#   more` continues one"
                )
        for key in ("what", "earns", "says"):
            if not found.get(key):
                self._fail(f"the line `# {key}: …` is missing or empty")
        return found

    def section(self, title: str, body: str) -> Section:
        words = title.split()
        is_trick = "trick" in words[1:]
        place, *rest = [word for word in words if word != "trick" or words[0] == "trick"] or [""]
        if place in PLACES and not rest:
            return Section(place, body.strip("\n"), is_trick)
        if place == "notebook" and not rest:
            return Section(place, body, is_trick)
        if place == "file" and len(rest) == 1:
            return Section(place, body.lstrip("\n"), is_trick, rest[0])
        places = ", ".join(PLACES)
        self._fail(
            f"there is no section `# %% {title}`; write one of {places}, notebook, or file NAME, "
            "each with or without `trick` behind it"
        )
        raise AssertionError

    def complain(self, attack: Attack) -> None:
        if attack.target not in ASSIGNMENT_OF:
            self._fail(f"the target {attack.target!r} is none of {', '.join(ASSIGNMENT_OF)}")
        if attack.earns not in EARNS and not re.fullmatch(r"\d+(\.\d+)?", attack.earns):
            self._fail(f"it earns {attack.earns!r}; write {', '.join(EARNS)}, or points")
        if sum(section.place == "solution" for section in attack.sections) > 1:
            self._fail("it has two sections `# %% solution`; there is one solution cell")
        tricks = [section for section in attack.sections if section.is_trick]
        if (attack.earns == "as-without") != bool(tricks):
            self._fail(
                "`earns: as-without` goes with at least one section marked `trick`, such as "
                "`# %% after trick`, and no other attack has one"
            )
        if not attack.sections:
            self._fail("it has no section; write at least `# %% solution`")
        for pattern in (attack.says, attack.shows):
            try:
                re.compile(pattern)
            except re.error as error:
                self._fail(f"{pattern!r} is no regular expression: {error}")

    def _fail(self, sentence: str) -> None:
        message = f"{self._where}: {sentence}"
        raise AttackError(message)
