"""In place of the zygote's own start: leaves confinement out where a request says so.

For the benchmark beside this file, which runs nothing but its own empty cell. Nothing that grades
has such a switch.
"""

from typing import Any

from autograder.sandbox.inside import zygote
from autograder.sandbox.inside.confinement import confine

# A request with this budget is forked, and not confined.
UNCONFINED_SECONDS = 119.0


def _confine_unless_asked(*, limits: dict[str, float], **others: Any) -> None:
    if limits["notebook_seconds"] != UNCONFINED_SECONDS:
        confine(limits=limits, **others)


vars(zygote)["confine"] = _confine_unless_asked
main = zygote.main
