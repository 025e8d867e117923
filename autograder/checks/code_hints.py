"""Sentences about mistakes that can be read in a student's own cell. Pure functions of data.

Each sentence is true of the code whatever the function did. Students see it only where a check
failed.
"""

from collections.abc import Collection

from autograder.checks.attempt import Attempt
from autograder.checks.explanation import shown_line
from autograder.checks.parsed_cell import (
    ParsedCell,
    does_nothing,
    name_from_outside,
    uncalled_method,
)
from autograder.checks.trace_shape import shows_stages
from autograder.model.observation import Observation

NOT_WRITTEN = (
    "It is not written yet: so far it computes nothing, whatever it is called with. A line that is "
    "only pass, … or print has no effect on what it returns."
)
NOTHING_OBSERVED = (
    "Nothing was seen to happen: no forward pass, no gradient and no step. Is it written yet, and "
    "does it use the model that it is given?"
)


def is_not_written(attempt: Attempt, parsed: ParsedCell) -> bool:
    """Whether the function has no code of its own, and no stage of a training step was seen."""
    return does_nothing(parsed) and not _stages(attempt)


def nothing_was_seen(attempt: Attempt) -> bool:
    """Whether the function ran to its end without one stage, though the reference has some."""
    ended = all(isinstance(s, Observation) and not s.raised for s in attempt.actual.values())
    return ended and shows_stages(attempt.expected) and not shows_stages(attempt.actual)


def code_hint(attempt: Attempt, parsed: ParsedCell) -> str:
    """What is plainly wrong in the code; empty where nothing is, or the run contradicts it."""
    return " ".join(
        filter(None, [_uncalled_hint(attempt, parsed), _outside_name_hint(attempt, parsed)])
    )


def _uncalled_hint(attempt: Attempt, parsed: ParsedCell) -> str:
    method = uncalled_method(parsed)
    if method is None or method.attr in _stages(attempt):
        return ""
    where = _line(parsed, method.lineno)
    return where and f".{method.attr} has no parentheses in {where}. Without them it is not called."


def _outside_name_hint(attempt: Attempt, parsed: ParsedCell) -> str:
    found = name_from_outside(parsed, attempt.parameters)
    if found is None:
        return ""
    name, unused = found
    # Without a line to point to, there is no hint.
    where = _line(parsed, name.lineno)
    never = f"“{unused[0]}” is" if len(unused) == 1 else f"“{unused[0]}” and “{unused[1]}” are"
    return where and (
        f"“{name.id}” is none of the function's own arguments, of which {never} never used. "
        f"See {where}."
    )


def _stages(attempt: Attempt) -> Collection[str]:
    """Names of the stages that were seen in any scenario."""
    return {
        event.name
        for seen in attempt.actual.values()
        if isinstance(seen, Observation)
        for event in seen.events
        # Gradients may also become None without a call of zero_grad.
        if event.detail.get("called", True)
    }


def _line(parsed: ParsedCell, number: int) -> str:
    return shown_line(parsed.text.split("\n"), number)
