"""Files of observations: frames of the wire format one after another, never pickled.

Runs on the trusted side for the cache, and in the student kit to read recorded observations.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import WireError
from autograder.model.observation import ObservationResult
from autograder.probe.wire import decode_seen, encode_seen

_LENGTH_BYTES = 4


def write_observations(path: Path, seen: Mapping[str, Mapping[str, ObservationResult]]) -> None:
    """Write a file, mode 0600; after a crash there is the old file or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    frames = [encode_seen(key, item) for key, items in seen.items() for item in items.values()]
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        draft = Path(file.name)
        try:
            for frame in frames:
                file.write(len(frame).to_bytes(_LENGTH_BYTES, "big") + frame)
            file.flush()
            os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink()
            raise


def read_observations(path: Path) -> dict[str, dict[str, ObservationResult]] | None:
    """Read a file of observations; None when there is no such file or it is damaged."""
    try:
        return parse_observations(path.read_bytes())
    except FileNotFoundError:
        return None


def parse_observations(content: bytes) -> dict[str, dict[str, ObservationResult]] | None:
    """The observations in a file's content; None when it is damaged, or empty."""
    try:
        found: dict[str, dict[str, ObservationResult]] = {}
        while content:
            size = int.from_bytes(content[:_LENGTH_BYTES], "big")
            key, item = decode_seen(content[_LENGTH_BYTES : _LENGTH_BYTES + size])
            found.setdefault(key, {})[item.scenario] = item
            content = content[_LENGTH_BYTES + size :]
    except WireError:
        return None
    return found or None
