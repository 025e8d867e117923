"""The leak check: whether anything of the answers is in what students get. Trusted side.

It looks at a built release, or at a package, and believes nothing about how it was made. Searched
for: this assignment's solutions, accepted variants, misconceptions, model answers, hidden scenarios
and checks; other assignments' solutions; the course secret and the seeds that follow from it;
gradebooks; paths of this machine; and files that no release may hold, whatever is in them.

What it cannot see: an answer in other words, in a picture, or enciphered. The ids and hints of
misconceptions are public, and so is what the public scenarios showed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from autograder.errors import UsageError
from autograder.judge.variants import MISCONCEPTIONS
from autograder.probe.observation_file import parse_observations
from autograder.sandbox.kit import RECORDED
from release.leaks.assignment_rules import LeakRules
from release.leaks.fragments import files_of, fragments_of
from release.leaks.rules import ReadFragment

MAX_SHOWN = 12
_REFUSED_NAMES = {
    "hidden.py": "the hidden checks of an exercise",
    "accepted.py": "accepted variants",
    MISCONCEPTIONS: "misconceptions",
    "equivalent.txt": "right mutants of a solution",
    "course-secret": "the course secret",
    "__pycache__": "compiled code",
    ".ipynb_checkpoints": "an earlier state of a notebook",
    ".git": "the history of a repository",
}
_REFUSED_ENDINGS = {
    ".pyc": "compiled code",
    ".pyo": "compiled code",
    ".db": "a database",
    ".sqlite": "a database",
    ".sqlite3": "a database",
}


def refuse_leaks(delivery: Path, rules: LeakRules) -> None:
    """Refuse what must not reach students.

    Raises:
        UsageError: Something confidential is in it; says what, and in which file and cell.
    """
    found = find_leaks(delivery, rules)
    if found:
        more = f" … and {len(found) - MAX_SHOWN} more." if len(found) > MAX_SHOWN else ""
        listed = " ".join(f"{number}. {text}" for number, text in enumerate(found[:MAX_SHOWN], 1))
        raise UsageError(
            f"{rules.assignment} must not reach students as it is; take out what leaks and build "
            f"it again. {listed}{more}"
        )


def find_leaks(delivery: Path, rules: LeakRules) -> tuple[str, ...]:
    """Sentences that say what is where; none for a clean delivery.

    Args:
        delivery: A folder, or a zip archive.
        rules: What its readers may not get.
    """
    # A dictionary keeps the order and says each sentence once.
    found: dict[str, None] = {}
    for file, content in files_of(delivery):
        found |= dict.fromkeys(_leaks_by_name(file))
        if content is None:
            found[f"{file} is a link or a device; a release holds files only."] = None
        else:
            found |= dict.fromkeys(_leaked_observations(file, content, rules.public_scenarios))
            found |= dict.fromkeys(_leaks_in(file, content, rules))
    return tuple(found)


def _leaks_by_name(file: str) -> Iterator[str]:
    path = PurePosixPath(file)
    for part in path.parts:
        if part in _REFUSED_NAMES:
            yield f"{file} must not be there: {_REFUSED_NAMES[part]}."
    # One sentence is enough of what a refused folder holds.
    if path.suffix in _REFUSED_ENDINGS and "__pycache__" not in path.parts:
        yield f"{file} must not be there: {_REFUSED_ENDINGS[path.suffix]}."


def _leaked_observations(
    file: str, content: bytes, public_scenarios: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    path = PurePosixPath(file)
    if path.name != "observations" or RECORDED not in path.parts:
        return
    parsed = parse_observations(content)
    if parsed is None:
        yield f"{file} is no archive of observations."
        return
    recorded = {scenario for seen in parsed.values() for scenario in seen}
    for scenario in sorted(recorded - public_scenarios.get(path.parent.name, frozenset())):
        yield f"An observation of `{scenario}`, which is no public scenario, is in {file}."


def _leaks_in(file: str, content: bytes, rules: LeakRules) -> Iterator[str]:
    reported: set[str] = set()
    for fragment in fragments_of(file, content):
        read = ReadFragment.of(fragment)
        found = [rule.what for rule in rules.others if rule.is_in(read)]
        found += rules.answers.found_in(read.text)
        for what in found:
            # The whole file comes last: a leak that has a place in it is not named again.
            if fragment.place or what not in reported:
                yield f"{what[0].upper()}{what[1:]} is in {fragment.where}."
        reported.update(found)
