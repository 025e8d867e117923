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

import msgspec

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


def version_of(digest: str, *, assignment: str, packages: Path) -> Version:
    """The version with this content: an earlier one, or the next, which is remembered.

    Args:
        digest: Of the package's content.
        assignment: Its name.
        packages: The folder of the packages, with a list of the digests there have been.

    Raises:
        UsageError: The list is damaged.
    """
    path = packages / f"{assignment}.versions.json"
    try:
        digests = msgspec.json.decode(path.read_bytes(), type=list[str])
    except FileNotFoundError:
        digests = []
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read as a list of versions; put back an earlier one, or remove it "
            "to count from 1 again."
        ) from error
    if digest not in digests:
        digests.append(digest)
        write_atomically(path, json.dumps(digests, indent=1) + "\n")
    return Version(digests.index(digest) + 1, digest)
