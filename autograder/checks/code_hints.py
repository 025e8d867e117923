"""Slips that are plain in a student's own cell, in words. Pure functions of data.

Each sentence is true of the text whatever the function did, and is said only where a check failed.
"""

from collections.abc import Collection

from autograder.checks.attempt import Case
from autograder.checks.explanation import shown_line
from autograder.checks.parsed_cell import Reading, does_nothing, instead_of_an_argument, uncalled
from autograder.checks.trace_shape import shows_stages
from autograder.model.observation import Observation

NOT_WRITTEN = (
    "It is not written yet: so far it computes nothing, whatever it is called with. A line that is "
    "only pass, … or print has no effect on what it returns."
)


NOTHING_SEEN = (
    "Nothing was seen to happen: no forward pass, no gradient and no step. Is it written yet, and "
    "does it use the model that it is given?"
)


def is_not_written(case: Case, reading: Reading) -> bool:
    """Whether the function has no code of its own, and did nothing that could be seen."""
    return does_nothing(reading) and not _stages(case)


def nothing_was_seen(case: Case) -> bool:
    """Whether not one stage was seen of a function that has some, though it came to its end."""
    ended = all(isinstance(s, Observation) and not s.raised for s in case.actual.values())
    return ended and shows_stages(case.expected) and not shows_stages(case.actual)


def slip_in(case: Case, reading: Reading) -> str:
    """What is plainly wrong in the text; empty where nothing is, or what was seen says no."""
    return " ".join(filter(None, [_uncalled(case, reading), _foreign(case, reading)]))


def _uncalled(case: Case, reading: Reading) -> str:
    method = uncalled(reading)
    if method is None or method.attr in _stages(case):
        return ""
    where = _line(reading, method.lineno)
    return where and f".{method.attr} has no parentheses in {where}. Without them it is not called."


def _foreign(case: Case, reading: Reading) -> str:
    found = instead_of_an_argument(reading, case.parameters)
    if found is None:
        return ""
    name, unused = found
    where = _line(reading, name.lineno)
    never = f"“{unused[0]}” is" if len(unused) == 1 else f"“{unused[0]}” and “{unused[1]}” are"
    return where and (
        f"“{name.id}” is none of the function's own arguments, of which {never} never used. "
        f"See {where}."
    )


def _stages(case: Case) -> Collection[str]:
    """What was seen to happen, in any scenario."""
    return {
        event.name
        for seen in case.actual.values()
        if isinstance(seen, Observation)
        for event in seen.events
        if event.detail.get("called", True)
    }


def _line(reading: Reading, number: int) -> str:
    return shown_line(reading.text.split("\n"), number)
