"""What a source notebook must say before it may be released: functions of its text alone.

In the operator's process. The statement tells students all that will be tested: it has each
exercise's name, signature and points, and every link of the notebook leads somewhere.
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

from autograder.judge.assignment import Assignment
from autograder.model.cells import Role
from autograder.model.exercise import SOLUTION_SUFFIX, Exercise

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
    found: list[str] = []
    for exercise in assignment.exercises:
        found += _about_statement(exercise, statement_of(assignment, exercise.name))
    found += _about_total(assignment)

    texts = [MarkdownIt().parse(cell.source) for cell in assignment.cells if cell.kind != "code"]
    headings = [heading for tokens in texts for heading in _headings(tokens)]
    for heading in headings:
        found += [f"{assignment.name}: {sentence}" for sentence in _unknown_words(heading)]

    # Where `#…` leads in JupyterLab: a heading's text with hyphens for spaces.
    anchors = {_text_of(heading).replace(" ", "-").lower() for heading in headings}
    for cell in assignment.cells:
        if cell.kind == "markdown":
            for target in _targets(MarkdownIt().parse(cell.source)):
                reason = _dead(
                    target, notebook.parent, anchors=anchors, attachments=cell.attachments
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
        is_text = cell.kind != "code"
        if cell.role is Role.ANSWER or (not is_text and cell.role is not Role.TEXT):
            break
        texts.insert(0, cell.source if is_text else "")
        if is_text and cell.source.lstrip().startswith("#"):
            break
    return "\n\n".join(texts)


def _about_statement(exercise: Exercise, statement: str) -> Iterator[str]:
    if f"`{exercise.name}`" not in statement:
        yield f"{exercise.key}: {_CELL} does not name `{exercise.name}`."
    signature = _signature(exercise)
    # Without white space: a long line may be wrapped.
    if signature and "".join(signature.split()) not in "".join(statement.split()):
        yield f"{exercise.key}: {_CELL} does not print `{signature}`, which the solution has."
    points = _POINTS.search(statement)
    if not points:
        yield f"{exercise.key}: the heading does not say how many points it is worth: (4 points)."
    elif float(points[1]) != exercise.max_points:
        yield (
            f"{exercise.key}: the heading says {points[1]} points, the grade cell "
            f"{exercise.max_points:g}."
        )


def _signature(exercise: Exercise) -> str | None:
    """What of the definition a student must know: a function's line, a class's arguments."""
    for node in ast.parse(exercise.solution).body:
        if isinstance(node, ast.FunctionDef) and node.name == exercise.name:
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            return f"{node.name}({ast.unparse(node.args)}){returns}"
        if isinstance(node, ast.ClassDef) and node.name == exercise.name:
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            constructor = next((n for n in methods if n.name == "__init__"), None)
            # Without `self`.
            names = [a.arg for a in constructor.args.args[1:]] if constructor else []
            return f"{node.name}({', '.join(names)})"
    return None


def _about_total(assignment: Assignment) -> Iterator[str]:
    """The notebook's first cell may say what all exercises are worth together."""
    first = next((cell.source for cell in assignment.cells if cell.kind != "code"), "")
    said = _TOTAL.search(first)
    written = sum(cell.points or 0 for cell in assignment.cells if cell.role is Role.ANSWER)
    total = assignment.max_score + written
    if said and float(said[1]) != total:
        yield (
            f"{assignment.name}: the first cell says {said[1]} points; the exercises are worth "
            f"{total:g} together."
        )


def _headings(tokens: list[Token]) -> Iterator[Token]:
    # In markdown-it's list of tokens, a heading's content follows its opening.
    for token, content in pairwise(tokens):
        if token.type == "heading_open":
            yield content


def _text_of(heading: Token) -> str:
    shown = {"text", "code_inline"}
    return "".join(token.content for token in heading.children or () if token.type in shown)


def _unknown_words(heading: Token) -> Iterator[str]:
    # Code in a heading is spelled as it is.
    texts = [token.content for token in heading.children or () if token.type == "text"]
    for word in (word for text in texts for word in _WORD.findall(text)):
        plain = word.lower().replace("’", "'")
        stem = plain.partition("'")[0]
        if not _dictionary().known([plain, stem]):
            yield (
                f"the heading “{heading.content}” has the word “{word}”, which no dictionary "
                f"has; mend it, or add it to release/verify/{_WORDS.name}."
            )


@cache
def _dictionary() -> SpellChecker:
    checker = SpellChecker(language="en", distance=1)
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    checker.word_frequency.load_words([line for line in lines if not line.startswith("#")])
    return checker


def _targets(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])
            elif child.type == "image":
                yield str(child.attrs["src"])


def _dead(
    target: str, folder: Path, *, anchors: Collection[str], attachments: Collection[str]
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
