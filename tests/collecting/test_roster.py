"""A roster is read from what nbgrader, Moodle and Canvas write, or refused in a sentence."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.collecting.roster import Roster, Student
from autograder.collecting.roster_file import MOST_BYTES, read_roster, read_rosters
from autograder.errors import UsageError

NBGRADER = "id,first_name,last_name,email,lms_user_id\ns1,Ada,Lovelace,ada@x.org,42\ns2,,,,\n"
MOODLE = (
    'Identifier,"Full name","Email address",Status,Group,Grade,"Maximum Grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
    '"Participant 117","Ada Lovelace",ada@x.org,"Submitted for grading",,,100.00,Yes,'
    '"Thursday, 10 January 2030, 1:00 PM",-,\n'
    '"Participant 118","Müller, José",jose@x.org,"No submission",,,100.00,Yes,-,-,\n'
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Sums (123)\n"
    "    Points Possible,,,,,12\n"
    '"Lovelace, Ada",42,U1,ada@x.org,Main,\n'
    '"Müller, José",43,U2,,Main,\n'
    '"Student, Test",99,,,Main,\n'
)


def read(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Roster:
    """The roster in a file of this content."""
    path = tmp_path / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_roster(path, ZoneInfo("Europe/Berlin"))


def test_nbgraders_list(tmp_path: Path) -> None:
    """A file for `nbgrader db student import` is a roster."""
    found = read(tmp_path, NBGRADER).students
    assert found == {
        "s1": Student("s1", "Ada", "Lovelace", email="ada@x.org", canvas_id="42"),
        "s2": Student("s2"),
    }


def test_moodles_grading_worksheet(tmp_path: Path) -> None:
    """Its ids are addresses, and it has participants' numbers and times of handing in."""
    found = read(tmp_path, MOODLE, "utf-8-sig").students
    ada = found["ada@x.org"]
    assert (ada.name, ada.moodle_participant) == ("Ada Lovelace", "117")
    assert ada.worksheet_time == datetime(2030, 1, 10, 12, 0, tzinfo=UTC)
    assert found["jose@x.org"].worksheet_time is None
    assert not read(tmp_path, MOODLE).notes
    other = read(tmp_path, MOODLE.replace("Thursday, 10 January", "Donnerstag, 10. Januar"))
    assert "1 times in people.csv could not be read" in other.notes[0]
    assert other.students["ada@x.org"].worksheet_time is None


def test_canvas_gradebook(tmp_path: Path) -> None:
    """Canvas's numbers are under `ID`, and lines that are not about students are left out."""
    found = read(tmp_path, CANVAS).students
    assert found == {
        "ada@x.org": Student("ada@x.org", name="Lovelace, Ada", canvas_id="42"),
        "U2": Student("U2", name="Müller, José", canvas_id="43"),
    }
    assert found["U2"].first_and_last_name == ("José", "Müller")


