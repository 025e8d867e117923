"""Makes names of people comparable. In the operator's process; knows nothing of files.

A platform drops the letters that a file's name cannot hold; Canvas drops everything but letters and
digits. So names are compared by their letters and digits: case-folded, in one Unicode form, with
single blanks. Accents count until :func:`without_accents` takes them away.
"""

import unicodedata
from typing import NamedTuple

# A name of one hundred words would have one hundred orders, each as long as the name.
MOST_WORDS = 8


class NameOrders(NamedTuple):
    """A person's name, normalised, in the orders in which a platform may write it.

    Attributes:
        given_first: ``ada lovelace``, as Moodle writes it.
        family_first: ``lovelace ada``, as Canvas sorts it; empty where the parts are unknown.
        any_order: Both, and all others that are possible.
    """

    given_first: str
    family_first: str
    any_order: frozenset[str]


def normalised_name(name: str) -> str:
    """The words of a name: ``"O’Neil,  José"`` is ``"oneil josé"``."""
    # Twice: case folding may take a composed letter apart again.
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    words = composed.replace("_", " ").replace(",", " ").split()
    letters = (
        "".join(c for c in word if c.isalnum() or unicodedata.combining(c)) for word in words
    )
    return " ".join(filter(None, letters))


def without_blanks(name: str) -> str:
    """A normalised name as Canvas has it in names of files: ``oneiljosé``."""
    return name.replace(" ", "")


def without_accents(name: str) -> str:
    """The name with ``e`` for ``é``; letters that have no plain form, like ``ø``, stay."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def name_orders(*, first: str, last: str, whole: str) -> NameOrders:
    """All orders of one person's name.

    Args:
        first: Given names, where they are known separately.
        last: Family names, where they are known separately.
        whole: The name in one piece; ``Last, First`` where it has a comma.
    """
    if not (first or last) and "," in whole:
        last, _, first = whole.partition(",")
    if first or last:
        given_first = normalised_name(f"{first} {last}")
        family_first = normalised_name(f"{last} {first}")
    else:
        given_first, family_first = normalised_name(whole), ""
    orders = {given_first, family_first, normalised_name(whole)}
    if not (first and last):
        # It is unknown where the family name begins, but it is at one end of the name.
        words = given_first.split()
        for start in range(1, min(len(words), MOST_WORDS)):
            orders.add(" ".join([*words[start:], *words[:start]]))
    return NameOrders(given_first, family_first, frozenset(filter(None, orders)))
