"""``release verify``: a good assignment passes, and each fault gives its own sentence."""

import importlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import suites
from autograder.course.settings import Course
from autograder.judge.suite import suite_folder
from autograder.model.limits import Limits
from autograder.model.verdict import CheckResult, ExerciseResult, Outcome
from autograder.sandbox.fake import FakeSandbox
from release.cli import main
from release.scaffold import make_exercise
from release.verify.page import page
from release.verify.reasons import reasons_of
from release.verify.report import table, to_json
from release.verify.results import SolutionKind, SolutionResult, SuiteResult
from release.verify.variant_runner import VariantSandbox
from release.verify.verify import VerifyResult, verify_one

MISCONCEPTION = "\n# %% {}\n# hint: A mistake that was planted in a test of ours.\n{}"
SIGN_OF_A_VALUE = """

@check("more_shapes", weight=0.5, requires=["test_gives_the_right_values"])
def test_tosses_a_coin(actual: Observation, expected: Observation) -> None:
    \"\"\"The first value is no negative number.\"\"\"
    require(expected["out_1"].data[3] < 128, "It is negative.")
"""
Edit = Callable[["Planted"], None]


class Planted:
    """A course whose one assignment is the skeleton of ``release new``, to plant faults in."""

    def __init__(self, course: Course, name: str) -> None:
        self.course = course
        self.name = name
        make_exercise(course, f"{name}/twice")
        self.notebook = course.notebook(name)
        self.suite = suite_folder(f"{name}/twice")
        self.replace(self.notebook, "REPLACE THIS", "Here stands")

    def replace(self, path: Path, old: str, new: str) -> None:
        """Change a text in a file."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def solve(self, old: str, new: str) -> None:
        """Change the solution in the notebook."""
        document = json.loads(self.notebook.read_text(encoding="utf-8"))
        cell = next(c for c in document["cells"] if c["id"] == "twice-solution")
        text = "".join(cell["source"])
        assert old in text
        cell["source"] = text.replace(old, new)
        self.notebook.write_text(json.dumps(document), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Add a text at the end of a file of the suite."""
        with (self.suite / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def verified(self, *, secrets: int = 1, quick: bool = True) -> VerifyResult:
        """The result of ``release verify``, in a sandbox that confines nothing."""
        importlib.invalidate_caches()
        variant_sandbox = VariantSandbox(
            FakeSandbox(), Limits(), self.course.cache / "tests", workers=1
        )
        return verify_one(
            self.course,
            self.name,
            variant_sandbox=variant_sandbox,
            secrets=secrets,
            quick=quick,
            say=lambda _text: None,
        )


@pytest.fixture
def planted(
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Planted:
    """A new course, named after the test: a process imports a suite only once."""
    folder = tmp_path / "suites"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(suites, "__path__", [*suites.__path__, str(folder)])
    monkeypatch.setattr("autograder.judge.suite.SUITES", folder)
    monkeypatch.setattr("release.scaffold.SUITES", folder)
    return Planted(course, re.sub(r"\W+", "_", request.node.name.lower()).strip("_"))


def test_what_is_fit_passes(planted: Planted) -> None:
    """It is true that the skeleton has no fault, with mutants and with several secrets."""
    verified = planted.verified(secrets=2, quick=False)
    assert verified.reasons() == ()
    shown = table([verified])
    # Accepted: four in accepted.py, and the base of misconceptions.diff.
    assert re.search(r"100% +16 of 16 +5 of 5 +2 of 2 +2 of 2 +(\d+) of \1 +100%", shown)
    assert shown.endswith("fit to be released (with 2 course secrets)")
    (exercise,) = json.loads(to_json([verified]))["assignments"][0]["exercises"]
    assert exercise["confusion"] == {"in-place": {"in-place": 2}, "squared": {"squared": 2}}
    assert page([verified]).count('<td class="own">2</td>') == 2


def test_the_same_course_gives_the_same_bytes(planted: Planted) -> None:
    """It is true that two runs write one report."""
    first, second = (planted.verified(quick=False) for _ in range(2))
    assert to_json([first]) == to_json([second])
    assert page([first]) == page([second])


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        pytest.param(
            lambda p: p.solve("return 2 * x", "return 2 * x.reshape(-1, 4)[:2]"),
            r"own solution of \w+/twice failed on shapes: it raised",
            id="solution-raises",
        ),
        pytest.param(
            lambda p: p.solve(
                "return 2 * x", "return 2 * x + id(object()) * __import__('os').urandom(1)[0]"
            ),
            r"the solution earns 0%, and must earn 100% \(test_gives_the_right_values FAILED\)",
            id="solution-unlike-itself",
        ),
        pytest.param(
            lambda p: p.solve("    ### BEGIN", "    return 2 * x\n### BEGIN"),
            r"the untouched student version earns 100%, and must earn nothing",
            id="stub-earns",
        ),
        pytest.param(
            lambda p: p.replace(
                p.suite / "test_twice.py",
                '@check("shapes", weight=0.5, requires=["test_gives_the_right_values"])',
                '@check("shapes", weight=0.5)',
            ),
            r"doing nothing \(`lambda \*given: None`\) earns 25%, and must earn nothing "
            r"\(test_leaves_its_argument_alone passes\)",
            id="idle-earns",
        ),
        pytest.param(
            lambda p: p.add("accepted.py", "\n# %% thrice\ndef twice(x):\n    return 3 * x\n"),
            r"accepted variant `thrice` earns 0%, and must earn 100%",
            id="accepted-rejected",
        ),
        pytest.param(
            lambda p: p.add(
                "misconceptions.diff",
                MISCONCEPTION.format("right", "def twice(x):\n    return x + x\n"),
            ),
            r"the misconception `right` earns 100%: no check sees it\.",
            id="misconception-passes",
        ),
        pytest.param(
            lambda p: p.add(
                "misconceptions.diff",
                MISCONCEPTION.format("power", "def twice(x):\n    return x**2\n"),
            ),
            r"the misconception `power` gets no name; it should be called `power`\.",
            id="misconception-unnamed",
        ),
        pytest.param(
            lambda p: p.replace(p.notebook, "check(twice)", "check(twice), 1 / 0"),
            r"the source notebook does not run from top to bottom in 60 s: "
            r"code cell 3 \(`twice`\) raises ZeroDivisionError: division by zero\.",
            id="cell-raises",
        ),
        pytest.param(
            lambda p: p.replace(p.notebook, "check(twice)", "check(twice), twice(torch.ones(1))"),
            r"the student version does not run from top to bottom in 60 s: "
            r"code cell 3 \(`twice`\) raises NotImplementedError",
            id="cell-raises-in-the-student-version",
        ),
        pytest.param(
            lambda p: p.replace(p.notebook, "(1 point)", "(2 points)"),
            r"the heading says 2 points, the grade cell 1\.",
            id="points-differ",
        ),
    ],
)
def test_a_planted_fault_is_reported(planted: Planted, plant: Edit, sentence: str) -> None:
    """It is true that the reasons have the sentence of this fault."""
    plant(planted)
    reasons = planted.verified().reasons()
    assert any(re.search(sentence, reason) for reason in reasons), reasons


