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
_READ, _WRITE, _ENTER = stat.S_IROTH, stat.S_IWOTH, stat.S_IXOTH


def make_private(folder: Path) -> None:
    """Make a folder, where there is none, that only its owner can enter."""
    folder.mkdir(mode=FOR_ITS_OWNER, parents=True, exist_ok=True)


def close_to_others(folder: Path) -> None:
    """Make a folder of our own private again, if it is there and has been opened."""
    if stat.S_IMODE(folder.stat().st_mode) & ~FOR_ITS_OWNER:
        folder.chmod(FOR_ITS_OWNER)


def refuse_shared_folder(folder: Path) -> None:
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
    if not all(folder.stat().st_mode & _ENTER for folder in resolved.parents):
        return 0
    return resolved.stat().st_mode & stat.S_IRWXO


def refuse_exposed_secret(course: Course) -> None:
    """Refuse a course secret that students may have read, or may yet read.

    Raises:
        UsageError: Everybody on this machine can read or write it, or it is in a folder whose
            files reach students.
    """
    path = course.secret_file
    handed_out = (course.source, course.release, course.feedback, course.submitted)
    for folder in (*handed_out, course.autograded):
        if path.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"The course secret {path} is in {folder}, whose files reach students. Put it "
                "elsewhere and name that place in c.Course.secret_file; if it has been handed "
                "out, delete it, and a new one is made."
            )
    if path.is_file() and rights_of_others(path) & (_READ | _WRITE):
        raise UsageError(
            f"Everybody on this machine can read or write the course secret {path}, from which "
            f"the hidden inputs follow. Type `chmod 600 {path}`; if somebody may have read it, "
            "delete it, and a new one is made."
        )


def exposed(course: Course) -> tuple[str, ...]:
    """A sentence for each thing of the course that others can read, for the operator.

    Raises:
        UsageError: Others can write the gradebook, so that what it says is worth nothing.
    """
    gradebook = course.gradebook
    if gradebook is None or not gradebook.is_file():
        return ()
    rights = rights_of_others(gradebook)
    if rights & _WRITE:
        raise UsageError(
            f"Everybody on this machine can write the gradebook {gradebook}. Type "
            f"`chmod 600 {gradebook}`, and compare its scores with an earlier copy."
        )
    if rights & _READ:
        mend = f"type `chmod 700 {gradebook.parent}`"
        return (f"everybody on this machine can read the gradebook {gradebook}: {mend}",)
    return ()
