"""What README.md and docs/ say of the project is so."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import cli
from release import cli as release_cli
from tests.docs.reference import PAGES, PROJECT

DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
PARSERS = {"autograder": cli.parser, "release": release_cli.parser}
# Links to files, pictures included; not to the web, nor within a page.
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
# A command in a line of its own, in a console block, or in a sentence.
TYPED = re.compile(
    r"(?:^ {4}|^\$ |^|`)((?:autograder|release|make|nbgrader) [^`\n]+)", re.MULTILINE
)


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


def commands() -> Iterator[tuple[str, str]]:
    """Each command that a document or a program's help names, and where."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in DOCUMENTS}
    texts |= {f"{name} --help": parser().format_help() for name, parser in PARSERS.items()}
    for where, text in texts.items():
        if where != "commands.md":
            for command in TYPED.findall(text):
                # What two or more spaces part from a command explains it.
                yield where, re.split(r"\s{2,}|\s#\s", command)[0]


@pytest.mark.parametrize(("where", "command"), sorted(set(commands())))
def test_commands_exist(where: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is true that the program takes the command, with these arguments."""
    program, *words = shlex.split(command)
    if program == "make":
        rules = (PROJECT / "Makefile").read_text(encoding="utf-8")
        assert f"\n{words[0]}:" in rules, where
    elif program == "nbgrader":
        from nbgrader.apps import NbGraderApp

        assert words[0].replace("-", "_") in NbGraderApp.subcommands, where
    elif {"PATH", "FILE", "ASSIGNMENT"}.isdisjoint(words) or len(words) > 1:
        parser = PARSERS[program]()
        is_a_name = len(words) == 1 and words[0] in parser.format_help()
        assert takes(parser, words) or is_a_name, f"{where}: {capsys.readouterr().err}"


def takes(parser: argparse.ArgumentParser, words: list[str]) -> bool:
    """Whether the program accepts these arguments."""
    try:
        parser.parse_args(words)
    except SystemExit as ended:
        return ended.code == 0
    return True
