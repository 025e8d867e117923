"""Zip archives that depend on their content alone: the same files, the same bytes. Trusted side.

Source: SOURCE_DATE_EPOCH, https://reproducible-builds.org/specs/source-date-epoch/
"""

import io
import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from autograder.errors import UsageError
from autograder.selfcheck.reproducible_zip import EARLIEST, ZipTime, zip_bytes

VARIABLE = "SOURCE_DATE_EPOCH"
LATEST = (2107, 12, 31, 23, 59, 58)


def reproducible_zip(
    files: Mapping[str, bytes], *, environment: Mapping[str, str] = os.environ
) -> bytes:
    """The archive, which depends on names and contents alone.

    Args:
        files: Path in the archive → content.
        environment: SOURCE_DATE_EPOCH in it is every file's time.

    Raises:
        UsageError: SOURCE_DATE_EPOCH is not a number of seconds.
    """
    return zip_bytes(files, _file_time(environment))


def unpack(archive: bytes, *, top: str) -> dict[str, bytes]:
    """Path → content of an archive of ours, without the folder ``top`` that all of it is in."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name.removeprefix(top): opened.read(name) for name in opened.namelist()}


def _file_time(environment: Mapping[str, str]) -> ZipTime:
    """The time that every file gets, within what a zip archive can say: 1980 to 2107, in UTC."""
    given = environment.get(VARIABLE)
    if not given:
        return EARLIEST
    try:
        moment = datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{VARIABLE} is {given!r}; it must be a whole number of seconds since 1970."
        ) from error
    # A zip archive counts in steps of two seconds.
    return min(max(moment.timetuple()[:6], EARLIEST), LATEST)
