"""A time is somebody's word, and the times of a platform's zip may be nobody's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting.submission_times import (
    Moment,
    Origin,
    are_of_copying,
    are_of_packing,
    in_utc,
    read_stamp,
    shown_moment,
    stamp_of,
    worksheet_moment,
    zone_named,
)
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.gradebook.book import parsed_timestamp
from tests.collecting.downloads import (
    NAME,
    NOON,
    actions,
    canvas,
    lying,
    moodle,
    notebook,
    packed,
    packed_with,
    rows,
    take,
    written,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT

SHEET = (
    'Identifier,"Full name","Email address","Last modified (submission)"\n'
    '"Participant 1","Ada Lovelace",ada@example.org,"Wednesday, 9 January 2030, 11:59 PM"\n'
    '"Participant 2","José Müller-Ödön",jose@example.org,-\n'
)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stamp_is_what_nbgrader_reads(moment: datetime) -> None:
    """and what we read again, to the microsecond."""
    stamp = stamp_of(moment)
    assert read_stamp(stamp) == moment
    assert parsed_timestamp(stamp) == moment.replace(tzinfo=None)


def test_stamps_of_other_kinds() -> None:
    """are read as grading reads them, and what is none is none."""
    assert read_stamp("2030-01-10 13:00:00 CET") == NOON
    assert read_stamp("2030-01-10 12:00:00") == NOON
    assert read_stamp("yesterday, I think") is None
    assert read_stamp("") is None
    assert shown_moment(None) == "at an unknown time"


def test_a_clock_without_a_zone() -> None:
    """shows the time of the zone that was named; one that knows its zone keeps it."""
    berlin = zone_named("Europe/Berlin")
    assert in_utc(datetime(2030, 7, 1, 14, 0), berlin) == datetime(2030, 7, 1, 12, 0, tzinfo=UTC)  # noqa: DTZ001
    assert in_utc(NOON, berlin) == NOON
    assert in_utc(datetime(9999, 12, 31, 23, 59), ZoneInfo("America/New_York")).year == 9999  # noqa: DTZ001
    for name in ("Europe/Atlantis", "../../etc/passwd", "", "/etc/localtime", "a\0b"):
        with pytest.raises(UsageError, match="There is no time zone"):
            zone_named(name)


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
    """are read in the forms that Moodle has in English."""
    assert worksheet_moment(text, UTC) == NOON
    assert worksheet_moment("-", UTC) is None


@given(
    st.lists(st.integers(0, 300), min_size=3, max_size=40),
    st.integers(-14, 14),
    st.integers(0, 100_000),
)
def test_a_zip_made_at_once_is_found_out(steps: list[int], zone: int, later: int) -> None:
    """whatever the zone of the platform's clock, and however long the file has been lying about."""
    total = sum(steps)
    times = [
        (NOON + timedelta(hours=zone, seconds=sum(steps[: n + 1]) / max(total, 1) * 60)).replace(
            tzinfo=None
        )
        for n in range(len(steps))
    ]
    made = NOON + timedelta(minutes=1)
    assert are_of_packing(times, people=len(times), packed=made + timedelta(hours=later), zone=UTC)
    assert are_of_packing(times[:1], people=1, packed=made, zone=UTC)
    if later > 48:
        alone = are_of_packing(times[:1], people=1, packed=made + timedelta(hours=later), zone=UTC)
        assert not alone


def test_times_of_handing_in_are_kept() -> None:
    """they go up and down, or are hours apart."""
    times = [NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=3)]
    assert not are_of_packing(times, people=3, packed=NOON, zone=UTC)
    times = [NOON, NOON + timedelta(minutes=5), NOON + timedelta(hours=3)]
    assert not are_of_packing(times, people=3, packed=NOON, zone=UTC)
    assert not are_of_packing([], people=0, packed=NOON, zone=UTC)


def test_a_copied_folder_has_no_times(course: Course, tmp_path: Path) -> None:
    """of three people and more; one that was unpacked from a platform's zip is such a copy."""
    assert are_of_copying([NOON, NOON - timedelta(minutes=9), NOON], people=3)
    assert not are_of_copying([NOON, NOON - timedelta(minutes=9), NOON], people=2)
    assert not are_of_copying([NOON, NOON - timedelta(hours=1), NOON], people=3)
    assert not are_of_copying([], people=3)
    folder = tmp_path / "unpacked"
    for number, name in enumerate(("Ada Lovelace", "Lee Min", "José Müller-Ödön")):
        written(folder / f"{name}_{number}_assignsubmission_file_" / NAME)
    take(course, folder)
    assert lying(course, "lee").keys() == {NAME}
    assert set(actions(take(course, folder, trust_times=True)).values()) == {"dated"}


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
    """a zip made at once gives no times, and says where to get them; the latest zip counts."""
    account = take(course, whole_class(tmp_path / "1.zip"))
    assert set(actions(account).values()) == {"new"}
    assert lying(course, "ada").keys() == {NAME}
    assert any("at which a zip or a copy was made" in note for note in account.notes)
    assert actions(take(course, whole_class(tmp_path / "2.zip", made=3)))["ada"] == "unchanged"
    new = whole_class(tmp_path / "3.zip", made=5, mark="again")
    assert actions(take(course, new))["ada"] == "replaced"
    assert actions(take(course, tmp_path / "2.zip"))["ada"] == "older"
    assert lying(course, "ada") == {NAME: notebook("Ada Lovelaceagain")}


