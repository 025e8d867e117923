"""A number and a name have to mean one person; half a name means one person or nobody."""

import pytest

from autograder.collecting.owner_hints import Canvas, Clue, Moodle, Prefix
from autograder.collecting.roster import Roster, Student

ADA = Student("ada", "Ada", "Lovelace", participant="7", canvas="70")
LEE = Student("lee", "Lee", "Min", participant="8", canvas="80")
ROSTER = Roster(
    [ADA, LEE, Student("a"), Student("a_b"), Student("x", email="x@y.org")], "roster.csv"
)


@pytest.mark.parametrize(
    ("clue", "student"),
    [
        (Moodle("Ada Lovelace", "7"), "ada"),
        (Moodle("Participant", "7"), "ada"),
        (Moodle("Ada Lovelace", "1"), "ada"),
        (Canvas("lovelaceada", "70"), "ada"),
        (Canvas("", "80"), "lee"),
        (Canvas("minlee", "1"), "lee"),
        (Prefix("ada_training"), "ada"),
        (Prefix("Ada Lovelace_training_2"), "ada"),
        (Prefix("Ada_Lovelace"), "ada"),
        (Prefix("x@y.org_training"), "x"),
        (Prefix("a_b"), "a_b"),
        (Prefix("a_training"), "a"),
    ],
)
def test_who_it_is(clue: Clue, student: str) -> None:
    """by the number, else by the name."""
    match = clue.find(ROSTER)
    assert match.student == ROSTER.students[student]


@pytest.mark.parametrize(
    ("clue", "reason"),
    [
        (
            Moodle("Ada Lovelace", "8"),
            "in roster.csv, participant 8 is lee, but the name is that of ada",
        ),
        (
            Canvas("lovelaceada", "80"),
            "in roster.csv, Canvas's user 80 is lee, but the name is that of ada",
        ),
        (Moodle("Participant", "1"), "roster.csv has nobody of this name"),
        (Canvas("", "1"), "roster.csv has nobody of this name"),
        (Prefix("a_b_training"), "it begins with the ids or names of 2 students (a, a_b)"),
        (Prefix("training"), "roster.csv has no id and no name that it begins with"),
    ],
)
def test_nobody(clue: Clue, reason: str) -> None:
    """and why: nobody is guessed."""
    match = clue.find(ROSTER)
    assert (match.student, match.reason) == (None, reason)


def test_without_a_roster_a_name_means_nobody() -> None:
    """and half an id neither."""
    for clue in (Moodle("Ada", "7"), Canvas("ada", "7"), Prefix("ada_training")):
        assert "without a roster" in clue.find(Roster()).reason
    assert Prefix("ada").find(Roster()).student == Student("ada")
