"""When something was handed in, and who says so. In the operator's process.

A platform's download says less than it seems to: Canvas gives every file in its zip the time at
which the zip was made, and so does Moodle (*Source:* canvas-lms ``content_zipper.rb`` with rubyzip,
which takes ``now`` for a time that it is not given; Moodle's ``mod/assign/classes/downloader.php``
with ``zip_writer``, "defaults to current time"). A download after the deadline would make the whole
class late. So times that look like those of making a zip are not taken for times of handing in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.errors import UsageError

# A platform takes this long to write a zip, and its clock differs from the laptop's.
ZIP_WRITING = timedelta(minutes=10)
ZIP_WRITING_EACH = timedelta(seconds=2)
# A zip names no zone, so its times and its file's own time may be up to 14 hours apart.
MOST_ZONE_DIFFERENCE = timedelta(hours=14)
# Two people may well hand in within minutes of each other.
FEWEST_PEOPLE = 3
# Moodle's worksheet writes `Friday, 27 November 2026, 11:43 PM`, in British and American English.
WORKSHEET_FORMATS = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d/%m/%y, %H:%M",
)


class TimeOrigin(StrEnum):
    """Who says that something was handed in at a time."""

    EXCHANGE = "exchange"
    TIMESTAMP = "timestamp.txt"
    WORKSHEET = "grading worksheet"
    ARCHIVE = "zip"
    FILE = "file"
    RECEIPT = "receipt"

    @property
    def is_reliable(self) -> bool:
        """Whether a later time of the same files means that they were handed in again.

        Copying a file changes its time, and a receipt's time is from the student's clock.
        """
        return self not in {TimeOrigin.FILE, TimeOrigin.RECEIPT}


@dataclass(frozen=True, slots=True)
class SubmissionTime:
    """A time in UTC, and who says so."""

    at: datetime
    origin: TimeOrigin


def load_timezone(name: str) -> tzinfo:
    """The time zone with this name, such as ``Europe/Berlin``.

    Raises:
        UsageError: There is none.
    """
    # A machine without a database of time zones has UTC, too.
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"There is no time zone {name!r}. Give a name such as UTC or Europe/Berlin."
        ) from error


def in_utc(time: datetime, zone: tzinfo) -> datetime:
    """The time in UTC; a time without a zone is read in ``zone``."""
    zoned = time if time.tzinfo else time.replace(tzinfo=zone)
    try:
        return zoned.astimezone(UTC)
    # An archive may say the year 9999, whose last hours are in year 10,000 elsewhere.
    except OverflowError:
        return zoned.replace(tzinfo=UTC)


def parse_worksheet_time(text: str, zone: tzinfo) -> datetime | None:
    """The time in a cell of Moodle's grading worksheet; None for ``-`` and other languages."""
    for form in WORKSHEET_FORMATS:
        try:
            return in_utc(datetime.strptime(text, form), zone)  # noqa: DTZ007
        except ValueError:
            continue
    return None


def format_timestamp(time: datetime) -> str:
    """The time as nbgrader's timestamp.txt has it."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def parse_timestamp(text: str) -> datetime | None:
    """The time in a timestamp.txt, or in a name in the exchange, as grading reads it."""
    # The usual form is read without nbgrader, which takes seconds to import.
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=UTC)
    except ValueError:
        pass
    from autograder.gradebook.book import parsed_timestamp

    found = parsed_timestamp(text)
    return found.replace(tzinfo=UTC) if found else None


def displayed_time(time: SubmissionTime | None) -> str:
    """The time as a person reads it, to the second."""
    return f"{time.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if time else "at an unknown time"


def are_zip_creation_times(
    file_times: Iterable[datetime], *, people: int, written: datetime, zone: tzinfo
) -> bool:
    """Whether a zip's times are those at which it was made, not times of handing in.

    Such times rise from file to file, within minutes. Those of one or two people may do so by
    chance; then the zip itself must be from that time as well.

    Args:
        file_times: Times of the files, in the zip's order.
        people: How many people handed something in.
        written: When the zip was last written.
        zone: Zone of times that name none.
    """
    times = [in_utc(time, zone) for time in file_times]
    if not times or any(later < earlier for earlier, later in pairwise(times)):
        return False
    if times[-1] - times[0] > ZIP_WRITING + len(times) * ZIP_WRITING_EACH:
        return False
    return people >= FEWEST_PEOPLE or abs(written - times[-1]) <= MOST_ZONE_DIFFERENCE + ZIP_WRITING


def are_copy_times(file_times: Iterable[datetime], *, people: int) -> bool:
    """Whether times are those at which somebody copied or unpacked all files.

    Args:
        file_times: Times of the files, in any order.
        people: How many people handed something in.
    """
    times = sorted(file_times)
    if people < FEWEST_PEOPLE or not times:
        return False
    return times[-1] - times[0] <= ZIP_WRITING + len(times) * ZIP_WRITING_EACH
