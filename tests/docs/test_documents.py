"""What README.md and docs/ say of the project is so."""

import argparse
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from autograder import cli
from autograder.judge.variants import MISCONCEPTIONS, read_variants
from release import cli as release_cli
from tests.docs.reference import PAGES, PROJECT, parsers_of

DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
PARSERS = {"autograder": cli.parser, "release": release_cli.parser}
# Links to files, pictures included; not to the web, nor within a page.
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
# A command in a line of its own, in a console block, behind "example:", or in a sentence.
TYPED = re.compile(
    r"(?:^ *|^\$ |^example: |`)((?:autograder|release|make|nbgrader) [^`\n]+)", re.MULTILINE
)
# A file or a folder of the project, whole or from some folder on.
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:diff|md|py|sh|toml|txt))`")
# What commands write, what nbgrader has, a placeholder; what the guide makes in its assignment.
ELSEWHERE = re.compile(r"workspace/|inbound/|.*-changes\.md|[A-Z/]+")
GUIDE, IN_THE_GUIDE = "adding-an-exercise.md", re.compile(r"(.*/)?(lessons|(test_)?accuracy)\b.*")
NAMES_OF_THE_GUIDE = {"lessons", "accuracy", "lessons/accuracy in-place"}
TEST = re.compile(r"`(test_\w+)`")


@pytest.mark.parametrize("name", PAGES)
def test_reference_pages_are_current(name: str) -> None:
    """It is true that `make docs` would change nothing."""
    assert (PROJECT / "docs" / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """It is true that every linked file is there."""
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    """It is true that the README has at most 500 words."""
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").split()) <= 500


def test_every_room_is_on_the_map() -> None:
    """It is true that how-it-works.md names each folder of the code, and no other."""
    text = (PROJECT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `((?:autograder/\w+|release)/)` \|", text, re.MULTILINE))
    there = {f"autograder/{path.parent.name}/" for path in PROJECT.glob("autograder/*/__init__.py")}
    assert named == {*there, "release/"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_are_there(document: Path) -> None:
    """It is true that each file, folder and test named in backticks is there."""
    text = document.read_text(encoding="utf-8")
    named = [path.rstrip("/") for path in PATH.findall(text) if not ELSEWHERE.match(path)]
    if document.name == GUIDE:
        named = [path for path in named if not IN_THE_GUIDE.fullmatch(path)]
    assert [path for path in named if not is_there(path)] == []
    tests = "".join(path.read_text(encoding="utf-8") for path in PROJECT.glob("tests/**/*.py"))
    assert [name for name in TEST.findall(text) if f"def {name}(" not in tests] == []


def is_there(path: str) -> bool:
    """Whether a committed path ends like this; a folder goes on, an attack lacks its suffix."""
    listing = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    ending = rf"(?:^|/){re.escape(path)}(?:[/.]|$)"
    return re.search(ending, listing.stdout, re.MULTILINE) is not None


def commands() -> Iterator[tuple[str, str]]:
    """Each command that a document or a program's help names, and where."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in DOCUMENTS}
    del texts["commands.md"]
    for program in PARSERS.values():
        for parser in parsers_of(program()):
            texts[f"{parser.prog} --help"] = parser.epilog or ""
    for where, text in texts.items():
        for command in TYPED.findall(re.sub(r"\s*\\\n\s*", " ", text)):
            # What two or more spaces part from a command explains it.
            yield where, re.split(r"\s{2,}|\s#\s", command)[0]


@pytest.mark.parametrize(("where", "command"), sorted(set(commands())))
def test_commands_exist(where: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is true that the program takes the command, with these arguments, and has these names."""
    program, *words = shlex.split(command)
    if program == "make":
        rules = (PROJECT / "Makefile").read_text(encoding="utf-8")
        assert f"\n{words[0]}:" in rules, where
    elif program == "nbgrader":
        from nbgrader.apps import NbGraderApp

        assert words[0].replace("-", "_") in NbGraderApp.subcommands, where
    elif command not in {parser.prog for parser in parsers_of(PARSERS[program]())}:
        options = accepted(PARSERS[program](), words)
        assert options is not None, f"{where}: {capsys.readouterr().err}"
        guide = NAMES_OF_THE_GUIDE if where == GUIDE else set()
        assert names_in(options) <= known_names() | guide, where


def accepted(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace | None:
    """What the program makes of these arguments; nothing of `--help`; None where it refuses."""
    try:
        return parser.parse_args(words)
    except SystemExit as ended:
        return None if ended.code else argparse.Namespace()


def names_in(options: argparse.Namespace) -> set[str]:
    """The assignments, exercises and known solutions that a command names."""
    given = vars(options)
    key = given.get("exercise", "")
    found = {*given.get("assignments", ()), given.get("assignment"), given.get("mutants")}
    found.add(key.partition("/")[0])
    if "name" in given:
        found.add(f"{key} {given['name']}".strip())
    return {name for name in found if name and not name.isupper()}


@cache
def known_names() -> set[str]:
    """Names of assignments and exercises, and each exercise's with those of known solutions."""
    found = set()
    for plan in PROJECT.glob("autograder/suites/*/*/plan.py"):
        suite = plan.parent
        key = f"{suite.parent.name}/{suite.name}"
        found |= {suite.parent.name, suite.name, key}
        for file in ("accepted.py", MISCONCEPTIONS):
            found |= {f"{key} {variant.id}" for variant in read_variants(suite / file)}
    return found