def test_a_flaky_check_is_reported_by_name(planted: Planted) -> None:
    """It is true that a check whose verdict depends on the secret is a reason."""
    planted.replace(planted.suite / "hidden.py", "import check\n", "import check, require\n")
    planted.add("hidden.py", SIGN_OF_A_VALUE)
    reasons = planted.verified(secrets=6).reasons()
    flaky = [reason for reason in reasons if "the check is flaky: `test_tosses_a_coin`;" in reason]
    assert re.search(r"the solution `reference` passes with secret.* and does not with", flaky[0])


def test_mutants_are_killed_or_listed(planted: Planted) -> None:
    """It is true that a survivor is a reason until it is listed, and that a stale entry is one."""
    planted.solve("return 2 * x", "x = x + 0\n    return 2 * x")
    verified = planted.verified(quick=False)
    (mutation,) = (found.mutation for found in verified.suites)
    assert mutation is not None
    survivors = mutation.survivors
    assert survivors
    assert mutation.rate < 1
    assert all("a mutant keeps 100%" in reason for reason in verified.reasons())
    listed = "because: adding nothing changes nothing.\n\n" + "\n".join(survivors)
    planted.add("equivalent.txt", listed)
    assert planted.verified(quick=False).reasons() == ()
    planted.solve("x = x + 0\n    return 2 * x", "return 2 * x")
    stale = planted.verified(quick=False).reasons()
    assert len(stale) == len(survivors)
    assert all("lists a diff that no mutant has" in reason for reason in stale)


