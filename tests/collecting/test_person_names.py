"""Names of people are compared by their letters, in any order, and with their accents first."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting.person_names import (
    name_orders,
    normalised_name,
    without_accents,
    without_blanks,
)
from autograder.collecting.roster import Roster, Student

TEXTS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("  José   MÜLLER-Ödön ", "josé müllerödön"),
        ("O'Neil, Grace", "oneil grace"),
        ("O’Neil\tGrace", "oneil grace"),
        ("Straße", "strasse"),
        ("Jose\u0301", "josé"),
        ("İpek", "i\u0307pek"),
        ("van_der_Berg", "van der berg"),
        ('"Bob" <b>', "bob b"),
        ("王 小明", "王 小明"),
        ("\u202e...", ""),
    ],
)
def test_names_are_normalised(name: str, words: str) -> None:
    """Case, Unicode form and punctuation make no difference."""
    assert normalised_name(name) == words


@given(TEXTS)
def test_normalising_twice_changes_nothing(name: str) -> None:
    """A normalised name stays as it is, and all Unicode forms of a name give the same."""
    words = normalised_name(name)
    assert normalised_name(words) == words
    assert normalised_name(unicodedata.normalize("NFD", name)) == words
    assert without_blanks(words) == words.replace(" ", "")
    assert normalised_name(words.upper()) == normalised_name(words.upper().lower())


def test_accents_are_removed() -> None:
    """Accents are taken away, and letters that have no plain form stay."""
    assert without_accents(normalised_name("José Łukasz Ødön")) == "jose łukasz ødon"


@pytest.mark.parametrize(
    ("parts", "said", "filed", "other"),
    [
        (("Ada", "Lovelace", ""), "ada lovelace", "lovelace ada", "lovelace ada"),
        (("", "", "Lovelace, Ada"), "ada lovelace", "lovelace ada", "lovelace ada"),
        (("", "", "Ada King Lovelace"), "ada king lovelace", "", "lovelace ada king"),
        (("", "", "Plato"), "plato", "", "plato"),
        (("Plato", "", ""), "plato", "plato", "plato"),
    ],
)
def test_a_name_has_orders(parts: tuple[str, str, str], said: str, filed: str, other: str) -> None:
    """The orders are given name first, family name first, and others if the parts are unknown."""
    first, last, whole = parts
    found = name_orders(first=first, last=last, whole=whole)
    assert found[:2] == (said, filed)
    assert other in found[2]


def people(*names: tuple[str, str, str]) -> Roster:
    """A roster of ids with given and family names."""
    return Roster([Student(one, first, last) for one, first, last in names], "roster.csv")


def found(roster: Roster, name: str) -> str:
    """The id of the student whom a name means, or the reason why there is none."""
    match = roster.by_name(name)
    return match.student.id if match.student else match.reason


def test_accents_count_while_they_tell_apart() -> None:
    """A name without accents means the only student whom it can mean."""
    roster = people(("1", "José", "Paz"), ("2", "Jose", "Paz"), ("3", "Zoë", "Kay"))
    assert found(roster, "José Paz") == "1"
    assert found(roster, "Jose Paz") == "2"
    assert found(roster, "Zoe Kay") == "3"
    assert "2 students in roster.csv match" in found(roster, "Jòse Paz")
    assert roster.by_canvas_name("kayzoe").student == roster.students["3"]
    assert roster.by_canvas_name("kayzoë").student == roster.students["3"]
    assert roster.by_canvas_name("pazjosé").student == roster.students["1"]


def test_the_usual_order_counts_first() -> None:
    """Two people may have each other's names and are not confused."""
    roster = people(("1", "Lee", "Min"), ("2", "Min", "Lee"), ("3", "Ada", "Lovelace"))
    assert (found(roster, "Lee Min"), found(roster, "Min Lee")) == ("1", "2")
    assert found(roster, "Lovelace Ada") == "3"
    assert (found(roster, "Lee, Min"), found(roster, "Min, Lee")) == ("2", "1")
    assert found(people(("4", "Nguyễn, Jr.", "Thị")), "Nguyễn, Jr. Thị") == "4"
    squeezed_names = {name: roster.by_canvas_name(name).student for name in ("minlee", "leemin")}
    assert squeezed_names == {"minlee": roster.students["1"], "leemin": roster.students["2"]}


@given(
    st.lists(st.tuples(st.text("abé ,", max_size=4), st.text("abé ,", max_size=4)), max_size=6),
    st.text("abeé ,", max_size=8),
)
def test_the_found_student_has_the_name(names: list[tuple[str, str]], asked: str) -> None:
    """The student who is found has the name, and no other student has it in the same order."""
    students = [Student(str(number), first, last) for number, (first, last) in enumerate(names)]
    match = Roster(students, "roster.csv").by_name(asked)
    plain = without_accents(normalised_name(asked)).split()
    if match.student is None:
        assert match.reason
        return
    one = match.student
    assert sorted(
        without_accents(normalised_name(f"{one.first_name} {one.last_name}")).split()
    ) == sorted(plain)
    twins = [
        s
        for s in students
        if normalised_name(f"{s.first_name} {s.last_name}") == normalised_name(asked)
    ]
    assert "," in asked or twins in ([], [one])
