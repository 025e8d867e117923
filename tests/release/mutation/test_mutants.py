"""Mutants: what is changed in a solution, and how a mutant is identified."""

import ast
from pathlib import Path

import pytest

from autograder.errors import SuiteError
from release.mutation.equivalents import read_equivalents
from release.mutation.mutants import mutants_of

LOOP = '''\
def total(model, loader, scale: float = 2.0) -> float:
    """Return the sum."""
    # a comment
    model.train()
    result = 0.0
    for x, y in loader:
        loss = model(x, y)
        loss.backward(retain_graph=False)

        result += loss.item() * len(x)
    return result / scale
'''


def changed(source: str) -> dict[str, set[str]]:
    """What was done → the lines that were added; ``-`` where lines were only removed."""
    found: dict[str, set[str]] = {}
    for mutant in mutants_of(source):
        lines = [line[1:].strip() for line in mutant.diff.splitlines() if line[0] == "+"]
        found.setdefault(mutant.what, set()).update(lines or ["-"])
    return found


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("deletes a statement", "-"),
        ("duplicates a statement", "loss = model(x, y)"),
        ("swaps two statements", "loss.backward(retain_graph=False)"),
        ("moves a statement out of the loop", "result += loss.item() * len(x)"),
        ("moves a statement into the loop", "return result / scale"),
        ("moves a statement down", "model.train()"),
        ("assigns instead of adding up", "result = loss.item() * len(x)"),
        ("returns nothing", "result / scale"),
        ("ends the loop after one turn", "break"),
        ("skips the last turn", "for x, y in list(loader)[:-1]:"),
        ("never enters the loop", "for x, y in ():"),
        ("changes a constant", "loss.backward(retain_graph=True)"),
        ("changes an operator", "return result * scale"),
        ("drops an operand", "return result"),
        ("drops an argument", "loss.backward()"),
        ("changes the arguments", "loss = model(y, x)"),
        ("drops a call", "result += loss * len(x)"),
        ("changes a name", "model.eval()"),
    ],
)
def test_every_operator_is_used(what: str, line: str) -> None:
    """It is true that the solution is changed in each of these ways."""
    assert line in changed(LOOP)[what]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def f(x):\n    with torch.no_grad():\n        return x\n", "return x"),
        ("@torch.no_grad()\ndef f(x):\n    return x\n", "-"),
        ("def f(x):\n    if x < 1 and x:\n        return -x\n    return x\n", "if x <= 1 and x:"),
        ("def f(x):\n    return {'a': x, 'b': 1}\n", "return {'a': 1, 'b': x}"),
        ("def f(x):\n    return x.mean(dim=0)\n", "return x.sum(dim=0)"),
        ("def f(x):\n    return x.mean(dim=0)\n", "return x.mean(dim=1)"),
        ("def f(x):\n    raise ValueError('no')\n", "raise RuntimeError()"),
    ],
)
def test_other_forms_are_changed(source: str, line: str) -> None:
    """It is true that blocks, decorators, conditions, entries and dimensions are mutated."""
    assert any(line in lines for lines in changed(source).values())


def test_mutants_differ_and_compile() -> None:
    """It is true that each is another solution, under another name, and none is the original."""
    mutants = mutants_of(LOOP)
    assert len({mutant.source for mutant in mutants}) == len(mutants)
    assert len({mutant.diff for mutant in mutants}) == len(mutants)
    original = ast.unparse(ast.parse(LOOP))
    for mutant in mutants:
        compile(mutant.source, "<mutant>", "exec")
        assert mutant.source != original
    assert mutants == mutants_of(LOOP)


def test_what_changes_nothing_is_left_alone() -> None:
    """It is true that annotations, docstrings, comments and blank lines change no diff."""
    plain = LOOP.replace('    """Return the sum."""\n', "").replace("    # a comment\n", "")
    plain = plain.replace("\n\n", "\n")
    assert [mutant.diff for mutant in mutants_of(plain)] == [m.diff for m in mutants_of(LOOP)]
    assert not any("-> int" in mutant.source for mutant in mutants_of(LOOP))


def test_only_the_last_definition_counts() -> None:
    """It is true that a definition that is replaced further down is left alone, unless used."""
    fixed = "def f(x):\n    return x + 1\n"
    assert mutants_of("def f(x):\n    return x - 1\n" + fixed) == mutants_of(fixed)
    used = "def f(x):\n    return x - 1\ng = f\n" + fixed
    assert any("-    return x - 1" in mutant.diff for mutant in mutants_of(used))


def test_equal_changes_have_different_diffs() -> None:
    """It is true that two mutants with the same lines around them have whole diffs."""
    source = "def f(x):\n    x.add(1)\n    x.mul(1)\n    x.add(1)\n    x.mul(1)\n    x.add(1)\n"
    diffs = [mutant.diff for mutant in mutants_of(source)]
    assert len(set(diffs)) == len(diffs)


def test_a_list_of_right_mutants_is_read(tmp_path: Path) -> None:
    """It is true that a reason is for every diff after it."""
    path = tmp_path / "equivalent.txt"
    path.write_text(
        "# A comment.\n\nbecause: the order\nis free.\n\n a\n-b\n\n-c\n+d\n\nbecause: so.\n\n-e\n"
    )
    assert read_equivalents(path) == {
        " a\n-b\n": "the order is free.",
        "-c\n+d\n": "the order is free.",
        "-e\n": "so.",
    }
    assert read_equivalents(tmp_path / "none.txt") == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"-a\n", "no `because"),
        (b"because: so.\n\n-a\n\n-a\n", "is listed twice"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_bad_list_is_an_error(tmp_path: Path, content: bytes, reason: str) -> None:
    """It is true that a missing reason, a diff that is listed twice and bad UTF-8 are errors."""
    path = tmp_path / "equivalent.txt"
    path.write_bytes(content)
    with pytest.raises(SuiteError, match=reason):
        read_equivalents(path)
