"""The autograder. A student's notebook imports ``check`` and ``submit``; the rest is for graders.

This file is part of the student kit, so it runs beside student code.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["__version__", "check", "submit"]

# A package that imports its own rooms looks upside down. But `from autograder import check` is what
# students type, and every import of any room runs this file: imported only when asked for, the
# self-check costs neither `--help` its 0.3 s nor the zygote and the judge a module that they never
# use.
if TYPE_CHECKING:
    from autograder.selfcheck.check import check
    from autograder.selfcheck.submit import submit


def __getattr__(name: str) -> object:
    if name == "check":
        from autograder.selfcheck.check import check

        return check
    if name == "submit":
        from autograder.selfcheck.submit import submit

        return submit
    message = f"module 'autograder' has no attribute {name!r}"
    raise AttributeError(message)
