"""A number and a name must mean one student; half a name means one student or none."""

import pytest

from autograder.collecting.owner_hints import CanvasHint, MoodleHint, NamePrefix, OwnerHint
from autograder.collecting.roster import Roster, Student

ADA = Student("ada", "Ada", "Lovelace", moodle_participant="7", canvas_id="70")
LEE = Student("lee", "Lee", "Min", moodle_participant="8", canvas_id="80")
ROSTER = Roster(
    [ADA, LEE, Student("a"), Student("a_b"), Student("x", email="x@y.org")], "roster.csv"
)


@pytest.mark.parametrize(
    ("owner_hint", "student"),
    [
        (MoodleHint("Ada Lovelace", "7"), "ada"),
        (MoodleHint("Participant", "7"), "ada"),
        (MoodleHint("Ada Lovelace", "1"), "ada"),
        (CanvasHint("lovelaceada", "70"), "ada"),
        (CanvasHint("", "80"), "lee"),
        (CanvasHint("minlee", "1"), "lee"),
        (NamePrefix("ada_training"), "ada"),
        (NamePrefix("Ada Lovelace_training_2"), "ada"),
        (NamePrefix("Ada_Lovelace"), "ada"),
        (NamePrefix("x@y.org_training"), "x"),
        (NamePrefix("a_b"), "a_b"),
        (NamePrefix("a_training"), "a"),
    ],
)
def test_the_owner_is_found(owner_hint: OwnerHint, student: str) -> None:
    """The number decides, else the name."""
    match = owner_hint.find(ROSTER)
    assert match.student == ROSTER.students[student]


@pytest.mark.parametrize(
    ("owner_hint", "reason"),
    [
        (
            MoodleHint("Ada Lovelace", "8"),
            "in roster.csv, participant 8 is lee, but the name is that of ada",
        ),
        (
            CanvasHint("lovelaceada", "80"),
            "in roster.csv, Canvas's user 80 is lee, but the name is that of ada",
        ),
        (MoodleHint("Participant", "1"), "roster.csv has no student with this name"),
        (CanvasHint("", "1"), "roster.csv has no student with this name"),
        (NamePrefix("a_b_training"), "it begins with the ids or names of 2 students (a, a_b)"),
        (NamePrefix("training"), "it does not begin with an id or a name in roster.csv"),
    ],
)
def test_no_owner_is_found(owner_hint: OwnerHint, reason: str) -> None:
    """The reason says why no student was found."""
    match = owner_hint.find(ROSTER)
    assert (match.student, match.reason) == (None, reason)


def test_names_mean_no_student_without_a_roster() -> None:
    """Neither a name nor half an id is assigned to a student."""
    for owner_hint in (MoodleHint("Ada", "7"), CanvasHint("ada", "7"), NamePrefix("ada_training")):
        assert "without a roster" in owner_hint.find(Roster()).reason
    assert NamePrefix("ada").find(Roster()).student == Student("ada")
