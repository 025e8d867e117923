"""A student's own cell as a syntax tree; nothing of it is run. Pure functions.

Some mistakes are plain in the code and hard to tell from behaviour. What is found here is true of
the code whatever the function did, and is shown only beside a check that failed. The text is
hostile: it is parsed up to a size, and nothing is said about a cell that Python cannot parse.

*Source:* tests/checks/test_parsed_cell.py reads deep, long and broken texts; Python 3.11 refuses
those that would exhaust its stack.
"""

import ast
import builtins
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

MAX_CHARACTERS = 100_000
_MAX_NAME = 40
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class ParsedCell:
    """A cell that Python can parse.

    Attributes:
        tree: Its syntax tree; magics are left out.
        text: Its text, magics included.
    """

    tree: ast.Module
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, from the outside in."""
        return tuple(ast.walk(self.tree))

    @property
    def definition(self) -> Function | ast.ClassDef | None:
        """The last function or class that the cell defines at its top level."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return next((node for node in reversed(self.tree.body) if isinstance(node, kinds)), None)

    @property
    def function(self) -> Function | None:
        """The definition, where it is a function."""
        return None if isinstance(self.definition, ast.ClassDef) else self.definition

    def calls(self) -> Iterator[ast.Call]:
        """Every call in the cell."""
        return (node for node in self.nodes if isinstance(node, ast.Call))


def parse_cell(cell: str) -> ParsedCell | None:
    """The cell, parsed; None where it is too long or Python cannot parse it."""
    if len(cell) > MAX_CHARACTERS:
        return None
    # Each magic becomes an empty line, so that all other lines keep their numbers.
    without_magics = ["" if line[:1] in {"%", "!"} else line for line in cell.split("\n")]
    for text in (cell, "\n".join(without_magics)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ParsedCell(ast.parse(text), cell)
        except _UNREADABLE:
            continue
    return None


def parameters_of(cell: str) -> tuple[str, ...]:
    """Names of the parameters of the function that the cell defines."""
    parsed = parse_cell(cell)
    return _parameters(parsed.function) if parsed and parsed.function else ()


def _parameters(function: Function) -> tuple[str, ...]:
    given = function.args
    return tuple(one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))


# --- a function that does nothing


def does_nothing(parsed: ParsedCell) -> bool:
    """Whether the body is only pass, a text, print, or the return of a constant."""
    defined = parsed.definition
    return defined is not None and all(map(_is_idle, defined.body))


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(ast.Constant()) | ast.Return(None | ast.Constant()):
            return True
        case ast.Expr(ast.Call(ast.Name("print"), arguments)):
            return all(isinstance(one, ast.Constant) for one in arguments)
    return False


# --- methods that are named and not called

# Methods that are called for their effect, for their value, and to open a block. Named without
# parentheses, each of them does nothing.
_EFFECT_METHODS = {"zero_grad", "step", "backward", "eval", "train", "requires_grad_", "zero_"}
_VALUE_METHODS = {"item", "is_available", "tolist"}
_CONTEXT_METHODS = {"no_grad", "inference_mode", "enable_grad"}


def uncalled_method(parsed: ParsedCell) -> ast.Attribute | None:
    """The first of these methods that is named and not called."""
    uncalled = []
    for node in parsed.nodes:
        match node:
            case ast.Expr(ast.Attribute(attr=name) as method) if (
                name in _EFFECT_METHODS | _VALUE_METHODS
            ):
                uncalled.append(method)
            case ast.withitem(ast.Attribute(attr=name) as method) if name in _CONTEXT_METHODS:
                uncalled.append(method)
        # Where the value is needed at once; a method that gets a name may be called later.
        uncalled += [
            value
            for value in _operands(node)
            if isinstance(value, ast.Attribute) and value.attr in _VALUE_METHODS
        ]
    return min(uncalled, key=lambda node: (node.lineno, node.col_offset), default=None)


def _operands(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Return(ast.Tuple(items) | ast.List(items)):
            return items
        case ast.Return(ast.expr() as value) | ast.AugAssign(value=value) | ast.UnaryOp(_, value):
            return [value]
        case ast.BinOp(left, _, right):
            return [left, right]
        case ast.BoolOp(_, values) | ast.Compare(comparators=values):
            return [*values, *([node.left] if isinstance(node, ast.Compare) else [])]
        case ast.If(test) | ast.While(test) | ast.IfExp(test):
            return [test]
        case ast.Call(ast.Name("float" | "print") | ast.Attribute(attr="append"), arguments):
            return arguments
    return []


# --- names


def name_from_outside(
    parsed: ParsedCell, expected_parameters: tuple[str, ...]
) -> tuple[ast.Name, tuple[str, ...]] | None:
    """A name from outside that the function computes with, and its own unused parameters.

    None unless there are both: a helper or a constant of the notebook is no mistake.
    """
    function = parsed.function
    if function is None:
        return None
    # After `from module import *` any name may be bound.
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in parsed.nodes):
        return None
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    unused = tuple(n for n in _parameters(function) if n not in used and len(n) <= _MAX_NAME)
    own = _bound_names(function) | _bound_names(parsed.tree) | {*dir(builtins)}
    # Values that are computed with: not `helper` in `helper(x)`, and not `np` in `np.mean(x)`.
    plain = {
        id(value)
        for node in ast.walk(function)
        for value in (node.args if isinstance(node, ast.Call) else _operands(node))
    }
    free = [
        node
        for node in names
        if isinstance(node.ctx, ast.Load)
        and node.id not in own
        and len(node.id) <= _MAX_NAME
        and (node.id in expected_parameters or (id(node) in plain and not node.id.isupper()))
    ]
    first = min(free, key=lambda node: (node.lineno, node.col_offset), default=None)
    return (first, unused) if first and unused else None