def test_blind_marking(tmp_path: Path) -> None:
    """Where a worksheet has participants' numbers only, they are the ids."""
    text = 'Identifier,Status,Grade\n"Participant 7",,\n"Participant 8",,\n'
    assert set(read(tmp_path, text).students) == {"7", "8"}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("ID;Vorname;Last Name\ns1;x;Ödön\n", "utf-8-sig"),
        ("\ufeffid\tlast_name\ns1\tÖdön\n", "utf-16-le"),
        ("id,last_name\r\n\r\n s1 , Ödön \r\n", "utf-8"),
        ('Last-name ,id\n"x",s1\n', "utf-8"),
        ('id,last_name\ns1,"Ödön\nÖ"\ns1,"Ödön Ö"\n', "utf-8"),
        ("id,last_name,last name\ns1,Ödön\n", "utf-8"),
    ],
)
def test_a_spreadsheets_ways(tmp_path: Path, text: str, encoding: str) -> None:
    """Separators, byte order marks, blanks, line breaks in cells and short lines are read."""
    found = read(tmp_path, text, encoding).students
    assert set(found) == {"s1"}
    assert found["s1"].last_name in {"Ödön", "Ödön Ö", ""}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "its first line has nothing"),
        (b"a,b\n1,2\n", "its first line has `a`, `b`"),
        (b"name\nAda\n", "no column of ids or e-mail addresses"),
        (b"id\n", "names no student below its header"),
        (b"id,name\n,Ada\n", "names no student below its header"),
        (b"id\n\xff\xfe\xff\n", "it is not UTF-8"),
        (b"\xff\xfea", "it is not UTF-8"),
        (b"id\n../ada\n", "line 2: no student can have the id '../ada'"),
        (b"id\n.ada\n", "cannot be the name of a folder"),
        (b"id\na:b\n", "line 2: no student can have the id 'a:b'"),
        (b"id,name\ns1,Ada\ns2,Bob\ns1,Eve\n", "line 4: the id s1 is given a second time"),
        (b'id\n"' + b"x" * 200_000 + b'"\n', "is not a CSV file"),
        (b"id\n" + b"s1\n" * 100_001, "more than 100,000 lines"),
        (b"x" * (MOST_BYTES + 1), "was larger than 16 MiB"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:20],
)
def test_what_is_no_roster_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """One sentence says what was found."""
    with pytest.raises(UsageError) as refused:
        read(tmp_path, content)
    assert reason in str(refused.value)
    assert str(refused.value).isprintable()


def test_no_file_is_no_roster(tmp_path: Path) -> None:
    """A missing file and a folder are refused."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="cannot be read: "):
            read_roster(path, UTC)


def test_a_second_file_adds_what_the_first_does_not_know(tmp_path: Path) -> None:
    """Students are found by id, address or name, and no student is added."""
    base, sheet, marks = (tmp_path / name for name in ("base.csv", "sheet.csv", "marks.csv"))
    base.write_text("id,first_name,last_name,email\ns1,Ada,Lovelace,ADA@x.org\ns2,José,Müller,\n")
    sheet.write_text(
        MOODLE.replace("Participant 118", "Participant 9")
        + "Participant 119,Eve Nobody,eve@x.org\n"
    )
    marks.write_text(CANVAS)
    found = read_rosters((base, sheet, marks), UTC)
    assert set(found.students) == {"s1", "s2"}
    ada, jose = found.students["s1"], found.students["s2"]
    assert (ada.email, ada.moodle_participant, ada.canvas_id) == ("ADA@x.org", "117", "42")
    assert ada.worksheet_time == datetime(2030, 1, 10, 13, 0, tzinfo=UTC)
    assert (jose.email, jose.moodle_participant, jose.canvas_id) == ("jose@x.org", "9", "43")
    assert found.name == "base.csv"


def test_a_comma_puts_the_family_name_first(tmp_path: Path) -> None:
    """`Min, Lee` in a second file is Lee Min, though another student is called Min Lee."""
    base, sheet = tmp_path / "base.csv", tmp_path / "sheet.csv"
    base.write_text("id,first_name,last_name\nlee,Lee,Min\nmin,Min,Lee\n")
    sheet.write_text('Identifier,Full name\nParticipant 7,"Min, Lee"\n')
    found = read_rosters((base, sheet), UTC).students
    assert (found["lee"].moodle_participant, found["min"].moodle_participant) == ("7", "")


def test_the_case_of_an_id_counts_first() -> None:
    """An id in another case is found if no student has it exactly."""
    roster = Roster([Student("Ada"), Student("ada"), Student("Bob")], "roster.csv")
    assert roster.by_id("ada").student == Student("ada")
    assert roster.by_id("BOB").student == Student("Bob")
    assert "2 students" in roster.by_id("ADA").reason
    assert roster.by_id_or_name("b").reason == "roster.csv has no student with this name"


def test_many_of_one_name_are_not_all_named() -> None:
    """The sentence names four of them at most."""
    roster = Roster([Student(f"s{n}", "Bob", "Twin") for n in range(9)], "roster.csv")
    assert roster.by_name("bob twin").reason == (
        "9 students in roster.csv match (s0, s1, s2, s3, …)"
    )
