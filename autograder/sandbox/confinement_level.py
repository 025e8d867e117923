"""Decides how student code can be held on this machine, by trying it. Trusted side.

A rehearsal builds everything that grading would, for one throw-away process, and ends.
"""

from collections.abc import Iterable
from pathlib import Path

from autograder.errors import AutograderError, ConfinementError, SandboxError
from autograder.model.limits import Limits
from autograder.model.verdict import Confinement
from autograder.sandbox.launch import ZygoteProcess

REDUCED_SENTENCE = (
    "graded at the reduced level of confinement: student code could see which files and processes "
    "exist, though not read or touch them, and had no private network, /tmp and /dev/shm"
)


def rehearse(level: Confinement, *, hidden: Iterable[Path] = (), limits: Limits) -> None:
    """Confine a throw-away process.

    Raises:
        ConfinementError: It cannot be held so; says what is missing.
    """
    try:
        with ZygoteProcess.begin(
            kit=None, hidden=hidden, limits=limits, level=level, is_rehearsal=True
        ) as zygote:
            zygote.await_ready()
    except SandboxError as error:
        message = f"cannot confine student code here: the rehearsal failed ({error})"
        raise ConfinementError(message) from error


def choose_level(*, hidden: Iterable[Path] = (), limits: Limits) -> tuple[Confinement, str]:
    """The best level of this machine, and why it is not the full one; empty when it is.

    Raises:
        ConfinementError: Not even the reduced level can be had here.
    """
    places = tuple(hidden)
    reason = refusal_of(Confinement.FULL, hidden=places, limits=limits)
    if not reason:
        return Confinement.FULL, ""
    rehearse(Confinement.REDUCED, hidden=places, limits=limits)
    return Confinement.REDUCED, reason


def refusal_of(level: Confinement, *, hidden: Iterable[Path] = (), limits: Limits) -> str:
    """Why the level is not possible here; empty when it is."""
    try:
        rehearse(level, hidden=hidden, limits=limits)
    except AutograderError as error:
        return str(error)
    return ""
