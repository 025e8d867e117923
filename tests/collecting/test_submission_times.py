"""Times of submissions are as reliable as their origins; those of a zip may mean nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting.submission_times import (
    SubmissionTime,
    TimeOrigin,
    are_copy_times,
    are_zip_creation_times,
    displayed_time,
    format_timestamp,
    in_utc,
    load_timezone,
    parse_timestamp,
    parse_worksheet_time,
)
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.gradebook.book import parsed_timestamp
from tests.collecting.downloads import (
    NOON,
    NOTEBOOK_NAME,
    actions,
    canvas,
    collect_from,
    hand_in_file,
    hand_in_file_with,
    moodle,
    notebook,
    rows_by_student,
    stored_files,
    write_file,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT

SHEET = (
    'Identifier,"Full name","Email address","Last modified (submission)"\n'
    '"Participant 1","Ada Lovelace",ada@example.org,"Wednesday, 9 January 2030, 11:59 PM"\n'
    '"Participant 2","José Müller-Ödön",jose@example.org,-\n'
)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stamp_is_what_nbgrader_reads(time: datetime) -> None:
    """nbgrader and we read what we wrote, to the microsecond."""
    stamp = format_timestamp(time)
    assert parse_timestamp(stamp) == time
    assert parsed_timestamp(stamp) == time.replace(tzinfo=None)


def test_stamps_of_other_kinds() -> None:
    """They are read as grading reads them, and other text is no time."""
    assert parse_timestamp("2030-01-10 13:00:00 CET") == NOON
    assert parse_timestamp("2030-01-10 12:00:00") == NOON
    assert parse_timestamp("yesterday, I think") is None
    assert parse_timestamp("") is None
    assert displayed_time(None) == "at an unknown time"


def test_a_clock_without_a_zone() -> None:
    """A time without a zone is read in the named zone; one with a zone keeps it."""
    berlin = load_timezone("Europe/Berlin")
    assert in_utc(datetime(2030, 7, 1, 14, 0), berlin) == datetime(2030, 7, 1, 12, 0, tzinfo=UTC)  # noqa: DTZ001
    assert in_utc(NOON, berlin) == NOON
    assert in_utc(datetime(9999, 12, 31, 23, 59), ZoneInfo("America/New_York")).year == 9999  # noqa: DTZ001
    for name in ("Europe/Atlantis", "../../etc/passwd", "", "/etc/localtime", "a\0b"):
        with pytest.raises(UsageError, match="There is no time zone"):
            load_timezone(name)


@pytest.mark.parametrize(
    "text",
    [
        "Thursday, 10 January 2030, 12:00 PM",
        "Thursday, January 10, 2030, 12:00 PM",
        "Thursday, 10 January 2030, 12:00",
        "10/01/30, 12:00",
    ],
)
def test_times_of_the_worksheet(text: str) -> None:
    """Moodle's four English forms are read."""
    assert parse_worksheet_time(text, UTC) == NOON
    assert parse_worksheet_time("-", UTC) is None


@given(
    st.lists(st.integers(0, 300), min_size=3, max_size=40),
    st.integers(-14, 14),
    st.integers(0, 100_000),
)
def test_a_zip_made_at_once_is_found_out(steps: list[int], zone: int, later: int) -> None:
    """The platform's zone and the file's age make no difference."""
    total = sum(steps)
    times = [
        (NOON + timedelta(hours=zone, seconds=sum(steps[: n + 1]) / max(total, 1) * 60)).replace(
            tzinfo=None
        )
        for n in range(len(steps))
    ]
    made = NOON + timedelta(minutes=1)
    assert are_zip_creation_times(
        times, people=len(times), written=made + timedelta(hours=later), zone=UTC
    )
    assert are_zip_creation_times(times[:1], people=1, written=made, zone=UTC)
    if later > 48:
        alone = are_zip_creation_times(
            times[:1], people=1, written=made + timedelta(hours=later), zone=UTC
        )
        assert not alone