def test_what_is_listed_as_right_must_be(planted: Planted) -> None:
    """It is true that a listed mutant that loses points is a reason."""
    diff = " def twice(x: Tensor) -> Tensor:\n-    return 2 * x\n+    return 3 * x\n"
    planted.add("equivalent.txt", f"because: a mistake of ours.\n\n{diff}")
    (reason,) = planted.verified(quick=False).reasons()
    assert "says that a mutant is right, but it loses points" in reason
    assert reason.endswith(diff)


def test_a_list_without_reasons_is_a_reason(planted: Planted) -> None:
    """It is true that a listed mutant needs its `because:`."""
    planted.add("equivalent.txt", " x\n-y\n")
    (reason,) = planted.verified(quick=False).reasons()
    assert "the diff has no `because: …` before it" in reason


def test_a_broken_suite_is_a_reason(planted: Planted) -> None:
    """It is true that an assignment that cannot be tried is not fit to be released."""
    (planted.suite / "scenarios.py").unlink()
    (reason,) = planted.verified().reasons()
    assert "has no suite" in reason


def test_a_wrong_name_is_reported() -> None:
    """It is true that a misconception with another's name is a reason, which lists the secrets."""
    check = CheckResult("test_value", "The value", Outcome.FAILED, hidden=True, weight=1.0)
    verdicts = tuple(
        ExerciseResult("twice", 0.0, 1.0, Outcome.FAILED, diagnosis=name, checks=(check,))
        for name in ("squared", "in-place", "in-place")
    )
    solution = SolutionResult("squared.by-hand", SolutionKind.MISCONCEPTION, verdicts)
    (reason,) = reasons_of(SuiteResult("sums/twice", 1.0, (solution,)))
    assert "`squared.by-hand` is called `in-place`, a wrong name with secrets 2, 3 of 3." in reason


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["verify"], "Name the assignments to verify, or give --all"),
        (["verify", "nope"], "There is no assignment 'nope'"),
        (["verify", "sums", "--mutants", "double"], "name no assignment"),
        (["verify", "--mutants", "nope"], "There is no exercise 'nope'"),
        (["verify", "sums", "--json", "no/such/x"], "there is no such folder"),
        (["verify", "sums", "--html", "."], "it is not the name of a file"),
        (["verify", "sums", "--html", ""], "it is not the name of a file"),
        (["new", "sums"], "cannot be an exercise"),
        (["new", "Sums/mean"], "names no exercise"),
        (["new", "sums/class"], "cannot be an exercise"),
        (["new", "sums/double"], "has the exercise 'double' already; nothing was written"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """It is true that the sentence is on stderr, and the exit code is 2."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert reason in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


@pytest.mark.parametrize(
    ("faults", "code", "verdict"), [((), 0, "fit to be released"), (("It is bad.",), 1, "bad")]
)
def test_the_findings_are_written_where_they_are_wanted(
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    faults: tuple[str, ...],
    code: int,
    verdict: str,
) -> None:
    """It is true that --json and --html name files, and that - is standard output for JSON."""
    verified = [VerifyResult("sums", 1, faults=faults)]
    monkeypatch.setattr("release.verify.verify.verify", lambda *_, **__: verified)
    assert main(["verify", "sums", "--json", "found.json", "--html", "found.html"]) == code
    assert verdict in capsys.readouterr().out
    assert (course.root / "found.json").read_text(encoding="utf-8") == to_json(verified)
    assert (course.root / "found.html").read_text(encoding="utf-8") == page(verified)
    assert main(["verify", "sums", "--json", "-"]) == code
    assert capsys.readouterr().out == to_json(verified)
