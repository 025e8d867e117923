"""Recognises code that was renamed, reformatted, commented or cut out. Trusted side; runs none.

A text becomes a row of tokens in which layout, brackets and commas do not count, and a name counts
only by where it stood before. So ``t = w.clone()`` is ``x = values.clone()``, but
``w = w.clone()`` is not. Where a text is Python, it is also read as such, without annotations and
docstrings, and written anew.

Source: parameterised matching of programs, B. S. Baker, "Parameterized Pattern Matching:
Algorithms and Applications", JCSS 52 (1996); windows of tokens as in Schleimer, Wilkerson, Aiken,
"Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003.
"""

import ast
import keyword
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape

# A shorter run could be in any program: `return model(x)`.
MIN_TOKENS = 8
_ANY = "name"
_TOKEN = re.compile(
    r"""(?<!\w)[rbfuRBFU]{0,2}(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)')"""
    r"|(?P<word>[^\W\d]\w*)|\d[\w.]*"
    r"|\*\*|//|->|[=!<>]=|[-+*/%@]=|[-+*/%@<>=&|^~.]"
)
_COMMENT = re.compile(r"#.*")
_QUOTES = re.compile("[\"']")
# What a traceback, a diff or a quotation puts before each line.
_MARGIN = re.compile(r"^(?:[ \t]*(?:-+>[ \t]*)?\d+(?=[ \t])|[ \t]*[>+|-])+[ \t]?", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")
_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
Window = tuple[str | int, ...]


def tokens(text: str) -> tuple[str, ...]:
    """The text's tokens; one that begins with ``=`` and goes on is a name that may be another."""
    row: list[str] = []
    after_dot = False
    for match in _TOKEN.finditer(text):
        found, word = match.group(), match["word"]
        if found == ".":
            after_dot = bool(row)
            continue
        if word and not keyword.iskeyword(word):
            # What an object calls its own is its author's choice, as a variable's name is.
            found = f".{word}" if after_dot and row[-1] != "=self" else f"={word}"
        elif match["double"] is not None or match["single"] is not None:
            found = f'"{match["double"] or match["single"] or ""}'
        row.append(found)
        after_dot = False
    return tuple(row)


def canonical(row: Sequence[str]) -> Window:
    """The row with each name replaced by how far back it last stood; 0 where it is new."""
    last: dict[str, int] = {}
    window: list[str | int] = []
    for place, token in enumerate(row):
        if _is_name(token):
            window.append(place - last.get(token, place))
            last[token] = place
        else:
            window.append(token)
    return tuple(window)


def without_names(row: Sequence[str]) -> tuple[str, ...]:
    """The row with every name alike; equal wherever :func:`canonical` is."""
    return tuple(_ANY if _is_name(token) else token for token in row)


def _is_name(entry: str) -> bool:
    return entry[0] == "=" and entry not in {"=", "=="}


def windows(row: tuple[str, ...], size: int) -> Iterator[Window]:
    """Every run of ``size`` tokens, in canonical form."""
    for start in range(len(row) - size + 1):
        yield canonical(row[start : start + size])


def rows_of_answer(source: str) -> tuple[tuple[str, ...], ...]:
    """What a solution cell says: each function's body, each class's, and the rest.

    A function's head is in the statement, and imports say nothing.
    """
    tree = _parsed(source)
    if tree is None:
        return (tokens(_COMMENT.sub("", source)),)
    bodies: list[list[ast.stmt]] = [[]]
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bodies.append(statement.body)
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            bodies[0].append(statement)
    texts = ("\n".join(map(ast.unparse, body)) for body in bodies)
    return tuple(row for row in map(tokens, texts) if len(row) >= MIN_TOKENS)


@lru_cache(maxsize=1024)
def rows_of_text(text: str) -> tuple[tuple[str, ...], ...]:
    """Every way to read code in a text of any kind, with and without what may be around it."""
    views = {text: None}
    if "\\n" in text:
        views[text.replace("\\n", "\n").replace('\\"', '"').replace("\\'", "'")] = None
    if "</" in text:
        views |= dict.fromkeys([unescape(_TAG.sub("", view)) for view in views])
    for aside in (_MARGIN, _COMMENT):
        views |= dict.fromkeys([aside.sub("", view) for view in views])
    read = views | dict.fromkeys([_QUOTES.sub(" ", view) for view in views])
    for view in views:
        for fragment in (view, *(match[2] for match in _FENCE.finditer(view))):
            tree = _parsed(fragment)
            if tree is not None:
                read[ast.unparse(tree)] = None
    return tuple(dict.fromkeys(tokens(view) for view in read))


def _parsed(text: str) -> ast.Module | None:
    plain = _MAGIC.sub("", textwrap.dedent(text))
    try:
        tree = _WithoutAnnotations().visit(ast.parse(plain))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    fixed: ast.Module = ast.fix_missing_locations(tree)
    return fixed


class _WithoutAnnotations(ast.NodeTransformer):
    """Takes annotations and docstrings away."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        node.body = _without_docstring(node.body)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        node.body = _without_docstring(node.body)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        self.generic_visit(node)
        return ast.Pass() if node.value is None else ast.Assign([node.target], node.value)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if is_text and isinstance(first.value.value, str):  # type: ignore[attr-defined]
        return body[1:] or [ast.Pass()]
    return body
