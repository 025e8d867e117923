"""What a student's own cell says, read as a syntax tree: nothing of it is run. Pure functions.

Some slips are plain to read and hard to tell from behaviour. What is found here is shown only
beside a check that failed, and is true of the text whatever the function did. The text is hostile:
it is read up to a size, and what cannot be read says nothing.

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
    """A cell that could be read.

    Attributes:
        tree: All of it.
        text: Its text.
    """

    tree: ast.Module
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, from the outside in."""
        return tuple(ast.walk(self.tree))

    @property
    def definition(self) -> Function | ast.ClassDef | None:
        """The last function or class that the cell defines by itself."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return next((node for node in reversed(self.tree.body) if isinstance(node, kinds)), None)

    @property
    def function(self) -> Function | None:
        """The same, where it is a function."""
        return None if isinstance(self.definition, ast.ClassDef) else self.definition

    def calls(self) -> Iterator[ast.Call]:
        """Everything that is called."""
        return (node for node in self.nodes if isinstance(node, ast.Call))


def parse_cell(cell: str) -> ParsedCell | None:
    """The cell as a tree; None where it cannot be read."""
    if len(cell) > MAX_CHARACTERS:
        return None
    for text in (cell, _without_magics(cell)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ParsedCell(ast.parse(text), cell)
        except _UNREADABLE:
            continue
    return None


def _without_magics(cell: str) -> str:
    return "\n".join("" if line[:1] in {"%", "!"} else line for line in cell.split("\n"))


def parameters_of(cell: str) -> tuple[str, ...]:
    """Names of the parameters of the function that the cell defines."""
    parsed = parse_cell(cell)
    return _parameters(parsed.function) if parsed and parsed.function else ()


def _parameters(function: Function) -> tuple[str, ...]:
    given = function.args
    return tuple(one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))


# --- a function that does nothing


def does_nothing(parsed: ParsedCell) -> bool:
    """Whether nothing is computed: only pass, a text, print, or the return of a constant."""
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

# As a statement of its own, nothing that is merely named does anything.
_EFFECT_METHODS = {"zero_grad", "step", "backward", "eval", "train", "requires_grad_", "zero_"}
_VALUE_METHODS = {"item", "is_available", "tolist"}
_CONTEXT_METHODS = {"no_grad", "inference_mode", "enable_grad"}


def uncalled_method(parsed: ParsedCell) -> ast.Attribute | None:
    """The first well-known method that stands without its parentheses, where it does nothing."""
    found = [node for node in parsed.nodes if _is_statement(node) or _is_block(node)]
    bare = [node.value for node in found if isinstance(node, ast.Expr)]
    bare += [node.context_expr for node in found if isinstance(node, ast.withitem)]
    bare += _values_not_called(parsed)
    named = [node for node in bare if isinstance(node, ast.Attribute)]
    return min(named, key=lambda node: (node.lineno, node.col_offset), default=None)


def _is_statement(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in _EFFECT_METHODS | _VALUE_METHODS
    )


def _is_block(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.withitem)
        and isinstance(node.context_expr, ast.Attribute)
        and node.context_expr.attr in _CONTEXT_METHODS
    )


def _values_not_called(parsed: ParsedCell) -> list[ast.expr]:
    """Where the result is needed; a method that is kept under a name may be called later."""
    return [
        value
        for node in parsed.nodes
        for value in _operands(node)
        if isinstance(value, ast.Attribute) and value.attr in _VALUE_METHODS
    ]


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
    """A name from outside that the function computes with, and its arguments that it never uses."""
    function = parsed.function
    if function is None or any(map(_is_import_star, parsed.nodes)):
        return None
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    unused = tuple(n for n in _parameters(function) if n not in used and len(n) <= _MAX_NAME)
    own = _bound_names(function) | _bound_names(parsed.tree) | {*dir(builtins)}
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


def _is_import_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names)


def _bound_names(tree: ast.AST) -> set[str]:
    """Every name that something within binds."""
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
    """The name in this line that ``text``, the words of a NameError, is about; else empty."""
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


# --- mistakes that end with an exception which others raise as well


def confirmed_mistakes(parsed: ParsedCell, expected_parameters: tuple[str, ...]) -> frozenset[str]:
    """Names of the misconceptions that the code makes for certain, if it gets that far."""
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
