"""What students may not get beside answers in code: hidden checks, model answers, secrets, paths.

Trusted side. Names and sentences that are in the student kit are public: they are no leak.
"""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.judge.suite import Suite
from autograder.model.exercise import Scenario
from release.leaks.fragments import Fragment

# Of the model answer's words, a statement shares at most four in a row with it (measured).
SHINGLE_WORDS = 8
# A shorter seed could be any number.
MIN_SEED_DIGITS = 9
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\s\w\"'`\\]")
_CONSTANTS = {"true": "True", "false": "False", "null": "None"}
SQLITE_HEADER = b"SQLite format 3\0"
NBGRADER_TABLES = re.compile(
    r"CREATE TABLE\W+(?:assignment|submitted_assignment|base_cell|grade_cells|grade|student)\b",
    re.IGNORECASE,
)


def words(text: str) -> str:
    """Its words, lower case, with single spaces between and around them."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def literals(text: str) -> str:
    """Its tokens without quotes: a dictionary reads the same in Python and in JSON."""
    found = (_CONSTANTS.get(token, token) for token in _TOKEN.findall(text))
    return f" {' '.join(found)} "


@dataclass(frozen=True, slots=True)
class LeakRule:
    """Something that a fragment may not hold, and how it is recognised.

    Attributes:
        what: Such as ``the hidden scenario `again` of `dydx```.
        phrases: Recognised among the fragment's words.
        literals: Recognised among the fragment's literals.
        patterns: Recognised in the fragment's text.
        needles: Every match of a pattern holds one of these; they are searched for first, as that
            is quicker.
        contents: Recognised in the fragment's bytes.
    """

    what: str
    phrases: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    needles: tuple[str, ...] = ("",)
    contents: tuple[bytes, ...] = ()

    def is_in(self, fragment: "ReadFragment") -> bool:
        """Whether the fragment holds it, in any of its forms."""
        return (
            any(phrase in fragment.words for phrase in self.phrases)
            or any(literal in fragment.literals for literal in self.literals)
            or (
                any(needle in fragment.text for needle in self.needles)
                and any(pattern.search(fragment.text) for pattern in self.patterns)
            )
            or any(content in fragment.content for content in self.contents)
        )


@dataclass(frozen=True, slots=True)
class ReadFragment:
    """A fragment in the forms that the rules search, made once."""

    text: str
    words: str
    literals: str
    content: bytes

    @classmethod
    def of(cls, fragment: Fragment) -> "ReadFragment":
        """Make the forms; the file's name counts as text."""
        text = f"{fragment.file}\n{fragment.text}"
        return cls(text, words(text), literals(text), fragment.content)


def hidden_checks(
    suite: Suite, public: str, public_scenarios: Iterable[Scenario]
) -> Iterator[LeakRule]:
    """The hidden scenarios and checks of an exercise, without what the kit says anyway.

    Args:
        suite: The exercise's suite.
        public: The texts of the student kit.
        public_scenarios: The public scenarios of all exercises of the assignment.
    """
    name = suite.key.split("/")[1]
    said, listed = words(public), literals(public)
    known = {one.name for one in public_scenarios}
    for scenario in suite.scenarios:
        if scenario.hidden:
            options = literals(json.dumps(dict(scenario.options)))
            is_known = scenario.name in known
            is_telling = bool(scenario.options) and options not in listed
            yield LeakRule(
                f"the hidden scenario `{scenario.name}` of `{name}`",
                phrases=_not_public([scenario.name] if "_" in scenario.name else [], said),
                literals=(options,) if is_telling else (),
                patterns=() if is_known else (_used_as_a_scenario(scenario.name),),
                needles=(scenario.name,),
            )
    for check in suite.checks:
        if check.hidden:
            yield LeakRule(
                f"the hidden check `{check.name}` of `{name}`",
                phrases=_not_public([check.name, check.title], said),
            )


