"""Keeps what is released, with its answers. In the operator's process.

Each release that asks something else is kept in ``WORKSPACE/history/<assignment>/<number>``: its
source notebook and its suites as they were last built. What reads them is in releases.py.
"""

import json
import shutil
import tempfile
from pathlib import Path

from autograder.course.files import swap, write_atomically
from autograder.course.permissions import close_to_others, make_private
from autograder.course.releases import (
    NOT_KEPT,
    PACKAGES,
    STUDENT_VERSION,
    SUITES,
    KeptRelease,
    ReleaseTexts,
    history_of,
    kept_releases,
    packages_in,
)
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.notebook.source import SourceNotebook


def keep_release(course: Course, source: SourceNotebook) -> KeptRelease:
    """Keep what is being released, in place of what asked the same.

    Args:
        course: Its workspace keeps the releases.
        source: The student version.

    Raises:
        UsageError: It cannot be written, or what is kept already is damaged.
    """
    name, texts = source.assignment, ReleaseTexts.of(source)
    kept = kept_releases(course, name)
    same = next((one for one in kept if one.texts == texts), None)
    number = same.number if same else 1 + max((one.number for one in kept), default=0)
    place = history_of(course, name) / str(number)
    try:
        make_private(course.workspace)
        make_private(place.parent.parent)
        close_to_others(place.parent.parent)
        place.parent.mkdir(exist_ok=True)
        # Beside its place, since a rename is one step only within a file system; and hidden: what a
        # power cut leaves is no release.
        with tempfile.TemporaryDirectory(prefix=".", dir=place.parent) as folder:
            draft = KeptRelease(name, Path(folder, "new"))
            draft.notebook.parent.mkdir(parents=True)
            shutil.copyfile(course.notebook(name), draft.notebook)
            if (SUITES / name).is_dir():
                shutil.copytree(SUITES / name, draft.suites, ignore=NOT_KEPT)
            (draft.folder / STUDENT_VERSION).write_text(source.to_json(), encoding="utf-8")
            if not place.exists():
                draft.folder.rename(place)
            # In one step, where the file system can: a power cut leaves one of the two in place.
            elif draft.digest != KeptRelease(name, place).digest and not swap(draft.folder, place):
                place.rename(Path(folder, "earlier"))
                draft.folder.rename(place)
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}.") from error
    return KeptRelease(name, place)


def name_package(course: Course, source: SourceNotebook, version: str) -> None:
    """Remember which release a package holds, whose version receipts name."""
    kept = keep_release(course, source)
    path = kept.folder.parent / PACKAGES
    known = dict(packages_in(path))
    if known.get(version) != kept.number:
        known[version] = kept.number
        write_atomically(path, json.dumps(known, indent=1, sort_keys=True) + "\n")


def history_files(course: Course, assignment: str) -> tuple[Path, ...]:
    """Every file that is kept of an assignment's releases."""
    folder = history_of(course, assignment)
    visible = (path for path in folder.rglob("*") if path.is_file())
    return tuple(
        sorted(
            path
            for path in visible
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
    )
