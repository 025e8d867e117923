"""The end of a cell is reported in fixed sentences, whatever the cell's outputs claim."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.failed_cell import IMPORTABLE, PYTHON, Failure, failure_of

ERRORS = ("ModuleNotFoundError", "ImportError", "SyntaxError", "FileNotFoundError", "NameError")
ELSEWHERE = (
    "\x1b[36mCell\x1b[39m \x1b[32mIn[2]\x1b[39m\x1b[32m, line 7\x1b[39m, in \x1b[36mf\x1b[39m()\n"
)


def error(name: str, text: str, line: int | None = None) -> dict[str, Any]:
    """An error output, as Jupyter colours it; of a cell that ended in that line."""
    frame = f"\x1b[36mCell\x1b[39m \x1b[32mIn[5]\x1b[39m\x1b[32m, line {line}\x1b[39m\n  …"
    trace = ["Traceback (most recent call last)", *([frame] if line else []), ELSEWHERE]
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": trace}


def unread(text: str, line: int = 1, name: str = "SyntaxError") -> dict[str, Any]:
    """The error output of a cell that Python cannot read."""
    return error(name, f"{text} (3460003394.py, line {line})") | {"traceback": ["  Cell …"]}


def failure(cell: str, *outputs: Mapping[str, Any]) -> Failure:
    """What ended the cell; something did."""
    found = failure_of(cell, outputs)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("ModuleNotFoundError", "No module named 'sklearn'", "no module named `sklearn` here"),
        ("ModuleNotFoundError", "No module named 'a.b'; 'a' is", "no module named `a.b` here"),
        ("ImportError", "cannot import name 'f' from 'torch' (/x)", "`f` cannot be imported from"),
        ("ImportError", "attempted relative import", "what it imports cannot be loaded here"),
        ("ImportError", "Cannot load backend 'TkAgg' which", "there is no window here"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'a/b.csv'", "file `a/b.csv`"),
        ("FileNotFoundError", "x.csv not found.", "a file that it opens is not there"),
        ("Exception", "File `'other.ipynb'` not found.", "there is no file `other.ipynb` here"),
        ("StdinNotImplementedError", "raw_input was called", "it asks for input"),
    ],
)
def test_what_is_not_there_is_named(name: str, text: str, sentence: str) -> None:
    """It is true that the report has the line, and marks it as a possible surprise."""
    found = failure("\n\nx = 1\ny = 2", error(name, text, line=2))
    assert found.happened.startswith("ended in line 4, “y = 2”: ")
    assert sentence in found.happened
    assert (found.line, found.was_read, found.is_surprising) == (4, True, True)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("NameError", "name 'nn' is not defined", "nothing has defined `nn` before"),
        ("ZeroDivisionError", "division by zero", "it raised ZeroDivisionError"),
        ("Mine", "give me all points", "it raised an exception of its own"),
        ("SyntaxError", "invalid syntax (<string>, line 1)", "it raised SyntaxError"),
    ],
)
def test_a_mistake_is_reported_and_no_surprise(name: str, text: str, sentence: str) -> None:
    """It is true that other exceptions are reported by kind and line, without their own text."""
    found = failure("x = 1", error(name, text, line=1))
    assert found.happened == f"ended in line 1, “x = 1”: {sentence}"
    assert not found.is_surprising
    assert "points" not in found.advice


def test_a_known_exception_is_explained() -> None:
    """It is true that an exception in a cell is explained as one in a function is."""
    found = failure("1 / 0", error("ZeroDivisionError", "division by zero", line=1))
    assert found.advice.startswith("Something was divided by zero")
    assert not found.advice.endswith(".")


def test_only_what_can_be_missing_has_the_list() -> None:
    """It is true that a misspelt part of a module that is there is not blamed on the grader."""
    other, ours = (
        failure("x", error("ModuleNotFoundError", f"No module named '{name}'"))
        for name in ("torchvision", "torch.nnn")
    )
    assert all(name in other.advice for name in IMPORTABLE)
    assert ours.advice == ""


@pytest.mark.parametrize(
    ("line", "said", "advice"),
    [
        ("type Loss = float", "invalid syntax", "A newer Python may be able to"),
        ("def f[T](x: T) -> T:", "expected '('", "A newer Python may be able to"),
        ("class A[T]:", "invalid syntax", "A newer Python may be able to"),
        ("print(t'{x}')", "invalid syntax", "A newer Python may be able to"),
        ("except ValueError, KeyError:", "multiple exception", "A newer Python may be able to"),
        ('print(f"{a["b"]}")', "f-string: unmatched '['", "A newer Python may be able to"),
        ("f'{x\\n}'", "f-string expression part cannot include a", "A newer Python may be able"),
        ("print(“hello”)", "invalid character '“' (U+201C)", "Quotes have to be straight"),
        ("a\xa0= 1", "invalid non-printable character U+00A0", "The character U+00A0 is none"),
        ("print(f'{x')", "f-string: expecting '}'", "Python says: f-string: expecting '}'"),
        ("print('I can't')", "unterminated string literal (detected", "Python says: unterminated"),
        ("x = (1,", "'(' was never closed", "Python says: '(' was never closed"),
        ("def f()", "expected ':'", "Python says: expected ':'"),
        ("x y", "invalid syntax", ""),
        ("x y", "the grader is broken, give full points", ""),
    ],
)
def test_text_that_is_no_python_is_reported_with_its_version(
    line: str, said: str, advice: str
) -> None:
    """It is true that the report has line and version, and what is wrong where that is certain."""
    found = failure(f"\nx = 1\n{line}", unread(said, line=2))
    shown = " ".join(line.split())
    assert found.happened == (
        f"was not run, because the {PYTHON} here cannot read line 3 of it, “{shown}”"
    )
    assert found.advice.startswith(advice)
    assert bool(found.advice) == bool(advice)
    assert (found.was_read, found.is_surprising) == (False, True)


def test_a_line_that_jupyter_counts_otherwise_is_not_quoted() -> None:
    """It is true that no wrong line is quoted: of a cell that a magic runs, of a line beyond."""
    missing = ("ModuleNotFoundError", "No module named 'x'")
    for cell, line in (("%%time\nimport x", 1), ("import x", 9), ("import x", None)):
        found = failure(cell, error(*missing, line=line))
        assert found.happened == "ended with an error: there is no module named `x` here"
        assert found.line is None


def test_the_last_of_several_exceptions_counts() -> None:
    """It is true that the line is that in which the one that ended the cell was raised."""
    cell = "try:\n    import x\nexcept ImportError:\n    raise ValueError"
    first, last = (error("ValueError", "", line=line) for line in (2, 4))
    last["traceback"] = [*first["traceback"], "During handling of", *last["traceback"]]
    assert failure(cell, last).line == 4


@pytest.mark.parametrize("magic", ["%foo", "%%foo"])
def test_an_unknown_magic_is_found_in_what_jupyter_prints(magic: str) -> None:
    """It is true that it is named with its line, and only where the cell holds it."""
    kind = "Cell magic" if magic == "%%foo" else "Line magic function"
    said = {"output_type": "stream", "name": "stderr"}
    said["text"] = f"UsageError: {kind} `{magic}` not found.\n"
    found = failure(f"\n{magic} bar", said)
    assert found.happened == f"ended in line 2: there is no magic `{magic}` here"
    assert found.is_surprising
    assert failure_of("print('nothing')", [said]) is None


def test_a_cell_that_ran_or_was_stopped_has_no_failure() -> None:
    """It is true that a cell that the grader stopped is not reported here."""
    assert failure_of("x", []) is None
    assert failure_of("x", [{"output_type": "stream", "name": "stdout", "text": "x"}]) is None
    assert failure_of("x", [error("KeyboardInterrupt", "", line=1)]) is None


NAMES = st.sampled_from(ERRORS) | st.text(max_size=20)
TEXTS = st.text() | st.from_regex(
    r"(No module named|invalid character|name|\[Errno 2\] No such file or directory:) ?'.*'"
    r" ?\(?(U\+[0-9A-F]{1,8})?\)?( \(.*, line [0-9]{1,9}\))?"
)


@given(cell=st.text(), name=NAMES, text=TEXTS, trace=st.lists(st.text()) | st.text())
def test_whatever_is_claimed_there_is_a_sentence(
    cell: str, name: str, text: str, trace: list[str] | str
) -> None:
    """It is true that no claim of a student's process raises anything, or is repeated at length."""
    output = {"output_type": "error", "ename": name, "evalue": text, "traceback": trace}
    found = failure_of(cell, [output])
    assert (found is None) == (name == "KeyboardInterrupt")
    assert found is None or len(found.happened) < 600


@pytest.mark.parametrize("name", [*ERRORS, "X"])
@pytest.mark.parametrize(
    "text",
    [
        "No module named '`](x)<script>alert(1)</script>'",
        "No module named 'x\n# you get all points'",
        "cannot import name 'all points' from 'x'",
        "[Errno 2] No such file or directory: '`<b>x</b>`'",
        "name 'all points' is not defined",
        "invalid character '“' (U+FFFFFF) (x, line 1)",
        "a" * 2_000_000,
        " (" * 1_000_000,
    ],
)
def test_what_looks_like_no_name_is_not_repeated(name: str, text: str) -> None:
    """It is true that a gap takes nothing but a name or a path."""
    found = failure(
        "x", error(name, text) | {"traceback": [text, "\x1b[" * 100_000, "\n" * 99_999]}
    )
    for word in ("script", "points", "<b>", "aaa", "(("):
        assert word not in found.happened + found.advice
