"""A new release in place of an earlier one: whether it may be, and how. Trusted side."""

import filecmp
import os
from collections.abc import Set as AbstractSet
from pathlib import Path

from autograder.errors import UsageError


def needs_replacing(place: Path, built: Path, *, force: bool) -> bool:
    """Whether the new release differs from what is in its place, if anything is.

    Raises:
        UsageError: It does, and ``force`` is not given.
    """
    if not os.path.lexists(place):
        return True
    changed = difference(place, built)
    if changed is None:
        return False
    if force:
        return True
    raise UsageError(
        f"{place} differs from the new release ({changed}). "
        "Give --force to replace it; what students have begun in it is still graded against it."
    )


def difference(
    first: Path, second: Path, *, ignored: AbstractSet[str] = frozenset({"__pycache__"})
) -> str | None:
    """A file in which two folders differ, or None; ``ignored`` folders are left out."""
    names = {path.relative_to(top) for top in (first, second) for path in top.rglob("*")}
    for name in sorted(names):
        one, other = first / name, second / name
        if not ignored.isdisjoint(name.parts) or (one.is_dir() and other.is_dir()):
            continue
        if not (one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)):
            return str(name)
    return None


def put_in_place(built: Path, place: Path, earlier: Path) -> None:
    """Put a finished release in its place; what was there goes to ``earlier``."""
    if os.path.lexists(place):
        place.rename(earlier)
    built.rename(place)
