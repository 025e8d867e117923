"""Mutation operators on blocks of statements: delete, duplicate, reorder, move, unwrap.

In the operator's process. Each changes the tree in place, says what it did, and undoes it when it
is asked to go on.
"""

import ast
import copy
from collections.abc import Iterator
from itertools import pairwise

_BLOCKS = ("body", "orelse", "finalbody")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_ONCE_IS_ENOUGH = (*_DEFINITIONS, ast.Return, ast.Raise, ast.Pass, ast.Break, ast.Continue)
_LOOPS = (ast.For, ast.While)
Block = list[ast.stmt]
Changed = Iterator[tuple[str, Block]]


def changed_blocks(tree: ast.Module) -> Iterator[str]:
    """Change every block in every way; the cell's outermost one defines names and is left."""
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.Module):
            continue
        for field in _BLOCKS:
            block = getattr(node, field, None)
            if not isinstance(block, list) or not block:
                continue
            for what, changed in _changed(block, in_loop=isinstance(node, _LOOPS)):
                setattr(node, field, changed or [ast.Pass()])
                yield what
                setattr(node, field, block)


def _changed(block: Block, *, in_loop: bool) -> Changed:
    for index, statement in enumerate(block):
        before, after = block[:index], block[index + 1 :]
        if not isinstance(statement, ast.Pass):
            yield "deletes a statement", [*before, *after]
        if not _is_idempotent(statement):
            yield "duplicates a statement", [*before, statement, statement, *after]
        for what, instead in _replaced(statement):
            yield what, [*before, *instead, *after]
        if isinstance(statement, _LOOPS):
            yield from _moved_across(statement, before, after)
    yield from _reordered(block)
    if in_loop:
        yield "ends the loop after one turn", [*block, ast.Break()]


def _is_idempotent(statement: ast.stmt) -> bool:
    """Whether a second time can make no difference: nothing is called, nothing adds up."""
    if isinstance(statement, _ONCE_IS_ENOUGH):
        return True
    calls = any(isinstance(node, ast.Call) for node in ast.walk(statement))
    return isinstance(statement, ast.Assign | ast.AnnAssign) and not calls


def _replaced(statement: ast.stmt) -> Changed:
    match statement:
        case ast.With():
            yield "drops a with", statement.body
        case ast.If():
            yield "drops a condition", statement.body
            if statement.orelse:
                yield "always goes the other way", statement.orelse
        case ast.AugAssign():
            plain = ast.Assign([statement.target], statement.value, lineno=0)
            yield "assigns instead of adding up", [plain]
        case ast.Return() if statement.value is not None:
            yield "returns nothing", [ast.Expr(statement.value)]
        case ast.Raise() if statement.exc is not None:
            other = ast.Call(ast.Name("RuntimeError", ast.Load()), [], [])
            yield "raises another exception", [ast.Raise(other)]
        case ast.For():
            nothing = copy.copy(statement)
            nothing.iter = ast.Tuple([], ast.Load())
            yield "never enters the loop", [nothing]
            yield "skips the last turn", [_over(statement, upper=-1)]
            yield "skips the first turn", [_over(statement, lower=1)]


def _over(loop: ast.For, *, lower: int | None = None, upper: int | None = None) -> ast.For:
    """The loop over a part of what it goes over."""
    part = copy.copy(loop)
    everything = ast.Call(ast.Name("list", ast.Load()), [loop.iter], [])
    bounds = [None if bound is None else ast.Constant(bound) for bound in (lower, upper)]
    part.iter = ast.Subscript(everything, ast.Slice(*bounds), ast.Load())
    return part


def _moved_across(loop: ast.For | ast.While, before: Block, after: Block) -> Changed:
    """Statements move over the edges of a loop: the last one out, its neighbours in."""
    first, last = loop.body[0], loop.body[-1]
    if len(loop.body) > 1:
        yield (
            "moves a statement out of the loop",
            [*before, _with(loop, loop.body[:-1]), last, *after],
        )
        yield (
            "moves a statement before the loop",
            [*before, first, _with(loop, loop.body[1:]), *after],
        )
    if after:
        yield (
            "moves a statement into the loop",
            [*before, _with(loop, [*loop.body, after[0]]), *after[1:]],
        )
    if before:
        yield (
            "moves a statement into the loop",
            [*before[:-1], _with(loop, [before[-1], *loop.body]), *after],
        )


def _with(loop: ast.For | ast.While, body: Block) -> ast.stmt:
    other = copy.copy(loop)
    other.body = body
    return other


def _reordered(block: Block) -> Changed:
    for index, (first, second) in enumerate(pairwise(block)):
        if not _may_stand_in_any_order(first, second):
            yield "swaps two statements", [*block[:index], second, first, *block[index + 2 :]]
    for index, statement in enumerate(block[:-2]):
        if not isinstance(statement, _DEFINITIONS):
            rest = [*block[:index], *block[index + 1 :]]
            for place in range(index + 2, len(block)):
                yield "moves a statement down", [*rest[:place], statement, *rest[place:]]


def _may_stand_in_any_order(first: ast.stmt, second: ast.stmt) -> bool:
    """Two definitions, or two assignments that call nothing and share no name."""
    if isinstance(first, _DEFINITIONS) and isinstance(second, _DEFINITIONS):
        return True
    pair = (first, second)
    if not all(isinstance(one, ast.Assign) for one in pair):
        return False
    names = [{n.id for n in ast.walk(one) if isinstance(n, ast.Name)} for one in pair]
    calls = any(isinstance(node, ast.Call) for one in pair for node in ast.walk(one))
    return not calls and not names[0] & names[1]
