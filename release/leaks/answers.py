"""Finds solutions, accepted variants and misconceptions in texts, in whatever form. Trusted side.

What makes a text an answer is a run of it that is too long to be chance. How long that is was
measured over every public text of eight assignments (worked examples, statements, student kit):
they share at most 13 tokens in a row with any right answer, and at most 18 with any misconception,
which is a wrong answer and so is nearer to an example. A right answer therefore counts as found
with 16 tokens in a row or with four fifths of one of its functions, a misconception with 22 or with
all of it; neither with fewer than ``code_tokens.MIN_TOKENS``. Of other assignments, which
may build on this one, only a whole solution of 22 tokens or more counts.

Code that the exercise itself gives (its stub, the bug to be hunted) is no answer.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from release.leaks.code_tokens import (
    MIN_TOKENS,
    Window,
    canonical,
    rows_of_answer,
    rows_of_text,
    windows,
    without_names,
)

TOKENS_OF_RIGHT, SHARE_OF_RIGHT = 16, 0.8
TOKENS_OF_WRONG = 22


@dataclass(frozen=True, slots=True)
class Answer:
    """One text that students may not have.

    Attributes:
        what: Such as ``the solution of `train_step```.
        subject: The exercise; of several answers to one, only the nearest is reported.
        source: The text of the cell.
        is_right: Whether it would earn everything.
        is_foreign: Whether it answers an exercise of another assignment.
    """

    what: str
    subject: str
    source: str
    is_right: bool = True
    is_foreign: bool = False

    def fingerprints(self) -> Iterable[Window]:
        """The runs that give it away, in canonical form."""
        for row in rows_of_answer(self.source):
            length = len(row)
            if self.is_foreign:
                if length >= TOKENS_OF_WRONG:
                    yield from windows(row, length)
            elif self.is_right:
                share = math.ceil(SHARE_OF_RIGHT * length)
                yield from windows(row, max(MIN_TOKENS, min(TOKENS_OF_RIGHT, share)))
            else:
                yield from windows(row, max(MIN_TOKENS, min(TOKENS_OF_WRONG, length)))


class AnswerIndex:
    """Finds the answers in a text.

    Args:
        answers: The most important first: where two fit equally well, the first is reported.
        given: Code that the exercises themselves give.
    """

    def __init__(self, answers: Iterable[Answer], given: Iterable[str]) -> None:
        self._answers = tuple(answers)
        self._owners: dict[Window, list[int]] = {}
        for place, answer in enumerate(self._answers):
            for window in set(answer.fingerprints()):
                self._owners.setdefault(window, []).append(place)
        sizes = {len(window) for window in self._owners}
        for row in (row for text in given for row in rows_of_text(text)):
            for window in (window for size in sizes for window in windows(row, size)):
                self._owners.pop(window, None)
        self._totals = Counter(place for owners in self._owners.values() for place in owners)
        self._sizes: dict[tuple[str, ...], set[int]] = {}
        for window in self._owners:
            begin = tuple(
                "name" if isinstance(token, int) else token for token in window[:MIN_TOKENS]
            )
            self._sizes.setdefault(begin, set()).add(len(window))

    def found_in(self, text: str) -> tuple[str, ...]:
        """What the text gives away: for each exercise the answer that it comes nearest to."""
        found = {window for row in rows_of_text(text) for window in self._hits(row)}
        counts = Counter(place for window in found for place in self._owners[window])
        nearest: dict[str, tuple[float, int]] = {}
        for place, count in counts.items():
            share = (count / self._totals[place], -place)
            subject = self._answers[place].subject
            nearest[subject] = max(nearest.get(subject, share), share)
        return tuple(self._answers[-place].what for _, place in nearest.values())

    def _hits(self, row: tuple[str, ...]) -> Iterable[Window]:
        bare = without_names(row)
        for start in range(len(row) - MIN_TOKENS + 1):
            sizes = self._sizes.get(bare[start : start + MIN_TOKENS])
            if sizes:
                # How a run begins does not depend on how it goes on.
                longest = canonical(row[start : start + max(sizes)])
                windows_of_sizes = (longest[:size] for size in sizes)
                yield from (window for window in windows_of_sizes if window in self._owners)
