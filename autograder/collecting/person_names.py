"""Names of people, made comparable. In the operator's process; knows nothing of files.

A platform drops letters that a file's name cannot hold, and everything but letters where it likes
to. So names are compared by their letters and digits: case-folded, in one Unicode form, with
single blanks. Accents count until :func:`without_accents` takes them away.
"""

import unicodedata
from collections.abc import Iterator

MOST_WORDS = 8


def normalised_name(name: str) -> str:
    """The words of a name: ``"O’Neil,  José"`` is ``"oneil josé"``."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    spaced = composed.replace("_", " ").replace(",", " ")
    return " ".join(filter(None, map(_letters, spaced.split())))


def _letters(word: str) -> str:
    return "".join(one for one in word if one.isalnum() or unicodedata.combining(one))


def without_blanks(words: str) -> str:
    """The words without blanks, as Canvas names files: ``oneiljosé``."""
    return words.replace(" ", "")


def without_accents(words: str) -> str:
    """The words with ``e`` for ``é``; letters that have no plain form stay as they are."""
    apart = unicodedata.normalize("NFD", words)
    return "".join(one for one in apart if not unicodedata.combining(one))


def name_orders(first: str, last: str, whole: str) -> tuple[str, str, frozenset[str]]:
    """A person's name as one says it, as one sorts it, and in any other order.

    Args:
        first: Given names, where they are known apart.
        last: Family names, where they are known apart.
        whole: The name in one piece; ``Last, First`` where it has a comma.
    """
    if not (first or last):
        before, comma, after = whole.partition(",")
        first, last = (after, before) if comma else ("", "")
    said = normalised_name(f"{first} {last}" if first or last else whole)
    filed = normalised_name(f"{last} {first}" if first or last else "")
    others = {said, filed, normalised_name(whole)}
    if not (first and last):
        # Nobody knows where the family name begins: it is at one end.
        others |= set(_rotations(said.split()))
    return said, filed, frozenset(filter(None, others))


def _rotations(words: list[str]) -> Iterator[str]:
    for start in range(1, min(len(words), MOST_WORDS)):
        yield " ".join([*words[start:], *words[:start]])
