"""The command line: what an operator types, reads, and gets as an exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import ConfinementError
from autograder.grading import check_one, run
from autograder.grading.run import GradeOptions
from autograder.grading.worker import WorkerSetup, grade
from autograder.model.verdict import GradingResults
from tests.grading.fakes import ASSIGNMENT, FakeEquipment, answered, cell, find, hand_in


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def results(worker_setup: WorkerSetup, **contents: Any) -> GradingResults:
    """The results of some submissions."""
    rows = [
        grade(
            worker_setup, FakeEquipment()(), SubmittedFile(student, json.dumps(content).encode())
        ).result
        for student, content in contents.items()
    ]
    return GradingResults(ASSIGNMENT, "sha256:0", tuple(rows))


@pytest.fixture
def pretend(worker_setup: WorkerSetup, monkeypatch: pytest.MonkeyPatch) -> list[GradeOptions]:
    """Grading that gives one right and one wrong submission; returns what was ordered."""
    ordered: list[GradeOptions] = []
    wrong = answered(double_solution="def double(x):\n    return x")
    del wrong["cells"][-1]
    graded = results(worker_setup, s001=answered(), s002=wrong)

    def grade_assignment(_course: Course, order: GradeOptions, _progress: object) -> GradingResults:
        ordered.append(order)
        return graded

    monkeypatch.setattr(run, "grade_assignment", grade_assignment)
    return ordered


@pytest.mark.parametrize("command", [[], ["grade"], ["check"]])
def test_help_has_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """for the program and for each command."""
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--help"])
    assert left.value.code == 0
    assert "example" in capsys.readouterr().out


def test_help_imports_nothing_heavy() -> None:
    """it answers at once: what takes time to import stands inside the commands."""
    heavy = "numpy torch pytest nbformat nbgrader jupyter_client rich sqlalchemy traitlets"
    asked = (
        "import sys\nfrom autograder import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('heavy:', *sorted(set({heavy.split()}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy:"


@pytest.mark.usefixtures("pretend")
def test_results_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """as a table of students, scores and mistakes."""
    assert cli.main(["grade", ASSIGNMENT]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "student  score  double        square",
        "s001     10     4             6",
        "s002     6      0 off-target  6",
        (
            "    the cell `why` was missing; it was graded as empty, and a person has to look "
            "whether another cell holds the answer"
        ),
        "",
        "2 graded, mean 8.00 of 10",
    ]


@pytest.mark.usefixtures("pretend")
def test_results_as_json(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """on standard output alone, or in a file beside the table; the same bytes."""
    assert cli.main(["grade", ASSIGNMENT, "--json", "-"]) == 0
    printed = capsysbinary.readouterr().out
    assert [row["student"] for row in json.loads(printed)["submissions"]] == ["s001", "s002"]
    path = tmp_path / "results.json"
    assert cli.main(["grade", ASSIGNMENT, "--json", str(path)]) == 0
    assert path.read_bytes() == printed
    assert capsysbinary.readouterr().out.startswith(b"student")


@pytest.mark.usefixtures("pretend", "capsys")
def test_what_is_no_file_stays_what_it_is(tmp_path: Path) -> None:
    """results go through a link to its target, and into a pipe without replacing it."""
    target, link, pipe = tmp_path / "target.json", tmp_path / "link.json", tmp_path / "pipe"
    link.symlink_to(target)
    assert cli.main(["grade", ASSIGNMENT, "--json", str(link)]) == 0
    assert link.is_symlink()
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert cli.main(["grade", ASSIGNMENT, "--json", str(pipe)]) == 0
    assert os.read(reader, 1 << 20) == target.read_bytes()
    os.close(reader)
    assert pipe.is_fifo()


def test_arguments_become_an_order(pretend: list[GradeOptions]) -> None:
    """each argument arrives."""
    cli.main(["grade", ASSIGNMENT])
    cli.main([
        "grade", ASSIGNMENT, "--student", "s001", "s002", "--student", "s003", "--jobs", "3",
        "--scheduler", "tcp://there:8786", "--force",
    ])  # fmt: skip
    plain, full = pretend
    assert plain == GradeOptions(ASSIGNMENT)
    assert full == GradeOptions(
        ASSIGNMENT, ("s001", "s002", "s003"), 3, "tcp://there:8786", force=True
    )


def test_review_has_an_exit_code(
    worker_setup: WorkerSetup, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 says that somebody has to look, and the table says at whom."""
    faulty = answered()
    faulty["cells"].append(cell("code", "# the sandbox fails on our side"))
    graded = results(worker_setup, s001=faulty)
    monkeypatch.setattr(run, "grade_assignment", lambda *_: graded)
    assert cli.main(["grade", ASSIGNMENT]) == 1
    assert "1 to be looked at: s001" in capsys.readouterr().out


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["grade", "nope"], "There is no assignment 'nope'"),
        (["grade", ASSIGNMENT], "There are no submissions of sums"),
        (["grade", ASSIGNMENT, "--json", "no/such/folder/x"], "there is no such folder"),
        (["grade", ASSIGNMENT, "--json", "."], "it is not the name of a file"),
        (["grade", ASSIGNMENT, "--json", ""], "it is not the name of a file"),
        (["check", "absent.ipynb", "--assignment", ASSIGNMENT], "There is no file absent.ipynb"),
        (["check", ".", "--assignment", ASSIGNMENT], "is not a file that you may read"),
        (["check", "course_config.py", "--assignment", "nope"], "There is no assignment"),
        (
            [
                "check",
                "course_config.py",
                "--assignment",
                ASSIGNMENT,
                "--workspace",
                "nbgrader_config.py",
            ],
            "is a file; give the name of a folder",
        ),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """on stderr, with exit code 2 and nothing on standard output."""
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert reason in told.err
    assert told.err.startswith("autograder: ")
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_bad_input_with_submissions_is_one_sentence(
    course: Course, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """an unknown student, a workspace in use, a workspace that is a file."""
    from autograder.course.workspace import locked_workspace

    hand_in(course.workspace, "s001", answered())
    assert cli.main(["grade", ASSIGNMENT, "--student", "s009"]) == 2
    assert "'s009' has no submission of sums" in capsys.readouterr().err
    with locked_workspace(course):
        assert cli.main(["grade", ASSIGNMENT]) == 2
    assert "Another run is at work" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert cli.main(["grade", ASSIGNMENT, "--workspace", str(tmp_path / "file")]) == 2
    assert "file" in capsys.readouterr().err


def test_outside_a_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """the operator is told to change the folder."""
    monkeypatch.chdir(tmp_path)
    done = program("grade", ASSIGNMENT)
    assert done.returncode == 2
    assert "is not in a course" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", ""])
def test_a_number_of_jobs_is_at_least_one(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    """anything else is refused before anything begins."""
    with pytest.raises(SystemExit) as left:
        cli.main(["grade", ASSIGNMENT, f"--jobs={jobs}"])
    assert left.value.code == 2
    assert "not a whole number of at least 1" in capsys.readouterr().err


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (ConfinementError("This machine has no Landlock."), 3, "This machine has no Landlock."),
        (
            RuntimeError("a bug"),
            3,
            "internal error: RuntimeError: a bug. Run it again with --debug",
        ),
        (KeyboardInterrupt(), 130, "Whatever had been recorded is kept"),
    ],
)
def test_no_traceback_reaches_the_operator(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    sentence: str,
) -> None:
    """unless one asks for it."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(run, "grade_assignment", fail)
    assert cli.main(["grade", ASSIGNMENT]) == code
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told
    if code == 3:
        assert cli.main(["grade", ASSIGNMENT, "--debug"]) == code
        assert "Traceback" in capsys.readouterr().err


def test_a_scheduler_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """the sentence names it, before anything slow begins."""
    from autograder.errors import UsageError
    from autograder.grading.cluster import connect

    monkeypatch.setitem(sys.modules, "distributed", None)
    words = r"`distributed`.*bin/pip install -e '\.\[cluster\]'"
    with pytest.raises(UsageError, match=words), connect("tcp://x:1"):
        pass


def test_a_file_is_checked_and_nothing_recorded(
    worker_setup: WorkerSetup,
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """the table has each check, and the results are those of ``grade``."""

    def check_notebook(_course: Course, path: Path, assignment: str, _progress: object) -> Any:
        submitted = SubmittedFile(check_one.student_of(path, assignment), path.read_bytes())
        graded = grade(worker_setup, FakeEquipment()(), submitted)
        return GradingResults(assignment, "sha256:0", (graded.result,)), graded

    monkeypatch.setattr(check_one, "check_notebook", check_notebook)
    document = answered(double_solution="def double(x):\n    return x")
    document["cells"].remove(find(document, "setup"))
    path = tmp_path / "handed-in.ipynb"
    path.write_text(json.dumps(document))
    arguments = ["check", str(path), "--assignment", ASSIGNMENT]
    assert cli.main([*arguments, "--json", str(tmp_path / "out.json")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "score 6 of 10",
        "  note: the locked cell `setup` was missing; it was put back",
        "",
        "double  0 of 4  FAILED",
        "  looks like off-target: Read the <statement> again.",
        "  FAILED         Is the value right? (hidden)",
        "                   expected <b>another</b> value",
        "",
        "square  6 of 6  PASSED",
        "  PASSED         Is the value right? (hidden)",
        "",
        "a person grades: why",
    ]
    (row,) = json.loads((tmp_path / "out.json").read_text())["submissions"]
    assert (row["student"], row["score"]) == ("handed-in", 6.0)
    assert not (course.workspace / "gradebook.db").exists()


def test_a_file_has_a_students_name(tmp_path: Path) -> None:
    """that of the folder it was handed in, or its own."""
    assert check_one.student_of(tmp_path / "s001" / "sums" / "sums.ipynb", "sums") == "s001"
    assert check_one.student_of(tmp_path / "somewhere" / "mine.ipynb", "sums") == "mine"
