"""Mutation operators on expressions: constants, operators, names of methods, arguments.

In the operator's process. Each changes the tree in place, says what it did, and undoes it when it
is asked to go on.
"""

import ast
from collections.abc import Iterator

# Annotations change nothing, and no check looks at the text of an exception.
_LEFT_ALONE = {"annotation", "returns", "type_params", "exc", "cause"}
_PAIRS = (
    "mean sum", "train eval", "zero_grad step", "argmax argmin", "max min", "std var", "zeros ones",
    "zeros_like ones_like", "softmax log_softmax", "sigmoid tanh", "sqrt square", "exp log",
    "squeeze unsqueeze", "any all", "float32 float64", "clone detach", "as_tensor tensor",
)  # fmt: skip
_ONE_WAY = {
    "relu": "sigmoid",
    "item": "detach",
    "backward": "detach",
    "requires_grad_": "detach",
    "no_grad": "enable_grad",
    "inference_mode": "enable_grad",
    "mse_loss": "l1_loss",
    "cross_entropy": "nll_loss",
    "binary_cross_entropy_with_logits": "binary_cross_entropy",
    "float": "int",
    "is_available": "is_initialized",
}
NAMES = {
    **_ONE_WAY,
    **{one: other for pair in _PAIRS for one, other in [pair.split()]},
    **{other: one for pair in _PAIRS for one, other in [pair.split()]},
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.MatMult: ast.Mult,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
Changed = Iterator[tuple[str, ast.expr]]


def changed_expressions(tree: ast.Module) -> Iterator[str]:
    """Change every expression in every way."""
    for node in list(_mutable(tree)):
        yield from _dropped_decorators(node)
        yield from _added_otherwise(node)
        for field, value in list(ast.iter_fields(node)):
            if field in _LEFT_ALONE:
                continue
            for index, one in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(one, ast.expr) or isinstance(
                    getattr(one, "ctx", None), ast.Store
                ):
                    continue
                for what, other in _replacements(one):
                    _put(node, field, index, other)
                    yield what
                    _put(node, field, index, one)


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field not in _LEFT_ALONE:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _mutable(child)


def _put(node: ast.AST, field: str, index: int, value: ast.expr) -> None:
    held = getattr(node, field)
    if isinstance(held, list):
        held[index] = value
    else:
        setattr(node, field, value)


def _dropped_decorators(node: ast.AST) -> Iterator[str]:
    decorators = getattr(node, "decorator_list", [])
    for index, one in enumerate(decorators):
        del decorators[index]
        yield "drops a decorator"
        decorators.insert(index, one)


def _added_otherwise(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AugAssign):
        before = node.op
        node.op = _OPERATORS.get(type(before), ast.Add)()
        yield "changes an operator"
        node.op = before


def _replacements(node: ast.expr) -> Changed:
    match node:
        case ast.Constant():
            yield from _other_constants(node.value)
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp():
            yield from _other_operators(node)
        case ast.Compare():
            yield from _other_comparisons(node)
        case ast.IfExp():
            yield "always takes one branch", node.body
            yield "always takes one branch", node.orelse
        case ast.Attribute() | ast.Name():
            yield from _other_names(node)
        case ast.Subscript():
            yield "drops an index", node.value
        case ast.Tuple() | ast.List():
            yield from (
                ("changes the elements", type(node)(e, node.ctx)) for e in _fewer(node.elts)
            )
        case ast.Dict():
            yield from _other_dicts(node)
        case ast.Call():
            yield from _other_calls(node)


def _other_names(node: ast.Attribute | ast.Name) -> Changed:
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield "changes a name", ast.Name(NAMES[node.id], node.ctx)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield "changes a name", ast.Attribute(node.value, NAMES[node.attr], node.ctx)


def _other_operators(node: ast.BinOp | ast.UnaryOp | ast.BoolOp) -> Changed:
    if isinstance(node, ast.BinOp):
        other = _OPERATORS.get(type(node.op), ast.Add)()
        yield "changes an operator", ast.BinOp(node.left, other, node.right)
        operands = [node.left, node.right]
    elif isinstance(node, ast.BoolOp):
        joined = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "changes an operator", ast.BoolOp(joined, node.values)
        operands = node.values
    else:
        operands = [node.operand]
    yield from (("drops an operand", operand) for operand in operands)


def _other_constants(value: object) -> Changed:
    others: tuple[object, ...] = ()
    match value:
        case bool():
            others = (not value,)
        case int():
            others = (value + 1, value - 1)
        case float():
            others = (value + 1, 0.0) if value else (1.0,)
        case str():
            others = (value + "_",)
    yield from (("changes a constant", ast.Constant(other)) for other in others)  # type: ignore[arg-type]


def _other_comparisons(node: ast.Compare) -> Changed:
    yield "turns a condition round", ast.UnaryOp(ast.Not(), node)
    yield "always true", ast.Constant(True)  # noqa: FBT003 - a value, no flag
    yield "never true", ast.Constant(False)  # noqa: FBT003 - as above
    for other in _COMPARISONS.get(type(node.ops[0]), ()):
        yield (
            "changes a comparison",
            ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators),
        )


def _fewer(elements: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """One element less, or two neighbours swapped."""
    for index in range(len(elements)):
        yield [*elements[:index], *elements[index + 1 :]]
    for index in range(len(elements) - 1):
        swapped = [elements[index + 1], elements[index]]
        yield [*elements[:index], *swapped, *elements[index + 2 :]]


def _other_dicts(node: ast.Dict) -> Changed:
    for index in range(len(node.keys)):
        keys = [*node.keys[:index], *node.keys[index + 1 :]]
        values = [*node.values[:index], *node.values[index + 1 :]]
        yield "drops an entry", ast.Dict(keys, values)
    for index in range(len(node.values) - 1):
        first, second = node.values[index : index + 2]
        values = [*node.values[:index], second, first, *node.values[index + 2 :]]
        yield "swaps two entries", ast.Dict(node.keys, values)


def _other_calls(node: ast.Call) -> Changed:
    for arguments in _fewer(node.args):
        yield "changes the arguments", ast.Call(node.func, arguments, node.keywords)
    for index in range(len(node.keywords)):
        keywords = [*node.keywords[:index], *node.keywords[index + 1 :]]
        yield "drops an argument", ast.Call(node.func, node.args, keywords)
    if isinstance(node.func, ast.Attribute):
        yield "drops a call", node.func.value
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield "drops a call", node.args[0]
