"""A student's own cell is parsed, not run: mistakes that are plain in it, and hostile texts."""

import time

import pytest

from autograder.checks.parsed_cell import (
    MAX_CHARACTERS,
    confirmed_mistakes,
    does_nothing,
    name_from_outside,
    parameters_of,
    parse_cell,
    uncalled_method,
)

STEP = ("model", "optimizer", "criterion", "x", "y")


def _of(*lines: str, given: str = ", ".join(STEP)) -> str:
    return "\n".join([f"def f({given}):", *(f"    {line}" for line in lines)])


@pytest.mark.parametrize(
    ("line", "method"),
    [
        ("optimizer.zero_grad", "zero_grad"),
        ("loss.backward", "backward"),
        ("if torch.cuda.is_available: pass", "is_available"),
        ("return 'cuda' if torch.cuda.is_available else 'cpu'", "is_available"),
        ("with torch.no_grad: pass", "no_grad"),
        ("return loss.item", "item"),
        ("return loss.item / n, n", "item"),
        ("total += loss.item", "item"),
        ("losses.append(loss.item)", "item"),
        ("return loss.item, 2", "item"),
        ("return float(loss.item)", "item"),
    ],
)
def test_a_method_without_parentheses_is_found(line: str, method: str) -> None:
    """It is true that it is found where naming it does nothing, or its result is needed."""
    parsed = parse_cell(_of("x = 1", line))
    found = parsed and uncalled_method(parsed)
    assert found
    assert (found.attr, found.lineno) == (method, 3)


@pytest.mark.parametrize(
    "line",
    [
        "optimizer.zero_grad()",
        "step = optimizer.step",
        "register(optimizer.step)",
        "if self.train: pass",
        "'optimizer.zero_grad'",
        "return loss.item()",
        "take = loss.item; return take()",
        "loss.device",
        "with torch.no_grad(): pass",
        "# optimizer.zero_grad",
    ],
)
def test_a_method_that_is_passed_on_is_no_mistake(line: str) -> None:
    """It is true that nothing is said of calls, of other attributes, texts and comments."""
    parsed = parse_cell(_of("pass", line))
    assert parsed
    assert uncalled_method(parsed) is None


@pytest.mark.parametrize("body", ["pass", "...", "return", "return None", "'Later.'", "print('x')"])
def test_a_body_that_computes_nothing_is_not_written(body: str) -> None:
    """It is true that it is known by its text."""
    parsed = parse_cell(_of(body, "pass"))
    assert parsed
    assert does_nothing(parsed)


@pytest.mark.parametrize("body", ["return x", "x = 1", "raise NotImplementedError", "print(f(x))"])
def test_a_body_that_does_something_is_written(body: str) -> None:
    """It is true that a body that computes anything counts as written."""
    parsed = parse_cell(_of(body))
    assert parsed
    assert not does_nothing(parsed)


@pytest.mark.parametrize(
    ("source", "name", "unused"),
    [
        (_of("criterion(model(points), y)", "optimizer.step()"), "points", ("x",)),
        (
            _of("net(x), y, criterion, optimizer", given="modell, optimizer, criterion, x, y"),
            "",
            (),
        ),
        (_of("model(x), y", given="net, x, y"), "model", ("net",)),
        (_of("return helper(x)", given="x, device"), "", ()),
        (_of("return np.mean(x)", given="x, device"), "", ()),
        (_of("import numpy", "return f(numpy)", given="x"), "", ()),
        (_of("return f(SIZE)", given="x"), "", ()),
        (_of("return len(x), max(x)", given="x"), "", ()),
        (_of("points = x", "return f(points)", given="x, y"), "", ()),
        (_of("return [f(p) for p in x]", given="x, y"), "", ()),
        ("from mine import *\n" + _of("f(points)"), "", ()),
        ("points = 1\n" + _of("f(points)"), "", ()),
        (_of("criterion(model(points), x, y)", "optimizer.step()"), "", ()),
    ],
)
def test_a_name_from_outside_instead_of_an_argument(
    source: str, name: str, unused: tuple[str, ...]
) -> None:
    """It is true that it is found only where an argument is never used and the name is data."""
    parsed = parse_cell(source)
    assert parsed
    found = name_from_outside(parsed, STEP)
    assert (found and (found[0].id, found[1])) == ((name, unused) if name else None)


def test_swapped_arguments_have_the_names_of_the_statement() -> None:
    """It is true that parameters with other names may be in any order."""
    swapped, renamed = _of("pass", given="model, criterion, optimizer, x, y"), _of(given="a, b")
    assert parameters_of(_of("pass")) == STEP
    assert [
        confirmed_mistakes(r, STEP)
        for r in (parse_cell(swapped), parse_cell(renamed + "\n    pass"))
        if r
    ] == [
        {"swapped-arguments"},
        set(),
    ]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("return z.argmax(0)", {"argmax-dim0"}),
        ("return z.argmax(dim=1)", set()),
        ("return z.mean(dim=1) + z.std(1)", {"wrong-dim"}),
        ("return z.mean(dim=1) + z.std(0)", set()),
        ("g = z.backward()", {"takes-the-result-of-backward"}),
        ("z.backward()", set()),
        ("return criterion(model(y), x)", {"swapped-batch"}),
        ("return criterion(model(y), y)", set()),
        ("return nn.BCEWithLogitsLoss(x, y)", {"arguments-to-the-constructor"}),
        ("return nn.ReLU(x)", {"module-called-on-data"}),
        ("return model(x.numpy())", {"numpy-of-gpu"}),
        ("return model(x.numpy)", set()),
        ("return z.argmax({[]: 1})", set()),
    ],
)
def test_the_text_confirms_a_mistake(line: str, names: set[str]) -> None:
    """It is true that a mistake is confirmed where the code makes it, and nowhere else."""
    parsed = parse_cell(_of(line))
    assert parsed
    assert confirmed_mistakes(parsed, STEP) == names


def test_magics_are_left_out() -> None:
    """It is true that a cell with a magic in it can be read, and its lines keep their numbers."""
    parsed = parse_cell("%matplotlib inline\n!pip list\n" + _of("optimizer.step"))
    found = parsed and uncalled_method(parsed)
    assert found
    assert found.lineno == 4


_DEEP = 20_000


@pytest.mark.parametrize(
    "text",
    [
        "(" * _DEEP,
        "[" * 150 + "1 1" + "]" * 150,
        "{a:" * 150 + "1 1" + "}" * 150,
        "(lambda x:" * 90 + "1 2" + ")" * 90,
        "-" * _DEEP + "1",
        "1+" * _DEEP + "1",
        "a" + ".a" * _DEEP,
        "a" + "()" * _DEEP,
        "if a: pass\n" + "elif a: pass\n" * _DEEP,
        "9" * _DEEP,
        "a = 1\0",
        "'\ud800'",
        "def f(",
        "x" * (MAX_CHARACTERS + 1),
    ],
    ids=range(14),
)
def test_a_hostile_text_costs_no_time(text: str) -> None:
    """It is true that it is read, or not, at once, and that nothing comes of it."""
    started = time.process_time()
    parsed = parse_cell(text)
    if parsed:
        assert uncalled_method(parsed) is None
        assert name_from_outside(parsed, STEP) is None
        assert confirmed_mistakes(parsed, STEP) == frozenset()
    assert time.process_time() - started < 2