def _not_public(texts: Iterable[str], said: str) -> tuple[str, ...]:
    return tuple(phrase for phrase in map(words, texts) if phrase not in said)


def _used_as_a_scenario(name: str) -> re.Pattern[str]:
    """An ordinary word, such as ``again``, tells something only where it is used as a name."""
    quoted = rf"\\?[\"']{re.escape(name)}\\?[\"']"
    others = r"(?:\s*\\?[\"']\w*\\?[\"'],)*"
    return re.compile(
        rf"Scenario\(\s*{quoted}|check\({others}\s*{quoted}"
        rf"|{quoted}\s*:\s*\d{{{MIN_SEED_DIGITS},}}"
        rf"|\\?[\"']scenario\\?[\"']\s*:\s*{quoted}"
    )


def written_answer(name: str, source: str) -> LeakRule:
    """The model answer of a written exercise, and what it says to the grader."""
    row = _WORD.findall(source.lower())
    size = min(SHINGLE_WORDS, len(row))
    shingles = (" ".join(row[start : start + size]) for start in range(len(row) - size + 1))
    found = tuple(f" {one} " for one in shingles) if size == SHINGLE_WORDS else ()
    return LeakRule(f"the model answer of `{name}`", phrases=found)


def course_secret(secret: bytes) -> LeakRule:
    """The secret as text, hexadecimal or base64, and the bytes if it is hexadecimal itself."""
    plain = {secret}
    with suppress(ValueError):
        plain.add(bytes.fromhex(secret.decode("ascii")))
    forms: set[bytes] = set()
    for one in plain:
        hexadecimal = one.hex()
        # As text in UTF-16, each letter is followed by a zero.
        wide = b"\0".join(bytes([letter]) for letter in one)
        forms |= {one, hexadecimal.encode(), hexadecimal.upper().encode(), wide}
        forms |= set(_base64_forms(one))
    return LeakRule("the course secret", contents=tuple(sorted(forms)))


def _base64_forms(content: bytes) -> Iterator[bytes]:
    """What base64 makes of it inside a longer content, whose length before it is not known."""
    # Three bytes are four letters of six bits, so there are three ways to begin.
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content)
        # The first letters also depend on what is before it, the last ones on what comes after.
        inner = encoded[-(-before * 8 // 6) :].rstrip(b"=")[: (len(content) * 8 - 12) // 6]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def seeds(suite: Suite, seeded: Iterable[Scenario]) -> Iterator[LeakRule]:
    """The seeds of graded runs.

    Args:
        suite: The exercise's suite.
        seeded: Its scenarios as they are graded.
    """
    name = suite.key.split("/")[1]
    for scenario in seeded:
        if len(str(scenario.seed)) >= MIN_SEED_DIGITS:
            pattern = re.compile(rf"(?<!\d){scenario.seed}(?!\d)")
            what = f"the graded seed of `{scenario.name}` of `{name}`"
            yield LeakRule(what, patterns=(pattern,), needles=(str(scenario.seed),))


def gradebook() -> LeakRule:
    """A database, or what nbgrader's tables look like as text."""
    return LeakRule("a gradebook", patterns=(NBGRADER_TABLES,), contents=(SQLITE_HEADER,))


def paths(folders: Iterable[Path]) -> Iterator[LeakRule]:
    """Folders of the instructor's machine."""
    known = set(folders)
    for folder in sorted(known):
        # `/` says nothing of this machine, and the path of a folder is in those of its files.
        if len(folder.parts) > 1 and known.isdisjoint(folder.parents):
            forms = {str(folder), folder.as_posix(), urllib.parse.quote(folder.as_posix())}
            forms.add(json.dumps(str(folder))[1:-1])
            ways = "|".join(re.escape(form) for form in sorted(forms))
            pattern = re.compile(rf"(?<![\w.-])(?:{ways})(?![\w-])")
            what = f"the path {folder} of this machine"
            yield LeakRule(what, patterns=(pattern,), needles=tuple(sorted(forms)))
