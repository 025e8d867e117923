"""What a source notebook must say before it may be released: pure functions of its text.

In the operator's process. A student settles by the statement alone what will be tested: each
exercise's name, signature and points stand there, and every link leads somewhere.
"""

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from spellchecker import SpellChecker

from autograder.judge.assignment import Assignment, SourceCell
from autograder.model.exercise import Exercise
from autograder.notebook.cells import read_cells
from autograder.notebook.source import SOLUTION_SUFFIX

_POINTS = re.compile(r"\((\d+(?:\.\d+)?) points?\b")
_TOTAL = re.compile(r"(\d+(?:\.\d+)?) points?\b")
_WORD = re.compile(r"[A-Za-z]{2,}(?:['’][a-z]+)?")
_WORDS = Path(__file__).with_name("words.txt")
_CELL = "the statement before its solution"


def faults_of(assignment: Assignment, notebook: Path) -> tuple[str, ...]:
    """A sentence for everything that a student would trip over; empty when there is nothing.

    Args:
        assignment: As its source notebook defines it.
        notebook: The source notebook's path; links are followed from its folder.
    """
    found = [
        sentence
        for exercise in assignment.exercises
        for sentence in _about_statement(exercise, statement_of(assignment, exercise.name))
    ]
    found += _about_total(assignment)
    for cell in assignment.cells:
        if cell.role in {"text", "written"}:
            tokens = MarkdownIt().parse(cell.source)
            found += [f"{assignment.name}: {s}" for s in _about_headings(tokens)]
    anchors = _anchors(assignment)
    for markdown in read_cells(notebook.read_bytes()):
        if markdown.kind != "markdown":
            continue
        for target in _targets(MarkdownIt().parse(markdown.source)):
            reason = _dead(
                target, notebook.parent, anchors=anchors, attachments=markdown.attachments
            )
            if reason:
                found.append(f"{assignment.name}: the link to `{target}` {reason}.")
    return tuple(found)


def statement_of(assignment: Assignment, exercise: str) -> str:
    """The text that leads up to the exercise's solution cell, from its last heading on."""
    names = [cell.grade_id for cell in assignment.cells]
    before = assignment.cells[: names.index(exercise + SOLUTION_SUFFIX)]
    texts: list[str] = []
    for cell in reversed(before):
        if cell.role not in {"text", "code"}:
            break
        texts.insert(0, cell.source if cell.role == "text" else "")
        if cell.role == "text" and cell.source.lstrip().startswith("#"):
            break
    return "\n\n".join(texts)


# --- statements


def _about_statement(exercise: Exercise, statement: str) -> Iterator[str]:
    if f"`{exercise.name}`" not in statement:
        yield f"{exercise.key}: {_CELL} does not name `{exercise.name}`."
    for phrase in _signature(exercise):
        if _plain(phrase) not in _plain(statement):
            yield f"{exercise.key}: {_CELL} does not print `{phrase}`, which the solution has."
    told = _POINTS.search(statement)
    if told and float(told[1]) != exercise.max_points:
        yield (
            f"{exercise.key}: the heading says {told[1]} points, the grade cell "
            f"{exercise.max_points:g}."
        )
    if not told:
        yield f"{exercise.key}: the heading does not say how many points it is worth: (4 points)."


def _signature(exercise: Exercise) -> Iterator[str]:
    """What of the definition a student must know: a function's line, a class's arguments."""
    definitions = ast.parse(exercise.solution).body
    for node in definitions:
        if getattr(node, "name", None) != exercise.name:
            continue
        if isinstance(node, ast.FunctionDef):
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            yield f"{node.name}({ast.unparse(node.args)}){returns}"
            return
        if isinstance(node, ast.ClassDef):
            makers = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            maker = next((n for n in makers if n.name == "__init__"), None)
            names = [a.arg for a in maker.args.args[1:]] if maker else []
            yield f"{node.name}({', '.join(names)})"
            return


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _about_total(assignment: Assignment) -> Iterator[str]:
    """The notebook's first cell may say what all exercises are worth together."""
    first = next((cell.source for cell in assignment.cells if cell.role == "text"), "")
    told = _TOTAL.search(first)
    written = sum(cell.points for cell in assignment.cells if cell.role == "written")
    total = assignment.max_score + written
    if told and float(told[1]) != total:
        yield (
            f"{assignment.name}: the first cell says {told[1]} points; the exercises are worth "
            f"{total:g} together."
        )


# --- headings and links


def _about_headings(tokens: list[Token]) -> Iterator[str]:
    for heading in _headings(tokens):
        texts = [t.content for t in heading.children or () if t.type == "text"]
        words = [word for text in texts for word in _WORD.findall(text)]
        for word in words:
            if not _is_known(word):
                yield (
                    f"the heading “{heading.content}” has the word “{word}”, which no dictionary "
                    f"has; mend it, or add it to release/{_WORDS.name}."
                )


def _headings(tokens: list[Token]) -> Iterator[Token]:
    for token, content in pairwise(tokens):
        if token.type == "heading_open":
            yield content


@cache
def _dictionary() -> SpellChecker:
    checker = SpellChecker(language="en", distance=1)
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    checker.word_frequency.load_words([line for line in lines if not line.startswith("#")])
    return checker


def _is_known(word: str) -> bool:
    plain = word.lower().replace("’", "'")
    stem = plain.split("'", maxsplit=1)[0]
    return bool(_dictionary().known([plain, stem]))


def _anchors(assignment: Assignment) -> frozenset[str]:
    """Where `#…` leads in JupyterLab: a heading's text with hyphens for spaces."""
    texts = [cell for cell in assignment.cells if cell.role in {"text", "written"}]
    return frozenset(_anchor(heading) for cell in texts for heading in _cell_headings(cell))


def _cell_headings(cell: SourceCell) -> Iterator[Token]:
    yield from _headings(MarkdownIt().parse(cell.source))


def _anchor(heading: Token) -> str:
    shown = "".join(t.content for t in heading.children or () if t.type in {"text", "code_inline"})
    return shown.replace(" ", "-").lower()


def _targets(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])
            elif child.type == "image":
                yield str(child.attrs["src"])


def _dead(
    target: str, folder: Path, *, anchors: frozenset[str], attachments: Collection[str]
) -> str | None:
    """Why a link leads nowhere; None where it leads somewhere, or only the web can tell."""
    parts = urlsplit(target)
    if parts.scheme == "attachment":
        known = parts.path in attachments
        return None if known else "is to a picture that its cell does not have attached"
    if parts.scheme in {"http", "https"}:
        return None if parts.hostname and "." in parts.hostname else "has no host"
    if parts.scheme == "mailto":
        return None if "@" in parts.path else "has no address"
    if parts.scheme:
        return f"has the scheme “{parts.scheme}”, which students cannot follow"
    if not parts.path:
        known = parts.fragment.lower() in anchors
        return None if known else "is to a heading that the notebook does not have"
    return None if (folder / parts.path).exists() else "is to a file that is not there"
