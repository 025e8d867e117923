"""Exceptions that are recognised by the beginning of their text. Pure data, for the tables."""

import re
from dataclasses import dataclass

from autograder.model.observation import Raised


@dataclass(frozen=True, slots=True)
class KnownException:
    """One kind of exception, with what it means in plain words.

    Attributes:
        name: Such as ``matrix-shapes``.
        types: Names of the exception classes that come with these words.
        beginning: What its text begins with. Every repetition in it is bounded, because the text
            is a claim of the student's process.
        sentence: One or two sentences that are true of every such exception and quote nothing
            of it.
        is_cause: Whether the exception says what the mistake is, and not only where something
            went wrong. Such an exception alone is enough to name a misconception that raises it.
    """

    name: str
    types: frozenset[str]
    beginning: re.Pattern[str]
    sentence: str
    is_cause: bool = False

    def describes(self, raised: Raised) -> bool:
        """Whether the exception is of this kind."""
        return raised.type_name in self.types and bool(self.beginning.match(raised.message))


def known(
    name: str, types: str, beginning: str, sentence: str, *, is_cause: bool = False
) -> KnownException:
    """A row of a table.

    Args:
        name: Such as ``matrix-shapes``.
        types: Class names with spaces between.
        beginning: A regular expression, without ``*`` and ``+``.
        sentence: What the student reads.
        is_cause: Whether it says what the mistake is.
    """
    types_of_it = frozenset(types.split())
    return KnownException(name, types_of_it, re.compile(beginning), sentence, is_cause)
