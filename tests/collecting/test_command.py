"""``autograder collect`` on the command line: lines, JSON and exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from autograder.course.settings import Course
from autograder.course.workspace import locked_workspace
from tests.collecting.downloads import (
    NOTEBOOK_NAME,
    all_files,
    canvas,
    hand_in_file,
    moodle,
    write_file,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """A zip from Moodle, of two known people and an unknown one."""
    return zipped(
        tmp_path / "submissions.zip",
        moodle("Ada Lovelace", number=1),
        moodle("Lee Min", hand_in_file(b"{}"), number=2, days=1, file=f"{ASSIGNMENT}-handin.zip"),
        moodle("Eve Nobody", number=3, days=-1),
    )


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The help has an example, and names the options."""
    with pytest.raises(SystemExit):
        cli.main(["collect", "--help"])
    output = capsys.readouterr().out
    assert "example: autograder collect" in output
    assert "--roster" in output


@pytest.mark.usefixtures("course")
def test_lines_say_what_was_done(submissions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is a line for each student and each unknown name; 1 means that a person must look."""
    assert cli.main(["collect", str(submissions), ASSIGNMENT]) == 1
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        "ada  new  2030-01-10 12:00:00 UTC  Ada Lovelace_1",
        "lee  new  2030-01-11 12:00:00 UTC  Lee Min_2",
        "not assigned to a student:",
        "    Eve Nobody_3: roster.csv has no student with this name",
        "Times are those of the files in the archive; where it names no zone, UTC.",
        f"{ASSIGNMENT}: 2 new; receipts: 1 missing, 1 fits; 1 not assigned to a student",
    ]
    assert output.err.startswith("collected 2/2, ")


def test_twice_changes_nothing(
    course: Course, submissions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run changes neither a byte nor the time of a file."""
    cli.main(["collect", str(submissions), ASSIGNMENT])
    before = all_files(course.workspace)
    capsys.readouterr()
    assert cli.main(["collect", str(submissions), ASSIGNMENT]) == 1
    assert all_files(course.workspace) == before
    assert "2 unchanged" in capsys.readouterr().out


def test_arguments_arrive(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each argument has its effect, and the report goes to a file or to standard output."""
    people = tmp_path / "people.csv"
    people.write_text("id,first_name,last_name\nx,Ada,Lovelace\n")
    path = zipped(tmp_path / "canvas.zip", canvas("lovelaceada", late=True))
    words = ["collect", str(path), ASSIGNMENT, "--roster", str(people), "--timezone", "Asia/Tokyo"]
    report = tmp_path / "account.json"
    assert cli.main([*words, "--dry-run", "--trust-times", "--json", str(report)]) == 0
    assert "dry run" in capsys.readouterr().out
    assert not course.workspace.exists()
    assert json.loads(report.read_text()) == {
        "assignment": ASSIGNMENT,
        "counts": {"dated": 0, "new": 1, "older": 0, "replaced": 0, "unchanged": 0},
        "dry_run": True,
        "ignored": [],
        "notes": [
            "Times are those of the files in the archive; where it names no zone, Asia/Tokyo."
        ],
        "schema": 1,
        "source": "canvas.zip",
        "submissions": [
            {
                "action": "new",
                "from": "lovelaceada_100",
                "handed_in": "2030-01-10T03:00:00+00:00",
                "needs_review": False,
                "previous": None,
                "receipt": "missing",
                "remarks": ["Canvas marked it LATE"],
                "student": "x",
                "time_of": "zip",
            }
        ],
        "unassigned": [],
    }
    assert cli.main([*words, "--workspace", str(tmp_path / "there"), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["new"] == 1
    assert (tmp_path / "there" / "submitted" / "x" / ASSIGNMENT / NOTEBOOK_NAME).is_file()
    one = write_file(tmp_path / NOTEBOOK_NAME)
    assert cli.main(["collect", str(one), ASSIGNMENT, "--student", "ada"]) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.zip", ASSIGNMENT], "There is no file or folder nowhere.zip."),
        (["course_config.py", "nope"], "There is no assignment 'nope'"),
        (["course_config.py", ASSIGNMENT], "was not unpacked: it is damaged or not an archive"),
        (["assignments", ASSIGNMENT, "--timezone", "Mars"], "There is no time zone 'Mars'"),
        (["assignments", ASSIGNMENT, "--roster", "none"], "The roster none cannot be read"),
        (["assignments", ASSIGNMENT, "--roster", "course_config.py"], "has no column of ids"),
        (["assignments", ASSIGNMENT, "--student", "eve"], "'eve' is not in roster.csv"),
        (["assignments", ASSIGNMENT, "--json", "no/such/x"], "there is no such folder"),
        ([".", ASSIGNMENT], "holds what has been collected already"),
    ],
)
@pytest.mark.usefixtures("course")
def test_bad_input_is_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is printed on stderr, with exit code 2, and nothing on standard output."""
    assert cli.main(["collect", *words]) == 2
    output = capsys.readouterr()
    assert sentence in output.err
    assert output.err.startswith("autograder: ")
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_two_runs_do_not_meet(
    course: Course, submissions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second one is refused."""
    with locked_workspace(course):
        assert cli.main(["collect", str(submissions), ASSIGNMENT]) == 2
    assert "Another run is at work" in capsys.readouterr().err


def test_a_setting_names_the_zone(
    course: Course, submissions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is used for a zip, which names no zone."""
    config = course.root / "course_config.py"
    config.write_text(config.read_text() + '\nc.Course.timezone = "Europe/Berlin"\n')
    cli.main(["collect", str(submissions), ASSIGNMENT, "--json", "-"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["submissions"][0]["handed_in"] == "2030-01-10T11:00:00+00:00"
