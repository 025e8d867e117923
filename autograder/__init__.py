"""The autograder: what a student's notebook imports is ``check``; everything else is for graders.

This file is part of the student kit, so it runs beside student code and imports nothing heavy
until ``check`` is asked for.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["__version__", "check"]

if TYPE_CHECKING:
    from autograder.selfcheck.check import check


def __getattr__(name: str) -> object:
    if name == "check":
        from autograder.selfcheck.check import check

        return check
    message = f"module 'autograder' has no attribute {name!r}"
    raise AttributeError(message)