def test_times_of_handing_in_are_kept() -> None:
    """Times that go up and down, or are hours apart, are not those of making a zip."""
    times = [NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=3)]
    assert not are_zip_creation_times(times, people=3, written=NOON, zone=UTC)
    times = [NOON, NOON + timedelta(minutes=5), NOON + timedelta(hours=3)]
    assert not are_zip_creation_times(times, people=3, written=NOON, zone=UTC)
    assert not are_zip_creation_times([], people=0, written=NOON, zone=UTC)


def test_a_copied_folder_has_no_times(course: Course, tmp_path: Path) -> None:
    """Times of a folder that was copied or unpacked, of three people or more, do not count."""
    assert are_copy_times([NOON, NOON - timedelta(minutes=9), NOON], people=3)
    assert not are_copy_times([NOON, NOON - timedelta(minutes=9), NOON], people=2)
    assert not are_copy_times([NOON, NOON - timedelta(hours=1), NOON], people=3)
    assert not are_copy_times([], people=3)
    folder = tmp_path / "unpacked"
    for number, name in enumerate(("Ada Lovelace", "Lee Min", "José Müller-Ödön")):
        write_file(folder / f"{name}_{number}_assignsubmission_file_" / NOTEBOOK_NAME)
    collect_from(course, folder)
    assert stored_files(course, "lee").keys() == {NOTEBOOK_NAME}
    assert set(actions(collect_from(course, folder, trust_times=True)).values()) == {"dated"}


def whole_class(path: Path, *, made: float = 0, mark: str = "") -> Path:
    """A zip from Moodle whose files all have the time at which it was made."""
    people = ("Ada Lovelace", "José Müller-Ödön", "Lee Min")
    return zipped(
        path,
        *(
            moodle(name, notebook(f"{name}{mark}"), number=number, days=made)
            for number, name in enumerate(people, start=1)
        ),
    )


def test_nobody_is_late_because_of_a_download(course: Course, tmp_path: Path) -> None:
    """A zip made at once gives no times, and a note says where to get them."""
    report = collect_from(course, whole_class(tmp_path / "1.zip"))
    assert set(actions(report).values()) == {"new"}
    assert stored_files(course, "ada").keys() == {NOTEBOOK_NAME}
    assert any("at which a zip or a copy was made" in note for note in report.notes)
    assert (
        actions(collect_from(course, whole_class(tmp_path / "2.zip", made=3)))["ada"] == "unchanged"
    )
    new = whole_class(tmp_path / "3.zip", made=5, mark="again")
    assert actions(collect_from(course, new))["ada"] == "replaced"
    assert actions(collect_from(course, tmp_path / "2.zip"))["ada"] == "older"
    assert stored_files(course, "ada") == {NOTEBOOK_NAME: notebook("Ada Lovelaceagain")}


def test_a_late_mark_is_no_time(course: Course, tmp_path: Path) -> None:
    """A note names the student, and a time that a person writes into timestamp.txt counts."""
    names = ("lovelaceada", "minlee", "müllerödönjosé")
    members = [canvas(name, user=n, late=n == 1) for n, name in enumerate(names)]
    path = zipped(tmp_path / "1.zip", *members)
    report = collect_from(course, path)
    assert any(
        note.startswith("1 marked late by Canvas") and "lee" in note for note in report.notes
    )
    stamp = course.submitted / "lee" / ASSIGNMENT / "timestamp.txt"
    stamp.write_text("2030-01-12 12:00 UTC")
    row = rows_by_student(collect_from(course, path))["lee"]
    assert (str(row.action), row.previous) == (
        "unchanged",
        SubmissionTime(NOON + timedelta(days=2), TimeOrigin.TIMESTAMP),
    )
    assert stamp.read_text() == "2030-01-12 12:00 UTC"