def test_a_late_mark_is_no_time(course: Course, tmp_path: Path) -> None:
    """it is told; what a person writes into timestamp.txt counts, and is kept."""
    names = ("lovelaceada", "minlee", "müllerödönjosé")
    members = [canvas(name, user=n, late=n == 1) for n, name in enumerate(names)]
    path = zipped(tmp_path / "1.zip", *members)
    account = take(course, path)
    assert any(
        note.startswith("1 late by Canvas's mark") and "lee" in note for note in account.notes
    )
    stamp = course.submitted / "lee" / ASSIGNMENT / "timestamp.txt"
    stamp.write_text("2030-01-12 12:00 UTC")
    row = rows(take(course, path))["lee"]
    assert (str(row.action), row.previous) == (
        "unchanged",
        Moment(NOON + timedelta(days=2), Origin.TIMESTAMP),
    )
    assert stamp.read_text() == "2030-01-12 12:00 UTC"


def test_the_operator_may_trust_a_zip(course: Course, tmp_path: Path) -> None:
    """and corrects what was not known before."""
    path = whole_class(tmp_path / "1.zip")
    take(course, path)
    account = take(course, path, trust_times=True, timezone="Europe/Berlin")
    assert set(actions(account).values()) == {"dated"}
    assert lying(course, "ada")["timestamp.txt"] == b"2030-01-10 11:00:00.000000 UTC"
    assert any("Europe/Berlin" in note for note in account.notes)


def test_the_worksheet_has_the_times(course: Course, tmp_path: Path) -> None:
    """where its number is the file's; whoever is not in it has none."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    rosters = (course.root / "roster.csv", sheet)
    path = whole_class(tmp_path / "1.zip")
    take(course, path)
    account = take(course, path, rosters=rosters)
    assert actions(account) == {"ada": "dated", "jose": "unchanged", "lee": "unchanged"}
    assert rows(account)["ada"].handed_in.origin is Origin.WORKSHEET  # type: ignore[union-attr]
    assert lying(course, "ada")["timestamp.txt"] == b"2030-01-09 23:59:00.000000 UTC"
    assert actions(take(course, path))["ada"] == "unchanged"
    assert actions(take(course, path, rosters=rosters))["ada"] == "unchanged"
    sheet.write_text(SHEET.replace("Participant 1", "Participant 77"))
    other = whole_class(tmp_path / "2.zip", made=1, mark="again")
    assert rows(take(course, other, rosters=rosters))["ada"].handed_in is None


def test_a_receipt_is_the_students_word(course: Course, tmp_path: Path) -> None:
    """it counts where nobody else says a time, and never decides which of two is the last."""
    handin = {"file": "sums-handin.zip", "attachment": 1}
    future = packed(notebook(2), submitted="2031-01-01T00:00:00Z")
    forged = packed(notebook(3), notebook_sha256=f"sha256:{'0' * 64}")
    path = zipped(
        tmp_path / "1.zip",
        canvas("lovelaceada", packed(notebook(1)), **handin),  # type: ignore[arg-type]
        canvas("minlee", future, user=2, **handin),  # type: ignore[arg-type]
        canvas("müllerödönjosé", forged, user=3, **handin),  # type: ignore[arg-type]
        canvas("thịnguyễnjr", packed_with(notebook(4), b"{"), user=4, **handin),  # type: ignore[arg-type]
    )
    account = take(course, path)
    found = rows(account)
    assert found["ada"].handed_in.origin is Origin.RECEIPT  # type: ignore[union-attr]
    assert any("the student's word" in line for line in account.lines())
    assert lying(course, "ada")["timestamp.txt"] == b"2030-01-09 08:00:00.000000 UTC"
    assert [found[one].handed_in for one in ("jose", "lee", "s_1")] == [None, None, None]
    standings = [str(found[one].receipt) for one in ("ada", "jose", "lee", "s_1")]
    assert standings == ["fits", "changed", "fits", "damaged"]
    back = packed(notebook(5), submitted="2029-01-01T00:00:00Z")
    people = (("lovelaceada", back, 1), ("a", b"", 8), ("b", b"", 9))
    later = zipped(
        tmp_path / "2.zip",
        *(canvas(n, c, user=u, days=1, **handin) for n, c, u in people),  # type: ignore[arg-type]
    )
    assert actions(take(course, later)) == {"ada": "replaced"}
    assert actions(take(course, path))["ada"] == "older"
    assert lying(course, "ada")[NAME] == notebook(5)


def test_a_platforms_time_comes_before_the_receipts(course: Course, tmp_path: Path) -> None:
    """the student may have packed it long before, or set a clock back."""
    take(
        course,
        zipped(
            tmp_path / "1.zip", moodle("Ada Lovelace", packed(notebook()), file="sums-handin.zip")
        ),
    )
    assert lying(course, "ada")["timestamp.txt"] == b"2030-01-10 12:00:00.000000 UTC"
