"""Who else on this machine can reach what must stay ours. In the operator's process.

Only its owner can enter the workspace, so no other user reaches what is in it, even where nbgrader
makes its own files readable for all. The operator sees the name of a folder that is open.
"""

import os
import stat
from pathlib import Path

from autograder.course.settings import Course
from autograder.errors import UsageError

FOR_ITS_OWNER = 0o700
READ, WRITE, ENTER = stat.S_IROTH, stat.S_IWOTH, stat.S_IXOTH


def make_private(folder: Path) -> None:
    """Make a folder, where there is none, that only its owner can enter."""
    folder.mkdir(mode=FOR_ITS_OWNER, parents=True, exist_ok=True)


def close_to_others(folder: Path) -> None:
    """Make a folder of our own private again, if it is there and has been opened."""
    if stat.S_IMODE(folder.stat().st_mode) & ~FOR_ITS_OWNER:
        folder.chmod(FOR_ITS_OWNER)


def make_cache(course: Course) -> None:
    """Make the cache, readable for its owner only: it holds what right answers look like.

    Raises:
        UsageError: It cannot be written, or it is outside the workspace and others may have filled
            it.
    """
    is_ours = course.cache.is_relative_to(course.workspace)
    folder = f"workspace {course.workspace}" if is_ours else f"cache {course.cache}"
    try:
        make_private(course.workspace)
        make_private(course.cache)
        if is_ours:
            close_to_others(course.cache)
        else:
            # Never changed: the operator may have named a folder of the whole machine.
            _refuse_shared_folder(course.cache)
    except OSError as error:
        setting = "--workspace" if is_ours else "AUTOGRADER_CACHE"
        raise UsageError(
            f"The {folder} cannot be written: {error.strerror}. Choose another with {setting}."
        ) from error


def _refuse_shared_folder(folder: Path) -> None:
    """Refuse a folder that another user owns or can enter; a link is one that others may turn.

    Raises:
        UsageError: It is such a folder. Who can write there decides what counts as right.
    """
    found = folder.lstat()
    is_private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & ~FOR_ITS_OWNER
    if not is_private or found.st_uid != os.geteuid():
        raise UsageError(
            f"The cache {folder} must be a folder of your own, with mode 0700, and no link: "
            "right answers, and grades follow from it. Name another one with AUTOGRADER_CACHE; one "
            "that does not exist yet is made."
        )


def rights_of_others(path: Path) -> int:
    """The permission bits that everybody has on a file, the folders above it considered."""
    resolved = path.resolve()
    if not all(folder.stat().st_mode & ENTER for folder in resolved.parents):
        return 0
    return resolved.stat().st_mode & stat.S_IRWXO


def exposed(course: Course) -> tuple[str, ...]:
    """A sentence for each thing of the course that others can read, for the operator.

    Raises:
        UsageError: Others can write the gradebook, so that what it says is worth nothing.
    """
    gradebook = course.gradebook
    if gradebook is None or not gradebook.is_file():
        return ()
    rights = rights_of_others(gradebook)
    if rights & WRITE:
        raise UsageError(
            f"Everybody on this machine can write the gradebook {gradebook}. Type "
            f"`chmod 600 {gradebook}`, and compare its scores with an earlier copy."
        )
    if rights & READ:
        mend = f"type `chmod 700 {gradebook.parent}`"
        return (f"everybody on this machine can read the gradebook {gradebook}: {mend}",)
    return ()