def _bound_names(tree: ast.AST) -> set[str]:
    """Every name that is bound anywhere in the tree."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Store() | ast.Del()) | ast.arg(name):
                bound.add(name)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                bound.add(name)
            case ast.alias(name, alias):
                bound.add(alias or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                bound.add(name)
    return bound


def name_in_line(parsed: ParsedCell, number: int, text: str) -> str:
    """The name in this line that ``text``, a NameError's message, is about; else empty."""
    return next(
        (
            node.id
            for node in parsed.nodes
            if isinstance(node, ast.Name)
            and node.lineno == number
            and len(node.id) <= _MAX_NAME
            and f"'{node.id}'" in text
        ),
        "",
    )


# --- mistakes that end with an exception that other mistakes raise as well


def confirmed_mistakes(parsed: ParsedCell, expected_parameters: tuple[str, ...]) -> frozenset[str]:
    """Names of the misconceptions that the code makes for certain, once that line runs."""
    found = {name for name, makes_it in _MISTAKES.items() if makes_it(parsed)}
    if parsed.function and expected_parameters:
        given = _parameters(parsed.function)
        if given != expected_parameters and sorted(given) == sorted(expected_parameters):
            found.add("swapped-arguments")
    return frozenset(found)


def _takes_the_result_of_backward(parsed: ParsedCell) -> bool:
    statements = {id(node.value) for node in parsed.nodes if isinstance(node, ast.Expr)}
    return any(
        _method(call) == "backward" and id(call) not in statements for call in parsed.calls()
    )


def _swaps_the_batch(parsed: ParsedCell) -> bool:
    """criterion(model(y), x) with the arguments of the function, whatever they are called."""
    given = _parameters(parsed.function) if parsed.function else ()
    for call in parsed.calls():
        match call:
            case ast.Call(ast.Name(), [ast.Call(ast.Name(), [ast.Name(first)]), ast.Name(second)]):
                if (second, first) == given[-2:]:
                    return True
    return False


def _chooses_along_the_samples(parsed: ParsedCell) -> bool:
    return any(
        _method(call) in {"argmax", "max"} and _dimension(call) == 0 for call in parsed.calls()
    )


def _takes_statistics_of_a_sample(parsed: ParsedCell) -> bool:
    found = [_dimension(c) for c in parsed.calls() if _method(c) in {"mean", "std", "var"}]
    return bool(found) and all(dimension in {1, -1} for dimension in found)


def _gives_arguments_to_the_constructor(parsed: ParsedCell) -> bool:
    return any((_method(c) or "").endswith("Loss") and len(c.args) > 1 for c in parsed.calls())


def _forgets_self(parsed: ParsedCell) -> bool:
    methods = parsed.definition.body if isinstance(parsed.definition, ast.ClassDef) else []
    return any(
        isinstance(method, ast.FunctionDef)
        and method.name == "forward"
        and len(_parameters(method)) == 1
        and _parameters(method) != ("self",)
        for method in methods
    )


def _calls_a_module_on_data(parsed: ParsedCell) -> bool:
    return any(_method(call) == "ReLU" and call.args for call in parsed.calls())


def _makes_an_array(parsed: ParsedCell) -> bool:
    return any(_method(call) == "numpy" for call in parsed.calls())


def _method(call: ast.Call) -> str | None:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(name):
            return name
    return None


def _dimension(call: ast.Call) -> int | None:
    """The dimension that a reduction such as ``x.mean(0)`` or ``torch.mean(x, dim=0)`` names."""
    named = [k.value for k in call.keywords if k.arg in {"dim", "axis"}]
    for value in (*named, *call.args):
        try:
            found = ast.literal_eval(value)
        except (*_UNREADABLE, TypeError):
            continue
        if isinstance(found, int) and not isinstance(found, bool):
            return found
    return None


_MISTAKES: Mapping[str, Callable[[ParsedCell], bool]] = {
    "takes-the-result-of-backward": _takes_the_result_of_backward,
    "swapped-batch": _swaps_the_batch,
    "argmax-dim0": _chooses_along_the_samples,
    "wrong-dim": _takes_statistics_of_a_sample,
    "arguments-to-the-constructor": _gives_arguments_to_the_constructor,
    "no-self": _forgets_self,
    "module-called-on-data": _calls_a_module_on_data,
    "numpy-of-gpu": _makes_an_array,
}
