"""``docs/commands.md`` and ``docs/settings.md``, made from the programs and course_config.py.

``make docs`` writes both; a test compares.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from autograder import cli
from release import cli as release_cli

PROJECT = Path(__file__).parents[2]
_MADE_BY = "*Made by `make docs`; do not edit it.*"


def commands_page() -> str:
    """Every command of both programs with its arguments, in Markdown."""
    parts = ["# Commands", _MADE_BY]
    for program in (cli.parser(), release_cli.parser()):
        parts += [f"## `{program.prog}`", _text(program.description)]
        for command in parsers_of(program):
            if command.get_default("run"):
                parts += _section(command)
    return "\n\n".join(parts) + "\n"


def parsers_of(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A program's parser, those of its commands, and those of commands of commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from parsers_of(command)


def _section(command: argparse.ArgumentParser) -> Iterator[str]:
    yield f"### `{command.prog}`"
    yield _text(command.description)
    rows = [row for action in command._actions if (row := _row(action))]
    yield "\n".join(["| argument | what it does |", "|---|---|", *rows])
    if command.epilog:
        first, _, rest = command.epilog.partition("\n")
        yield "\n".join(["```", first.removeprefix("example:").strip() or rest.strip(), "```"])


def _row(action: argparse.Action) -> str:
    if isinstance(action, argparse._HelpAction):
        return ""
    value = action.metavar or ""
    name = " ".join([*action.option_strings[:1], str(value)]).strip()
    return f"| `{name}` | {_text(action.help)} |"


def _text(words: str | None) -> str:
    """Help of argparse in Markdown, in which ``<student>`` would be a tag, and a ``|`` a column."""
    return (words or "").replace("%%", "%").replace("<", "\\<").replace("|", "\\|")


def settings_page() -> str:
    """The settings of course_config.py, each below its comment, in Markdown."""
    text = (PROJECT / "course_config.py").read_text(encoding="utf-8")
    _, *sections = re.split(r"^# -{3,} (.+)\n", text, flags=re.MULTILINE)
    parts = [
        "# Settings",
        _MADE_BY,
        "All settings are in `course_config.py`, which our commands and nbgrader's read.",
    ]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        parts += [f"## {title[0].upper()}{title[1:]}", *_blocks(body)]
    return "\n\n".join(parts) + "\n"


def _blocks(body: str) -> Iterator[str]:
    """Runs of comment lines as text, and runs of code in fences."""
    for is_comment, lines in _runs(body):
        if is_comment:
            yield " ".join(line.removeprefix("#").strip() for line in lines)
        else:
            yield "\n".join(["```python", *lines, "```"])


def _runs(body: str) -> Iterator[tuple[bool, list[str]]]:
    lines: list[str] = []
    for line in (*body.splitlines(), ""):
        changes = lines and line.startswith("#") != lines[0].startswith("#")
        if lines and (changes or not line):
            yield lines[0].startswith("#"), lines
            lines = []
        if line:
            lines.append(line)


PAGES = {"commands.md": commands_page, "settings.md": settings_page}

if __name__ == "__main__":
    for name, made in PAGES.items():
        (PROJECT / "docs" / name).write_text(made(), encoding="utf-8")
