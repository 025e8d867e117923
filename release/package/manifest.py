"""What is in a package, and which version of the assignment it is. Trusted side.

A version is a number that counts up with every change, and the beginning of the content's digest:
``3-5f0c21ab``. Which contents there have been is kept beside the packages: the same content, packed
again, gets its old number.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder import __version__
from autograder.course.files import write_atomically
from autograder.errors import UsageError

MANIFEST = "manifest.json"
SCHEMA = 1


def digest_of(content: bytes) -> str:
    """``sha256:`` and the digest."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Version:
    """One content of an assignment's package.

    Attributes:
        number: Counts from 1.
        digest: Of all files together.
    """

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}-{self.digest.removeprefix('sha256:')[:8]}"


def manifest_of(
    assignment: str, version: Version, files: Mapping[str, bytes], *, cells: Iterable[str]
) -> bytes:
    """The manifest, as the package holds it.

    Args:
        assignment: Its name.
        version: Of the package.
        files: Path in the package → content, without the manifest.
        cells: The graded cells and solution cells, which a notebook that is handed in must have.
    """
    document = {
        "assignment": assignment,
        "cells": list(cells),
        "files": {name: digest_of(content) for name, content in files.items()},
        "kit": __version__,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "schema": SCHEMA,
        "version": str(version),
    }
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def content_digest(files: Mapping[str, bytes]) -> str:
    """One digest of all files: it changes with any name and any content."""
    listed = "".join(f"{digest_of(files[name])} {name}\n" for name in sorted(files))
    return digest_of(listed.encode())


class VersionHistory:
    """The contents that an assignment's packages have had, in their order.

    Args:
        folder: Where the packages are.
        assignment: Its name.

    Raises:
        UsageError: What is kept there is damaged.
    """

    def __init__(self, folder: Path, assignment: str) -> None:
        self._path = folder / f"{assignment}.versions.json"
        self._digests = self._read()

    def version_of(self, digest: str) -> Version:
        """The content's version, remembered from now on."""
        if digest not in self._digests:
            self._digests.append(digest)
            write_atomically(self._path, json.dumps(self._digests, indent=1) + "\n")
        return Version(self._digests.index(digest) + 1, digest)

    def _read(self) -> list[str]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise self._damaged() from error
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self._damaged()
        return found

    def _damaged(self) -> UsageError:
        return UsageError(
            f"{self._path} cannot be read as a list of versions; put back an earlier one, or "
            "remove it to count from 1 again."
        )