def test_the_operator_may_trust_a_zip(course: Course, tmp_path: Path) -> None:
    """Times of a zip that was collected before are added."""
    path = whole_class(tmp_path / "1.zip")
    collect_from(course, path)
    report = collect_from(course, path, trust_times=True, timezone="Europe/Berlin")
    assert set(actions(report).values()) == {"dated"}
    assert stored_files(course, "ada")["timestamp.txt"] == b"2030-01-10 11:00:00.000000 UTC"
    assert any("Europe/Berlin" in note for note in report.notes)


def test_the_worksheet_has_the_times(course: Course, tmp_path: Path) -> None:
    """It gives the time of a participant whose number is the file's."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    rosters = (course.root / "roster.csv", sheet)
    path = whole_class(tmp_path / "1.zip")
    collect_from(course, path)
    report = collect_from(course, path, rosters=rosters)
    assert actions(report) == {"ada": "dated", "jose": "unchanged", "lee": "unchanged"}
    assert rows_by_student(report)["ada"].handed_in.origin is TimeOrigin.WORKSHEET  # type: ignore[union-attr]
    assert stored_files(course, "ada")["timestamp.txt"] == b"2030-01-09 23:59:00.000000 UTC"
    assert actions(collect_from(course, path))["ada"] == "unchanged"
    assert actions(collect_from(course, path, rosters=rosters))["ada"] == "unchanged"
    sheet.write_text(SHEET.replace("Participant 1", "Participant 77"))
    other = whole_class(tmp_path / "2.zip", made=1, mark="again")
    assert rows_by_student(collect_from(course, other, rosters=rosters))["ada"].handed_in is None


def test_a_receipt_is_the_students_word(course: Course, tmp_path: Path) -> None:
    """Its time counts if there is no other, and never decides which of two is the latest."""
    submission = {"file": "sums-handin.zip", "attachment": 1}
    future = hand_in_file(notebook(2), submitted="2031-01-01T00:00:00Z")
    forged = hand_in_file(notebook(3), notebook_sha256=f"sha256:{'0' * 64}")
    path = zipped(
        tmp_path / "1.zip",
        canvas("lovelaceada", hand_in_file(notebook(1)), **submission),  # type: ignore[arg-type]
        canvas("minlee", future, user=2, **submission),  # type: ignore[arg-type]
        canvas("müllerödönjosé", forged, user=3, **submission),  # type: ignore[arg-type]
        canvas("thịnguyễnjr", hand_in_file_with(notebook(4), b"{"), user=4, **submission),  # type: ignore[arg-type]
    )
    report = collect_from(course, path)
    found = rows_by_student(report)
    assert found["ada"].handed_in.origin is TimeOrigin.RECEIPT  # type: ignore[union-attr]
    assert any("only the student's computer says so" in line for line in report.lines())
    assert stored_files(course, "ada")["timestamp.txt"] == b"2030-01-09 08:00:00.000000 UTC"
    assert [found[one].handed_in for one in ("jose", "lee", "s_1")] == [None, None, None]
    standings = [str(found[one].receipt) for one in ("ada", "jose", "lee", "s_1")]
    assert standings == ["fits", "changed", "fits", "damaged"]
    back = hand_in_file(notebook(5), submitted="2029-01-01T00:00:00Z")
    people = (("lovelaceada", back, 1), ("a", b"", 8), ("b", b"", 9))
    later = zipped(
        tmp_path / "2.zip",
        *(canvas(n, c, user=u, days=1, **submission) for n, c, u in people),  # type: ignore[arg-type]
    )
    assert actions(collect_from(course, later)) == {"ada": "replaced"}
    assert actions(collect_from(course, path))["ada"] == "older"
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(5)


def test_a_platforms_time_comes_before_the_receipts(course: Course, tmp_path: Path) -> None:
    """The platform's time counts, because the student may have set a clock back."""
    collect_from(
        course,
        zipped(
            tmp_path / "1.zip",
            moodle("Ada Lovelace", hand_in_file(notebook()), file="sums-handin.zip"),
        ),
    )
    assert stored_files(course, "ada")["timestamp.txt"] == b"2030-01-10 12:00:00.000000 UTC"
