"""Mutants: a reference solution with one small thing changed. In the operator's process.

A suite that gives a changed solution full points has a hole, or the change changes nothing. Only
text is made here; it runs in the sandbox, as every solution does.

Why no library. mutmut, cosmic-ray, poodle, mutatest and universalmutator were looked at. All of
them change a file and start a test command for each mutant; a fork of the zygote tries a mutant in
a hundredth of that time. Of their operators alone, cosmic-ray's bring aiohttp, GitPython and
thirteen packages more, mutmut's bring libcst, coverage and textual, mutatest's pin coverage below
6, and universalmutator's are patterns on lines of text. Poodle's are light and work on ``ast``,
but change operators, numbers and names of constants only. What students of this course get wrong
is the order of statements, a call too few or too many, a reduction, a dimension, an argument; no
library has those. The operators here work on ``ast``, the common ones among them.
"""

import ast
from collections import Counter
from dataclasses import dataclass, replace
from difflib import unified_diff
from itertools import chain

from release.mutation.expressions import changed_expressions
from release.mutation.statements import changed_blocks

_HEADER_LINES = 2
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed solution.

    Attributes:
        what: What was done to it, such as ``deletes a statement``.
        source: Text of the solution cell.
        diff: What differs, as lines that begin with a space, ``-`` or ``+``; its name in lists.
    """

    what: str
    source: str
    diff: str


def mutants_of(source: str) -> tuple[Mutant, ...]:
    """Every mutant of a solution cell, each once, in a fixed order.

    Comments, blank lines, docstrings and definitions that are replaced further down are left out:
    a diff stays the same when they change.
    """
    tree = ast.parse(source)
    _strip_docstrings(tree)
    _drop_shadowed(tree)
    original = ast.unparse(tree)
    found: dict[str, str] = {}
    # Each operator changes the tree in one place, and undoes it when it is asked for the next.
    for what in chain(changed_blocks(tree), changed_expressions(tree)):
        text = ast.unparse(tree)
        if text != original and _compiles(text):
            found.setdefault(text, what)
    mutants = [Mutant(what, text, _diff(original, text)) for text, what in found.items()]
    # Two mutants with one diff get the whole solution as theirs, as a diff is a mutant's name.
    counts = Counter(mutant.diff for mutant in mutants)
    return tuple(
        replace(mutant, diff=_diff(original, mutant.source, context=_WHOLE))
        if counts[mutant.diff] > 1
        else mutant
        for mutant in mutants
    )


def _strip_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _drop_shadowed(tree: ast.Module) -> None:
    """Leave out what a later definition of the same name replaces: a bug to be mended."""
    definitions = [s for s in tree.body if isinstance(s, ast.FunctionDef | ast.ClassDef)]
    last = {definition.name: definition for definition in definitions}
    others = [s for s in tree.body if s not in definitions]
    used = {n.id for s in others for n in ast.walk(s) if isinstance(n, ast.Name)}
    dead = [d for d in definitions if d is not last[d.name] and d.name not in used]
    tree.body = [statement for statement in tree.body if statement not in dead]


def _compiles(text: str) -> bool:
    try:
        compile(text, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _diff(before: str, after: str, *, context: int = 1) -> str:
    old, new = ([line for line in text.splitlines() if line.strip()] for text in (before, after))
    lines = list(unified_diff(old, new, n=context, lineterm=""))
    # Line numbers would change with every line that is added above.
    plain = ["@@" if line.startswith("@@") else line for line in lines[_HEADER_LINES:]]
    return "\n".join(plain[1:]) + "\n"
