"""A check compares what its title says: each listed mistake fails only titles that are false of it.

``titles/<exercise>.txt`` holds every check with its title and, below it, the mistakes of which the
title is false. A mistake that raises an exception has nothing to show where it does: it stands in
a line that begins with ``raises:``. A line that begins with ``although:`` lists mistakes that fail
a check whose title is true of them, and ends with the reason.

Whoever changes a check, a title or a mistake reads the lines again: is the title false of it?
"""

import re
from pathlib import Path

from autograder.model.verdict import CheckResult, Outcome
from tests.suites.test_fairness import per_exercise
from tests.suites.workbench import workbench

TITLES = Path(__file__).parent / "titles"
_BLOCK = re.compile(r"^(?P<check>test_\w+): (?P<title>.*)\n(?P<lines>(?:    .*\n)*)", re.MULTILINE)
Told = dict[str, tuple[str, frozenset[str], frozenset[str]]]


def told(exercise: str) -> Told:
    """Check → its title, the mistakes that may fail it, and those that may raise in it."""
    text = (TITLES / f"{exercise.split('/')[1]}.txt").read_text(encoding="utf-8")
    return {
        block["check"]: (block["title"], *_names(block["lines"])) for block in _BLOCK.finditer(text)
    }


def _names(lines: str) -> tuple[frozenset[str], frozenset[str]]:
    paragraph = " ".join(lines.split())
    fails, _, raises = re.sub(r"although: ([^(]*)\([^)]*\)", r"\1", paragraph).partition("raises:")
    return frozenset(fails.split()), frozenset(raises.split())


def shown(exercise: str) -> Told:
    """The same, as the suite has it and as its mistakes fare."""
    bench = workbench(exercise)
    verdicts = [(look.name, bench.verdict(look.seen).checks) for look in bench.look_alikes]
    return {
        check.name: (
            check.title,
            _with(verdicts, check.name, Outcome.FAILED),
            _with(verdicts, check.name, Outcome.RAISED),
        )
        for check in bench.suite.checks
    }


def _with(
    verdicts: list[tuple[str, tuple[CheckResult, ...]]], check: str, outcome: Outcome
) -> frozenset[str]:
    return frozenset(
        name
        for name, results in verdicts
        for result in results
        if result.name == check and result.outcome is outcome
    )


@per_exercise
def test_a_mistake_fails_only_titles_that_are_false_of_it(exercise: str) -> None:
    """It is true that a check is failed by the mistakes that its title is false of, no others."""
    assert shown(exercise) == told(exercise)
