"""The course secret, from which hidden inputs are derived. Never leaves the trusted side."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from autograder.course.permissions import READ, WRITE, make_private, rights_of_others
from autograder.course.settings import Course
from autograder.errors import UsageError

VARIABLE = "AUTOGRADER_SECRET"
SHORTEST = 16
MADE_LENGTH = 32


def secret_of(course: Course) -> bytes:
    """The course's secret, which no other user of this machine can have read.

    Raises:
        UsageError: Others can read it, or it is none; see :func:`course_secret`.
    """
    if not os.environ.get(VARIABLE):
        refuse_exposed_secret(course)
    return course_secret(course.secret_file)


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
    if path.is_file() and rights_of_others(path) & (READ | WRITE):
        raise UsageError(
            f"Everybody on this machine can read or write the course secret {path}, from which "
            f"the hidden inputs follow. Type `chmod 600 {path}`; if somebody may have read it, "
            "delete it, and a new one is made."
        )


def course_secret(path: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The owner's secret, or one that is made in ``path`` on first use.

    Args:
        path: The secret's file; made with mode 0600 when it is not there.
        environment: AUTOGRADER_SECRET in it goes before the file.

    Raises:
        UsageError: It is unreadable, cannot be written, or is too short to be one.
    """
    given = environment.get(VARIABLE)
    if given:
        return _long_enough(given.encode(errors="surrogateescape").strip(), VARIABLE)
    try:
        return _long_enough(path.read_bytes().strip(), str(path))
    except FileNotFoundError:
        return _make(path)
    except OSError as error:
        raise UsageError(
            f"The course secret {path} cannot be read: {error.strerror}. "
            f"Make it readable for you, or set {VARIABLE}."
        ) from error


def _make(path: Path) -> bytes:
    # Hexadecimal, so that an editor or a copy through a terminal leaves it as it is.
    made = secrets.token_bytes(MADE_LENGTH).hex().encode()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        make_private(path.parent)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made + b"\n")
        _keep_first(draft, path)
    except OSError as error:
        raise UsageError(
            f"The course secret {path} cannot be made: {error.strerror}. "
            f"Choose another --workspace, or set {VARIABLE}."
        ) from error
    return _long_enough(path.read_bytes().strip(), str(path))


def _keep_first(draft: Path, path: Path) -> None:
    """Put ``draft`` in place unless another process was quicker: then its secret counts."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _long_enough(secret: bytes, place: str) -> bytes:
    if len(secret) < SHORTEST:
        raise UsageError(
            f"The course secret in {place} has {len(secret)} bytes; it needs at least {SHORTEST}."
        )
    return secret
