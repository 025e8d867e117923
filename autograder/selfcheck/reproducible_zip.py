"""Writes small zip archives whose bytes depend on the files in them alone. Part of the kit."""

import io
import zipfile
from collections.abc import Mapping
from types import MappingProxyType

ZipTime = tuple[int, int, int, int, int, int]
# The first moment that a zip archive can hold.
EARLIEST: ZipTime = (1980, 1, 1, 0, 0, 0)
_LEVEL = 9
_REGULAR, _MODE = 0o100000, 0o644
_UNIX = 3


def zip_bytes(
    files: Mapping[str, bytes],
    time: ZipTime = EARLIEST,
    *,
    modes: Mapping[str, int] = MappingProxyType({}),
) -> bytes:
    """A zip archive of these files, sorted by name, all with the same time.

    Args:
        files: Path in the archive → content.
        time: Year, month, day, hour, minute, second; from 1980 on.
        modes: Path in the archive → permissions, where they are not 0644.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (_REGULAR | modes.get(name, _MODE)) << 16
            # Otherwise the archive says on which system it was made.
            entry.create_system = _UNIX
            archive.writestr(entry, files[name], compresslevel=_LEVEL)
    return stream.getvalue()
