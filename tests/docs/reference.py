"""``docs/commands.md`` and ``docs/settings.md``, made from the programs and course_config.py.

``make docs`` writes both; a test compares.
"""

import argparse
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from autograder import cli
from autograder.model.limits import Limits
from release import cli as release_cli

PROJECT = Path(__file__).parents[2]
_WIDTH = 100
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
    yield _fence([_usage(command)])
    rows = [row for action in command._actions if (row := _row(action))]
    yield "\n".join(["| argument | what it does |", "|---|---|", *rows])
    epilog = re.sub(r"^example:\s*", "Example:\n  ", command.epilog or "")
    for is_typed, lines in _runs(epilog, "  "):
        yield _fence(lines) if is_typed else _text(" ".join(lines))


def _usage(command: argparse.ArgumentParser) -> str:
    actions = [one for one in command._actions if not isinstance(one, argparse._HelpAction)]
    formatter = argparse.HelpFormatter(command.prog, width=_WIDTH)
    formatter.add_usage(command.usage, actions, command._mutually_exclusive_groups, prefix="")
    return formatter.format_help().strip()


def _fence(lines: list[str], language: str = "") -> str:
    return "\n".join([f"```{language}", textwrap.dedent("\n".join(lines)), "```"])


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
        # The name of a program keeps its small letter.
        begin = title[0] if title.startswith("nbgrader") else title[0].upper()
        parts += [f"## {begin}{title[1:]}", *_blocks(body)]
    parts += [
        "## Every limit of a submission",
        "Any of them can be set in `course_config.py`. Without a line there, it is the default.",
        _limits_table(),
    ]
    return "\n\n".join(parts) + "\n"


def _limits_table() -> str:
    """The limits with their defaults, and what the dataclass's docstring says of each."""
    described = re.findall(
        r"^    (\w+): (.+(?:\n {8}.+)*)", inspect.getdoc(Limits) or "", re.MULTILINE
    )
    meaning = {name: " ".join(text.split()) for name, text in described}
    rows = [
        f"| `c.Course.{name}` | {_amount(name, value)} | {_text(meaning[name])} |"
        for name, value in dataclasses.asdict(Limits()).items()
    ]
    return "\n".join(["| limit | default | what it bounds |", "|---|---|---|", *rows])


def _amount(name: str, value: float) -> str:
    """A default with the unit that its name ends with."""
    if name.endswith("_seconds"):
        return f"{value:g} seconds"
    if name.endswith("_bytes"):
        return f"{value / 2**20:g} MiB" if value < 2**30 else f"{value / 2**30:g} GiB"
    return f"{value}"


def _blocks(body: str) -> Iterator[str]:
    """Runs of comment lines as text, and runs of code in fences."""
    for is_comment, lines in _runs(body, "#"):
        if is_comment:
            yield " ".join(line.removeprefix("#").strip() for line in lines)
        else:
            yield _fence(lines, "python")


def _runs(text: str, mark: str) -> Iterator[tuple[bool, list[str]]]:
    """Neighbouring lines that all begin with the mark, or all do not; an empty line parts them."""
    lines: list[str] = []
    for line in (*text.splitlines(), ""):
        changes = lines and line.startswith(mark) != lines[0].startswith(mark)
        if lines and (changes or not line):
            yield lines[0].startswith(mark), lines
            lines = []
        if line:
            lines.append(line)


PAGES = {"commands.md": commands_page, "settings.md": settings_page}

if __name__ == "__main__":
    for name, made in PAGES.items():
        (PROJECT / "docs" / name).write_text(made(), encoding="utf-8")
