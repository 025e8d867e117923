"""A hint tells what is wrong and nothing else: whoever reads it may have made other mistakes, too.

It is told beside another mistake, or where a mistake shows in part: then no word of praise holds.
"""

import re

from tests.suites.test_fairness import per_exercise
from tests.suites.workbench import EXERCISES, workbench

_PRAISE = re.compile(
    r"\b(right|rightly|correct|correctly|proper|properly|fine|good|well|okay|perfect|perfectly"
    r"|as it should|as asked|as expected|the rest|all else|everything else|anything else"
    r"|otherwise|apart from that|nothing else)\b",
    re.IGNORECASE,
)
# Phrases that say nothing of the student's code, each with what it is about.
_ABOUT_ELSE = {
    "as well": "that there is more",
    "right samples": "which samples are counted",
    "share of wrong samples. The accuracy is that of the right ones": "which samples are counted",
    "right answers": "the model's answers",
    "the right class": "the class that is the target",
    "however sure and right the model is": "any model",
    "it is always right": "a loss on one column",
    "are right on paper": "two functions, and that they fail in float32",
    "unless told otherwise": "what PyTorch does by default",
    "what the given optimizer does otherwise": "what an optimizer does",
    "sets the rest to 0": "the ReLU",
    "the loss does the rest": "what a loss computes",
    "keep nothing else alive": "what a tensor holds in memory",
}
_ELSE = re.compile("|".join(map(re.escape, _ABOUT_ELSE)), re.IGNORECASE)


def praise(hint: str) -> list[str]:
    """Words by which it may say that something of the student's is right."""
    return _PRAISE.findall(_ELSE.sub("", hint))


@per_exercise
def test_no_hint_says_that_something_else_is_right(exercise: str) -> None:
    """It is true that a hint praises nothing."""
    hints = {variant.hint for variant in workbench(exercise).suite.misconceptions}
    assert {hint: praise(hint) for hint in hints if praise(hint)} == {}


def test_every_exception_is_needed() -> None:
    """It is true that some hint holds each phrase that is excepted."""
    suites = [workbench(exercise).suite for exercise in EXERCISES]
    hints = " ".join(variant.hint for suite in suites for variant in suite.misconceptions).lower()
    assert [phrase for phrase in _ABOUT_ELSE if phrase.lower() not in hints] == []


def test_praise_is_found() -> None:
    """It is true that the words are found where they are."""
    assert praise("Nothing is returned. The training is right as well.") == ["right"]
    assert praise("The rest is fine.") == ["The rest", "fine"]
    assert praise("x is changed as well.") == []
