"""When something was handed in, and whose word that is. In the operator's process.

A platform's download says less than it seems to: Canvas gives every file in its zip the time at
which the zip was made, and so does Moodle (*Source:* canvas-lms ``content_zipper.rb`` with rubyzip,
which takes ``now`` for a time that it is not told; Moodle's ``mod/assign/classes/downloader.php``
with ``zip_writer``, "defaults to current time"). Whoever downloads after the deadline would make
the whole class late. So times of a zip that look like that are no times of handing in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.errors import UsageError

# How long a platform takes to write a zip, and the clocks of platform and laptop differ.
ZIP_WRITING = timedelta(minutes=10)
ZIP_WRITING_EACH = timedelta(seconds=2)
# A zip tells no zone: its times and the file's own may be up to 14 hours apart.
MOST_ZONE_DIFFERENCE = timedelta(hours=14)
FEWEST_PEOPLE = 3
# How Moodle's worksheet writes `Friday, 27 November 2026, 11:43 PM`, here and in the States.
WORKSHEET_FORMATS = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d/%m/%y, %H:%M",
)


class TimeOrigin(StrEnum):
    """Whose word a time is."""

    EXCHANGE = "exchange"
    TIMESTAMP = "timestamp.txt"
    WORKSHEET = "grading worksheet"
    ARCHIVE = "zip"
    FILE = "file"
    RECEIPT = "receipt"

    @property
    def is_reliable(self) -> bool:
        """Whether a later one means that something was handed in again, though it is the same.

        Copying a file changes its time, and a receipt is the student's word.
        """
        return self not in {TimeOrigin.FILE, TimeOrigin.RECEIPT}


@dataclass(frozen=True, slots=True)
class SubmissionTime:
    """A time with a zone, in UTC, and whose word it is."""

    at: datetime
    origin: TimeOrigin


def load_timezone(name: str) -> tzinfo:
    """The zone of this name, such as ``Europe/Berlin``.

    Raises:
        UsageError: There is none.
    """
    if name == "UTC":
        # It is there on machines without a list of zones, too.
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"There is no time zone {name!r}; one is called UTC, another Europe/Berlin."
        ) from error


def in_utc(time: datetime, zone: tzinfo) -> datetime:
    """The moment in UTC; one without a zone is taken to be of ``zone``."""
    placed = time if time.tzinfo else time.replace(tzinfo=zone)
    try:
        return placed.astimezone(UTC)
    except OverflowError:
        return placed.replace(tzinfo=UTC)


def parse_worksheet_time(text: str, zone: tzinfo) -> datetime | None:
    """The time in a cell of Moodle's grading worksheet; None for ``-`` and other languages."""
    for form in WORKSHEET_FORMATS:
        try:
            return in_utc(datetime.strptime(text, form), zone)  # noqa: DTZ007
        except ValueError:
            continue
    return None


def format_timestamp(time: datetime) -> str:
    """The moment as nbgrader's timestamp.txt has it."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def parse_timestamp(text: str) -> datetime | None:
    """The moment that a timestamp.txt, or a folder of the exchange, names; as grading reads it."""
    # What nbgrader and we write needs no nbgrader, which takes seconds to import.
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=UTC)
    except ValueError:
        pass
    from autograder.gradebook.book import parsed_timestamp

    found = parsed_timestamp(text)
    return found.replace(tzinfo=UTC) if found else None


def displayed_time(time: datetime | None) -> str:
    """The moment as a person reads it, to the second."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if time else "at an unknown time"


def are_zip_creation_times(
    file_times: Iterable[datetime], *, people: int, written: datetime, zone: tzinfo
) -> bool:
    """Whether a zip's times are those at which it was made, and no times of handing in.

    They rise from file to file, within minutes. What one or two people handed in may do that by
    chance: then the zip itself has to be of that time as well.

    Args:
        file_times: Of the files, in the zip's order.
        people: How many handed something in.
        written: When the zip was last written.
        zone: That of times without one.
    """
    times = [in_utc(time, zone) for time in file_times]
    if not times or any(later < earlier for earlier, later in pairwise(times)):
        return False
    if times[-1] - times[0] > ZIP_WRITING + len(times) * ZIP_WRITING_EACH:
        return False
    return people >= FEWEST_PEOPLE or abs(written - times[-1]) <= MOST_ZONE_DIFFERENCE + ZIP_WRITING


def are_copy_times(file_times: Iterable[datetime], *, people: int) -> bool:
    """Whether files' times are those at which somebody copied or unpacked them all.

    Args:
        file_times: Of the files, in any order.
        people: How many handed something in.
    """
    times = sorted(file_times)
    if people < FEWEST_PEOPLE or not times:
        return False
    return times[-1] - times[0] <= ZIP_WRITING + len(times) * ZIP_WRITING_EACH
